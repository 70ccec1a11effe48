// What every back end asks of a cryptogram's request before it touches a key.
import {
  type Outcome,
  type Refusal,
  refuse,
  type ArpcRequest,
  isCardNumber,
  cryptogramData,
  type CryptogramVersion,
  cryptogramVersion,
  cryptogramVersionOf,
} from '@chipswitch/cryptography';
import type { ArqcInput } from './operations/emv.ts';

function arpcFits(arpc: ArpcRequest, row: CryptogramVersion): boolean {
  if ('arc' in arpc) return row.arpcMethod === 1 && arpc.arc.length === 2;
  const extra = arpc.proprietaryData?.length ?? 0;
  return row.arpcMethod === 2 && arpc.csu.length === 4 && extra <= 8;
}

function faultOf(input: ArqcInput, row: CryptogramVersion): string | undefined {
  if (!isCardNumber(input.pan, input.panSequenceNumber)) return 'pan';
  if (input.atc.length !== 2) return 'atc';
  if (input.arqc.length !== 8) return 'arqc';
  const un = input.unpredictableNumber;
  if (un === undefined ? row.sessionKey.needsUnpredictableNumber : un.length !== 4) {
    return 'unpredictable number';
  }
  return input.arpc === undefined || arpcFits(input.arpc, row) ? undefined : 'arpc';
}

/**
 * Finds the row of the request's cryptogram version and holds the request against it.
 *
 * @returns the row, or `input` with a fixed word for what is wrong: `cryptogram version`, `pan`,
 *   `atc`, `arqc`, `unpredictable number`, `arpc`
 */
export function checkArqcInput(input: ArqcInput): Outcome<{ readonly row: CryptogramVersion }> {
  const { cvn } = input;
  const row =
    typeof cvn === 'string' ? cryptogramVersion(cvn) : cryptogramVersionOf(cvn.scheme, cvn.iad);
  if (row === undefined) return refuse('input', 'cryptogram version');
  const fault = faultOf(input, row);
  return fault === undefined ? { ok: true, row } : refuse('input', fault);
}

/** The bytes that the cryptogram covers, before padding: as given, or out of the tags by the row's recipe. */
export function arqcDataOf(input: ArqcInput, row: CryptogramVersion): Uint8Array | Refusal {
  const { transactionData } = input;
  if (transactionData instanceof Uint8Array) return transactionData;
  const built = cryptogramData(row, transactionData);
  return built.ok ? built.data : built;
}
