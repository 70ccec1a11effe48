// EMV issuer operations of the soft module.
import { AesCipher } from '../cipher/aes.ts';
import { TdesCipher } from '../cipher/tdes.ts';
import { isCardNumber } from '../emv/card-key.ts';
import { verifyAesCryptogram, verifyTdesCryptogram } from '../emv/cryptogram.ts';
import { cryptogramData } from '../emv/cryptogram-data.ts';
import {
  cryptogramVersion,
  cryptogramVersionOf,
  type CryptogramVersion,
} from '../emv/cryptogram-versions.ts';
import { refuse } from '../errors.ts';
import type { KeyTable } from './key-table.ts';
import type { ArpcRequest, ArqcInput, CryptogramVersionChoice } from '../operations/emv.ts';
import type { SecurityOperations } from '../security-module.ts';

/** EMV operations. */
export type EmvOperations = Pick<
  SecurityOperations,
  'verifyArqc' | 'scriptMac' | 'scriptEncrypt' | 'pinChange' | 'generateCardCode' | 'verifyCardCode'
>;

function rowOf(choice: CryptogramVersionChoice): CryptogramVersion | undefined {
  return typeof choice === 'string'
    ? cryptogramVersion(choice)
    : cryptogramVersionOf(choice.scheme, choice.iad);
}

function answerFits(answer: ArpcRequest, row: CryptogramVersion): boolean {
  if ('arc' in answer) return row.arpcMethod === 1 && answer.arc.length === 2;
  const extra = answer.proprietaryData?.length ?? 0;
  return row.arpcMethod === 2 && answer.csu.length === 4 && extra <= 8;
}

/** What is wrong with an input, as a fixed word, or undefined. */
function faultOf(input: ArqcInput, row: CryptogramVersion): string | undefined {
  if (!isCardNumber(input.pan, input.panSequenceNumber)) return 'pan';
  if (input.atc.length !== 2) return 'atc';
  if (input.arqc.length !== 8) return 'arqc';
  const unNeeded = row.sessionKey === 'mc-skd';
  const un = input.unpredictableNumber;
  if (un === undefined ? unNeeded : un.length !== 4) return 'unpredictable number';
  if (input.arpc !== undefined && !answerFits(input.arpc, row)) return 'arpc';
  return undefined;
}

/** EMV operations over a table of keys. */
export function emvOperations(keys: KeyTable): EmvOperations {
  function verifyArqc(input: ArqcInput): ReturnType<EmvOperations['verifyArqc']> {
    const key = keys.find(input.key, ['E0'], 'derive');
    if (key === undefined) return keys.refusal(input.key);
    const row = rowOf(input.cvn);
    if (row === undefined) return refuse('input', 'cryptogram version');
    const fault = faultOf(input, row);
    if (fault !== undefined) return refuse('input', fault);
    let data = input.transactionData;
    if (!(data instanceof Uint8Array)) {
      const built = cryptogramData(row, data);
      if (!built.ok) return built;
      data = built.data;
    }
    const { pan, panSequenceNumber, atc, unpredictableNumber, arqc } = input;
    const context = { pan, panSequenceNumber, atc, unpredictableNumber, data };
    const option = input.option ?? row.option;
    const { cipher } = key;
    const aes = row.sessionKey === 'aes-csk';
    if (aes !== (option === 'C')) return refuse('input', 'option');
    if (aes !== cipher instanceof AesCipher) return refuse('key-usage', 'algorithm');
    const verdict =
      cipher instanceof AesCipher
        ? verifyAesCryptogram(cipher, context, key.bytes.length, arqc, input.arpc)
        : verifyTdesCryptogram(cipher as TdesCipher, row, option, context, arqc, input.arpc);
    if (!verdict.verified) return refuse('not-verified');
    return verdict.arpc === undefined ? { ok: true } : { ok: true, arpc: verdict.arpc };
  }

  return {
    verifyArqc,
    scriptMac: () => refuse('unsupported'),
    scriptEncrypt: () => refuse('unsupported'),
    pinChange: () => refuse('unsupported'),
    generateCardCode: () => refuse('unsupported'),
    verifyCardCode: () => refuse('unsupported'),
  };
}
