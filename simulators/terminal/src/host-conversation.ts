// One question to the host until it is answered or owes a reversal: repeats with the same STAN,
// then 0400 (switch notes b: 1, 2, 12).
import { given } from '@chipswitch/bytes';
import { type IsoMessage, bytesOf, textOf } from '@chipswitch/transaction';
import { findResponseCode, verdictOf } from 'iso8583-js';
import type { HostLink } from './host-link.ts';
import type { JournalEvent } from './journal.ts';
import { buildRepeat } from './messages.ts';
import type { TerminalTimers } from './profile.ts';
import type { AskedFor } from './request-kinds.ts';

/** A host's answer as the terminal uses it. */
export interface HostDecision {
  readonly responseCode: string;
  readonly approved: boolean;
  readonly approvalCode?: string;
  readonly retrievalReference?: string;
  /** Differs from what was asked only for a partial approval. */
  readonly amountMinor: bigint;
  readonly iccData?: Uint8Array;
  /** DE 48 and 54. */
  readonly additional?: Partial<IsoMessage>;
}

/** What came of asking. `unknown` owes a reversal, which is journaled already. */
export type Conversation =
  | { readonly type: 'decided'; readonly decision: HostDecision }
  | { readonly type: 'not-sent' }
  | { readonly type: 'unknown' };

/** Reads an answer; undefined when it is none to this question (then the outcome is unknown). */
function readDecision(asked: IsoMessage, answer: IsoMessage): HostDecision | undefined {
  const code = textOf(answer, 39);
  if (code === undefined) return undefined;
  const verdict = verdictOf(code);
  // A code that says nothing of the payment, or that the answer is still to come, decides nothing.
  if (verdict !== 'approved' && verdict !== 'declined') return undefined;
  for (const element of [11, 41] as const) {
    if (textOf(answer, element)?.trim() !== textOf(asked, element)?.trim()) return undefined;
  }
  const approved = verdict === 'approved';
  const partial = findResponseCode(code)?.class === 'approved-partial';
  const amountMinor = BigInt(textOf(answer, 4) ?? textOf(asked, 4) ?? '0');
  const askedMinor = BigInt(textOf(asked, 4) ?? '0');
  // Only a partial approval may change the amount; anything else is no answer to rely on.
  if (approved && !partial && amountMinor !== askedMinor) return undefined;
  if (partial && amountMinor > askedMinor) return undefined;
  const approvalCode = textOf(answer, 38)?.trim();
  const retrievalReference = textOf(answer, 37);
  const iccData = bytesOf(answer, 55);
  return {
    responseCode: code,
    approved,
    amountMinor,
    ...(approvalCode === undefined || approvalCode === '' ? {} : { approvalCode }),
    ...given({ retrievalReference, iccData, additional: additionalOf(answer) }),
  };
}

/** The scheme's id and the balances, where an answer has them. */
function additionalOf(answer: IsoMessage): Partial<IsoMessage> | undefined {
  const found = given({ de48: textOf(answer, 48), de54: textOf(answer, 54) });
  return Object.keys(found).length === 0 ? undefined : found;
}

/** What a conversation needs of its terminal. */
export interface ConversationParts {
  readonly link: HostLink;
  readonly journal: { append(event: JournalEvent): void };
  readonly timers: TerminalTimers;
}

/** Asks, repeats where no answer came, and journals every step. */
export async function converse(
  parts: ConversationParts,
  key: string,
  askedFor: AskedFor,
  message: IsoMessage,
): Promise<Conversation> {
  const { link, journal, timers } = parts;
  journal.append({ type: 'asked', key, for: askedFor, message });
  let reached = false;
  for (let attempt = 0; attempt <= timers.repeats; attempt++) {
    // Only what may have arrived is repeated; what never left is sent as it was.
    const result = await link.exchange(reached ? buildRepeat(message) : message, timers.answerMs);
    const decision = result.ok ? readDecision(message, result.message) : undefined;
    if (decision) {
      recordAnswer(journal, key, message, decision);
      return { type: 'decided', decision };
    }
    // An answer that is none to this question says no more than no answer.
    if (result.ok || result.error.code !== 'not-sent') reached = true;
  }
  return { type: reached ? 'unknown' : 'not-sent' };
}

function recordAnswer(
  journal: ConversationParts['journal'],
  key: string,
  asked: IsoMessage,
  decision: HostDecision,
): void {
  const { retrievalReference, approvalCode } = decision;
  const changed = decision.amountMinor !== BigInt(textOf(asked, 4) ?? '0');
  journal.append({
    type: 'answered',
    key,
    responseCode: decision.responseCode,
    ...given({ retrievalReference, approvalCode, answer: decision.additional }),
    ...(changed ? { amountMinor: String(decision.amountMinor) } : {}),
  });
}
