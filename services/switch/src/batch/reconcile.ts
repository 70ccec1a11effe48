// 0500: the terminal's totals against the journal's. Equal: 00; not equal: 95, with our totals beside, and the
// batch stays on the list of unequal ones. With 202 or 207 in DE 60 it ends an upload.
import { type IsoMessage, terminalAnswer, textOf, yearOfLocalDate } from '@chipswitch/transaction';
import type { BatchPorts, BatchReply } from './batch-ports.ts';
import type { CloseRequest, CloseVerdict, TotalsTexts } from './batch-store.ts';
import { closeElements, judgeClose } from './judge-close.ts';

/** DE 60 of the POS dialect: type (2), batch number (6), network management code (3). */
export function batchOf(message: IsoMessage): { readonly number: string; readonly code: string } {
  const text = textOf(message, 60) ?? '';
  return { number: text.slice(2, 8), code: text.slice(8, 11) };
}

// A 0500 with one of these codes ends the upload that followed unequal totals (or equal ones, 207).
const trailingCodes = new Set(['202', '207']);

function answerOf(message: IsoMessage, responseCode: string, hostTotals: TotalsTexts): IsoMessage {
  const totals = Object.fromEntries(
    Object.entries(hostTotals).map(([name, value]) => [`de${name.slice(2)}`, value]),
  );
  return { ...terminalAnswer(message, responseCode), ...totals };
}

function requestOf(
  { businessDate: businessDateOfNow }: BatchPorts,
  message: IsoMessage,
  terminalTotals: TotalsTexts,
): CloseRequest {
  const businessDate = businessDateOfNow();
  const [stan, localTime, localDate] = [11, 12, 13].map((e) => textOf(message, e) ?? '');
  const year = localDate === '' ? '' : yearOfLocalDate(localDate, businessDate);
  const batchNumber = batchOf(message).number;
  return {
    terminalId: (textOf(message, 41) ?? '').trim(),
    batchNumber,
    batchKey: `${year}${localDate}/${localTime}/${stan}/${batchNumber}`,
    businessDate,
    terminalTotals,
  };
}

async function verdictOn(
  { batches }: BatchPorts,
  message: IsoMessage,
  request: CloseRequest,
): Promise<CloseVerdict> {
  const { terminalId, batchNumber, terminalTotals } = request;
  const isDated = textOf(message, 13) !== undefined && textOf(message, 12) !== undefined;
  if (trailingCodes.has(batchOf(message).code)) {
    const closed = await batches.endUpload(terminalId, batchNumber);
    if (closed !== undefined) {
      const { isListed, responseCode, hostTotals } = closed;
      return { type: 'stored', responseCode: isListed ? responseCode : '00', hostTotals };
    }
  }
  return batches.close(request, (atClose) => judgeClose({ terminalTotals, isDated }, atClose));
}

/** Closes a terminal's batch; the same 0500 again gets the stored answer. */
export async function reconcile(ports: BatchPorts, message: IsoMessage): Promise<BatchReply> {
  const stated = closeElements.map((element) => [element, textOf(message, element)] as const);
  const wrong = stated.find(([, text]) => text === undefined || !/^\d+$/.test(text));
  if (wrong !== undefined)
    return { ok: false, error: { code: 'format-error', path: String(wrong[0]) } };
  const totals = Object.fromEntries(stated.map(([e, text]) => [`DE${e}`, text ?? '']));
  const request = requestOf(ports, message, totals);
  const { terminalId, batchKey } = request;
  const verdict = await verdictOn(ports, message, request);
  if (verdict.type === 'too-wide') return { ok: false, error: { code: 'journal-unavailable' } };
  if (verdict.type === 'differs') {
    ports.counters.add('fingerprintAlarms');
    ports.report(`terminal ${terminalId} closed a batch twice with other totals`, undefined);
    return { ok: false, error: { code: 'duplicate-differs' } };
  }
  const { responseCode, hostTotals } =
    verdict.type === 'end' ? { ...verdict.batch, responseCode: '00' } : verdict;
  ports.log({ event: 'reconciled', terminalId, batch: batchKey, what: verdict.type, responseCode });
  return { ok: true, answer: answerOf(message, responseCode, hostTotals) };
}
