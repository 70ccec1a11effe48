// A refusal of the switch itself is kept under the key of its question, so that the same question gets the same
// answer (guarantee I4); the key may have an outcome already that the fast path has forgotten.
import {
  type RefusalReason,
  kindOf,
  paymentKinds,
  refusalCode,
  writtenFacts,
} from '@chipswitch/transaction';
import type { Asked } from './asked.ts';
import type { Desk } from './desk.ts';
import { entryOf } from './journal-entry.ts';
import type { Opening } from './open-payment.ts';
import { refuse } from './refuse.ts';
import { replay } from './replay.ts';

const forNow: ReadonlySet<RefusalReason> = new Set(['overloaded', 'security-unavailable']);

/** Records the refusal and answers with it; with the outcome of the key, where it has one. */
export async function refuseAndRecord(
  desk: Desk,
  asked: Asked,
  opening: Opening,
  reason: RefusalReason,
): Promise<void> {
  const { frame, message, request } = asked;
  const isAdvice = kindOf(paymentKinds, request.kind).host === 'advice';
  // What has happened is told until it is taken: that there is no room for it now is not kept.
  if (isAdvice && forNow.has(reason)) return refuse(desk, frame, message, reason);
  const opened = await desk.journal.open({
    ...entryOf(desk, asked, opening),
    state: 'REFUSED',
    responseCode: refusalCode[reason],
    facts: writtenFacts({ reason }),
  });
  if (opened.ok) return refuse(desk, frame, message, reason);
  if (opened.error.code === 'key-exists') return replay(desk, asked, opening, opened.error.record);
  desk.counters.add('journalFaults');
  // Whether the key has an outcome is not known: a refusal might contradict it.
  if (opened.error.code === 'journal-unavailable') return frame.giveUp();
  return refuse(desk, frame, message, reason);
}
