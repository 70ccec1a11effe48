// What a terminal asks about a payment that it made before: nobody presents a card again. What is asked for is asked
// as any payment is; what has happened (tips, completions told, approvals by voice, reversals of a part) is sent until
// it is answered, like any debt of the terminal.
import { given } from '@chipswitch/bytes';
import { type IsoMessage, replacementAmounts, textOf } from '@chipswitch/transaction';
import type { DeviceMemory } from './device-memory.ts';
import { entryMode } from './entry.ts';
import { type Conversation, converse } from './host-conversation.ts';
import type { HostLink } from './host-link.ts';
import type { JournalItem } from './journal.ts';
import { type Elements, type RequestFacts, buildReversal, financial } from './messages.ts';
import type { TerminalProfile } from './profile.ts';
import { type FollowUpKind, followUpKinds } from './request-kinds.ts';

/** What is to be asked, and about which payment. */
export interface FollowUpOrder {
  readonly kind: FollowUpKind;
  /** Key of the payment in the terminal's journal (batch and STAN). */
  readonly original: string;
  /** The amount; of a tip the new total, of the reversal of a part what stays. */
  readonly amountMinor: bigint;
  /** The code that an issuer gave by voice. */
  readonly approvalCode?: string;
  /** DE 48 of a clearing of several. */
  readonly elements?: Elements | undefined;
}

/** What came of it. */
export interface FollowUpResult {
  /** `pending`: it is sent again with the terminal's other debts. */
  readonly outcome: 'approved' | 'declined' | 'pending' | 'unknown-original';
  /** Its key in the terminal's journal. */
  readonly key: string;
  readonly responseCode: string | undefined;
  readonly retrievalReference: string | undefined;
}

/** What it needs of its terminal. */
export interface FollowUpParts {
  readonly profile: TerminalProfile;
  readonly link: HostLink;
  readonly memory: DeviceMemory;
  readonly local: { readonly time: string; readonly monthDay: string };
  /** Sends what is owed. */
  readonly settleUploads: () => Promise<boolean>;
  readonly settleReversals: () => Promise<boolean>;
}

function factsOf(
  { profile, memory, local }: FollowUpParts,
  order: FollowUpOrder,
  original: JournalItem,
): RequestFacts {
  const pan = textOf(original.message, 2) ?? '';
  const card = { pan, expiry: textOf(original.message, 14), sequenceNumber: undefined };
  return {
    terminal: profile,
    stan: memory.nextStan(),
    localTime: local.time,
    localDate: local.monthDay,
    amountMinor: order.amountMinor,
    card: { ...card, track2: undefined },
    entryMode: entryMode('manual', false),
    batch: memory.batch,
    elements: { ...namedElements(order, original), ...order.elements },
  };
}

// DE 37, 38 and 61 name the payment; a referral has no reference that its host knows.
function namedElements(order: FollowUpOrder, original: JournalItem): Elements {
  const { retrievalReference } = original;
  const approvalCode = order.approvalCode ?? original.approvalCode;
  const stan = textOf(original.message, 11) ?? '';
  return given({
    de37: order.kind === 'voice-approval' ? undefined : retrievalReference,
    de38: approvalCode?.padEnd(6),
    de61: `${original.key.slice(0, 6)}${stan}`,
  });
}

/** What the batch counts of the original from now on. */
function changeOf(order: FollowUpOrder): string | undefined {
  if (order.kind === 'void') return '0';
  const isNewAmount = order.kind === 'tip-adjustment' || order.kind === 'partial-reversal';
  return isNewAmount ? String(order.amountMinor) : undefined;
}

function finished(parts: FollowUpParts, order: FollowUpOrder, key: string): FollowUpResult {
  const { memory } = parts;
  const item = memory.item(key);
  const isOwed = item?.upload === 'due' || item?.reversal === 'due';
  const outcome = isOwed ? 'pending' : item?.outcome === 'approved' ? 'approved' : 'declined';
  const countedMinor = changeOf(order);
  if (outcome === 'approved' && countedMinor !== undefined) {
    memory.append({ type: 'changed', key: order.original, countedMinor });
  }
  const { responseCode, retrievalReference } = item ?? {};
  return { outcome, key, responseCode, retrievalReference };
}

function complete(
  parts: FollowUpParts,
  key: string,
  message: IsoMessage,
  asked: Conversation,
): void {
  const { memory } = parts;
  if (asked.type === 'unknown') {
    memory.append({ type: 'reversal-due', key, message: buildReversal(message, 'no-answer') });
  }
  const approved = asked.type === 'decided' && asked.decision.approved;
  memory.append({ type: 'completed', key, outcome: approved ? 'approved' : 'declined' });
}

/** Asks, or tells, about a payment that was made before. */
export async function followUp(
  parts: FollowUpParts,
  order: FollowUpOrder,
): Promise<FollowUpResult> {
  const { memory, link, profile } = parts;
  const original = memory.item(order.original);
  if (original === undefined) {
    const none = { responseCode: undefined, retrievalReference: undefined };
    return { outcome: 'unknown-original', key: order.original, ...none };
  }
  const facts = factsOf(parts, order, original);
  const key = memory.keyOf(facts.stan);
  if (order.kind === 'partial-reversal') {
    const message: IsoMessage = {
      ...buildReversal(original.message, 'cancelled'),
      de11: facts.stan,
      de12: facts.localTime,
      de13: facts.localDate,
      de95: replacementAmounts(order.amountMinor),
    };
    memory.append({ type: 'approved-offline', key, for: order.kind, message });
    await parts.settleUploads();
    return finished(parts, order, key);
  }
  const row = followUpKinds[order.kind];
  const message = financial(row, facts);
  if (row.mti === '0220' && order.kind !== 'linked-refund') {
    memory.append({ type: 'approved-offline', key, for: order.kind, message });
    await parts.settleUploads();
    return finished(parts, order, key);
  }
  const asked = await converse(
    { link, journal: memory, timers: profile.timers },
    key,
    order.kind,
    message,
  );
  complete(parts, key, message, asked);
  await parts.settleReversals();
  return finished(parts, order, key);
}
