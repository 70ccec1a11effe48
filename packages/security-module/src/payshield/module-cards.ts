// Card codes and cryptograms over host commands: CW, CY, KQ, KW.
import { fromHex, toHex } from '@chipswitch/bytes';
import { cryptogramData } from '../emv/cryptogram-data.ts';
import {
  type CryptogramVersion,
  cryptogramVersion,
  cryptogramVersionOf,
} from '../emv/cryptogram-versions.ts';
import { type Outcome, type Refusal, refuse } from '../errors.ts';
import type { CardCodeInput } from '../operations/card-code.ts';
import type { ArpcRequest, ArqcInput } from '../operations/emv.ts';
import type { SecurityModule } from '../security-module.ts';
import type { Fields } from './codec.ts';
import { type AnswerOf, type InputOf, type ModuleContext, verdict } from './module-context.ts';

/** Operations on cards. */
export type CardOperations = Pick<
  SecurityModule,
  'generateCardCode' | 'verifyCardCode' | 'verifyArqc' | 'scriptMac' | 'scriptEncrypt' | 'pinChange'
>;

function cardCodeFields(
  context: ModuleContext,
  input: CardCodeInput,
): { readonly ok: true; readonly fields: Fields } | Refusal {
  if (input.kind !== 'cvv' && input.kind !== 'cvv2' && input.kind !== 'icvv') {
    return refuse('unsupported', input.kind);
  }
  const cvk = context.find(input.key, ['C0']);
  if (!cvk.ok) return cvk;
  const serviceCode =
    input.kind === 'cvv' ? input.serviceCode : input.kind === 'cvv2' ? '000' : '999';
  if (!/^\d{12,19}$/.test(input.pan)) return refuse('input', 'pan');
  if (!/^\d{4}$/.test(input.expiry)) return refuse('input', 'expiry');
  if (!/^\d{3}$/.test(serviceCode)) return refuse('input', 'service code');
  const { pan, expiry: expirationDate } = input;
  return { ok: true, fields: { cvk: cvk.key.field, pan, expirationDate, serviceCode } };
}

/** PAN and sequence number: the rightmost sixteen digits (option A), or all of them (option B). */
function panSeqNoOf(pan: string, sequence: string, option: 'A' | 'B'): string {
  const digits = pan + sequence;
  if (option === 'A' || pan.length <= 16) return digits.slice(-16).padStart(16, '0');
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}

function padded(data: Uint8Array, padding: CryptogramVersion['padding']): Uint8Array {
  const extra = padding === 2 ? 1 : 0;
  const result = new Uint8Array(Math.ceil((data.length + extra) / 8) * 8);
  result.set(data);
  if (padding === 2) result[data.length] = 0x80;
  return result;
}

/** Which command and scheme carries out a row, or undefined where none does. */
function commandOf(
  row: CryptogramVersion,
  option: 'A' | 'B',
): { readonly command: 'KQ' | 'KW'; readonly schemeId: string } | undefined {
  if (row.sessionKey === 'csk') return { command: 'KW', schemeId: option === 'A' ? '2' : '3' };
  if (option !== 'A') return undefined;
  if (row.sessionKey === 'none') return { command: 'KQ', schemeId: '0' };
  const mastercard = row.sessionKey === 'mc-skd' && row.arpcKey === 'card';
  return mastercard ? { command: 'KQ', schemeId: '1' } : undefined;
}

function responseFields(arpc: ArpcRequest | undefined): { mode: string; fields: Fields } {
  if (arpc === undefined) return { mode: '0', fields: {} };
  if ('arc' in arpc) return { mode: '1', fields: { arc: toHex(arpc.arc) } };
  const proprietaryData = arpc.proprietaryData ?? new Uint8Array(0);
  return { mode: '3', fields: { csu: toHex(arpc.csu), proprietaryData } };
}

/** What is wrong with an input, as a fixed word, or undefined. */
function faultOf(input: ArqcInput, row: CryptogramVersion): string | undefined {
  if (!/^\d{12,19}$/.test(input.pan) || !/^\d{2}$/.test(input.panSequenceNumber)) return 'pan';
  if (input.atc.length !== 2) return 'atc';
  if (input.arqc.length !== 8) return 'arqc';
  const un = input.unpredictableNumber;
  if (un === undefined ? row.sessionKey === 'mc-skd' : un.length !== 4) {
    return 'unpredictable number';
  }
  const { arpc } = input;
  if (arpc === undefined) return undefined;
  const method = 'arc' in arpc ? 1 : 2;
  const right =
    'arc' in arpc
      ? arpc.arc.length === 2
      : arpc.csu.length === 4 && (arpc.proprietaryData?.length ?? 0) <= 8;
  return right && method === row.arpcMethod ? undefined : 'arpc';
}

function dataOf(input: ArqcInput, row: CryptogramVersion): Outcome<{ data: Uint8Array }> {
  const { transactionData } = input;
  if (transactionData instanceof Uint8Array) return { ok: true, data: transactionData };
  return cryptogramData(row, transactionData);
}

async function verifyArqc(
  context: ModuleContext,
  input: InputOf<'verifyArqc'>,
): AnswerOf<'verifyArqc'> {
  const { send, find } = context;
  const master = find(input.key, ['E0']);
  if (!master.ok) return master;
  const { cvn } = input;
  const row =
    typeof cvn === 'string' ? cryptogramVersion(cvn) : cryptogramVersionOf(cvn.scheme, cvn.iad);
  if (row === undefined) return refuse('input', 'cryptogram version');
  const fault = faultOf(input, row);
  if (fault !== undefined) return refuse('input', fault);
  const option = input.option ?? row.option;
  const how = option === 'C' ? undefined : commandOf(row, option);
  if (how === undefined || option === 'C') return refuse('unsupported', row.id);
  const built = dataOf(input, row);
  if (!built.ok) return built;
  const { mode, fields } = responseFields(input.arpc);
  const sent = await send(how.command, {
    modeFlag: mode,
    schemeId: how.schemeId,
    mkac: master.key.field,
    panSeqNo: panSeqNoOf(input.pan, input.panSequenceNumber, option),
    atc: toHex(input.atc),
    ...(how.command === 'KQ'
      ? { unpredictableNumber: toHex(input.unpredictableNumber ?? new Uint8Array(4)) }
      : {}),
    transactionData: toHex(padded(built.data, row.padding)),
    arqc: toHex(input.arqc),
    ...fields,
  });
  if (!sent.ok) return sent;
  const { arpc } = sent.fields;
  if (input.arpc === undefined) return { ok: true };
  return arpc === undefined ? refuse('unavailable', 'arpc') : { ok: true, arpc: fromHex(arpc) };
}

/** Operations over the host link. */
export function cardOperations(context: ModuleContext): CardOperations {
  const { send } = context;

  return {
    generateCardCode: async (input) => {
      const code = cardCodeFields(context, input);
      if (!code.ok) return code;
      const sent = await send('CW', code.fields);
      return sent.ok ? { ok: true, code: sent.fields['cvv'] } : sent;
    },
    verifyCardCode: async (input) => {
      const code = cardCodeFields(context, input);
      if (!code.ok) return code;
      if (!/^\d{3}$/.test(input.code)) return refuse('input', 'code');
      return verdict(send('CY', { ...code.fields, cvv: input.code }));
    },
    verifyArqc: (input) => verifyArqc(context, input),
    scriptMac: () => refuse('unsupported'),
    scriptEncrypt: () => refuse('unsupported'),
    pinChange: () => refuse('unsupported'),
  };
}
