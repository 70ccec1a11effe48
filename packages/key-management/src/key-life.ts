// The life of a key, and of the slot whose key is exchanged by 0800 messages: pure state machines.
//
// States are those of ISO 11568-1 as systems keep them. Time comes in, in milliseconds of one
// clock;
// what must be recorded comes out as audit entries that hold ids and check values only.
import { given } from '@chipswitch/bytes';
import type { KeyRef } from '@chipswitch/security-module';

/** Received or made but not yet seen to work; in use; replaced; gone. */
export type KeyState = 'PENDING' | 'ACTIVE' | 'RETIRED' | 'DESTROYED';

/** What can happen to a key. */
export type KeyEvent = 'activate' | 'retire' | 'destroy';

const transitions: Readonly<Record<KeyState, Partial<Record<KeyEvent, KeyState>>>> = {
  PENDING: { activate: 'ACTIVE', destroy: 'DESTROYED' },
  ACTIVE: { retire: 'RETIRED', destroy: 'DESTROYED' },
  RETIRED: { destroy: 'DESTROYED' },
  DESTROYED: {},
};

/**
 * The state after an event, or undefined where a key cannot go there: none comes back.
 *
 * @example nextKeyState('ACTIVE', 'retire') // 'RETIRED'
 */
export function nextKeyState(state: KeyState, event: KeyEvent): KeyState | undefined {
  return transitions[state][event];
}

/** A step in a key's life, for the record. */
export interface KeyAuditEntry {
  readonly at: number;
  readonly slot: string;
  readonly step:
    | 'exchange-started'
    | 'key-received'
    | 'key-refused'
    | 'key-activated'
    | 'key-retired'
    | 'key-destroyed'
    | 'exchange-failed';
  readonly keyId?: string;
  readonly kcv?: string;
  readonly reason?: string;
}

interface RetiredKey {
  readonly key: KeyRef;
  readonly until: number;
}

/** A place that one working key fills at a time, such as the TAK of a terminal. */
export interface KeySlot {
  readonly id: string;
  readonly graceMs: number;
  /** An exchange is open: since when. */
  readonly exchangeSince?: number;
  readonly active?: KeyRef;
  readonly pending?: KeyRef;
  readonly retired?: RetiredKey;
}

/** What happens to a slot. */
export type KeySlotEvent =
  /** A request for a new key goes out, or comes in. */
  | { readonly type: 'start' }
  /** The key has been imported; `kcv` is the check value that came with it. */
  | { readonly type: 'receive'; readonly key: KeyRef; readonly kcv: string }
  /** A message has verified under this key: a pending one becomes active. */
  | { readonly type: 'verified'; readonly keyId: string }
  /** The peer refused, or the timer ran out. */
  | { readonly type: 'fail'; readonly reason: string }
  /** Time has passed: a retired key whose grace is over is destroyed. */
  | { readonly type: 'tick' };

/** Why an event does not fit. */
export type KeySlotErrorCode = 'exchange-open' | 'no-exchange' | 'kcv-mismatch' | 'unknown-key';

/** The slot after an event, what to record, and keys that the module must now destroy. */
export type KeySlotStep =
  | {
      readonly ok: true;
      readonly slot: KeySlot;
      readonly audit: readonly KeyAuditEntry[];
      readonly destroy: readonly KeyRef[];
    }
  | {
      readonly ok: false;
      readonly error: { readonly code: KeySlotErrorCode };
      readonly audit: readonly KeyAuditEntry[];
    };

/** A slot without a key, or with its first one already in use. */
export function newKeySlot(id: string, graceMs: number, active?: KeyRef): KeySlot {
  return active === undefined ? { id, graceMs } : { id, graceMs, active };
}

interface Moment {
  readonly slot: KeySlot;
  readonly at: number;
}

function entry(
  { slot, at }: Moment,
  step: KeyAuditEntry['step'],
  key?: KeyRef,
  reason?: string,
): KeyAuditEntry {
  return {
    at,
    slot: slot.id,
    step,
    ...(key === undefined ? {} : { keyId: key.id, kcv: key.kcv }),
    ...given({ reason }),
  };
}

const done = (
  slot: KeySlot,
  audit: readonly KeyAuditEntry[],
  destroy: readonly KeyRef[] = [],
): KeySlotStep => ({ ok: true, slot, audit, destroy });

const refused = (code: KeySlotErrorCode, audit: readonly KeyAuditEntry[] = []): KeySlotStep => ({
  ok: false,
  error: { code },
  audit,
});

// The keys that stay, without those that have an undefined value: absent means absent.
function slotOf(slot: KeySlot, keys: Partial<Pick<KeySlot, 'active' | 'pending' | 'retired'>>) {
  const { id, graceMs } = slot;
  return {
    id,
    graceMs,
    ...given({ active: keys.active, pending: keys.pending, retired: keys.retired }),
  };
}

function start(moment: Moment): KeySlotStep {
  const { slot, at } = moment;
  if (slot.exchangeSince !== undefined || slot.pending !== undefined) {
    return refused('exchange-open', [entry(moment, 'exchange-failed', undefined, 'exchange open')]);
  }
  return done({ ...slot, exchangeSince: at }, [entry(moment, 'exchange-started')]);
}

function receive(moment: Moment, key: KeyRef, kcv: string): KeySlotStep {
  const { slot } = moment;
  if (slot.exchangeSince === undefined) return refused('no-exchange');
  // A check value is public; what it is compared with is no secret either.
  const length = Math.min(kcv.length, key.kcv.length);
  if (length < 4 || kcv.toUpperCase().slice(0, length) !== key.kcv.slice(0, length)) {
    return refused('kcv-mismatch', [entry(moment, 'key-refused', key, 'check value differs')]);
  }
  const { active, retired } = slot;
  const kept = slotOf(slot, {
    pending: key,
    ...given({ active, retired }),
  });
  return done({ ...kept, exchangeSince: slot.exchangeSince }, [entry(moment, 'key-received', key)]);
}

function verified(moment: Moment, keyId: string): KeySlotStep {
  const { slot, at } = moment;
  const { active, pending, retired } = slot;
  if (pending === undefined || pending.id !== keyId) {
    const known = active?.id === keyId || retired?.key.id === keyId;
    return known ? done(slot, []) : refused('unknown-key');
  }
  const audit = [entry(moment, 'key-activated', pending)];
  if (active !== undefined) audit.push(entry(moment, 'key-retired', active));
  const destroy = retired === undefined ? [] : [retired.key];
  for (const key of destroy) audit.push(entry(moment, 'key-destroyed', key));
  const next = slotOf(slot, {
    active: pending,
    ...(active === undefined ? {} : { retired: { key: active, until: at + slot.graceMs } }),
  });
  return done(next, audit, destroy);
}

function fail(moment: Moment, reason: string): KeySlotStep {
  const { slot } = moment;
  if (slot.exchangeSince === undefined) return refused('no-exchange');
  const { active, pending, retired } = slot;
  const audit = [entry(moment, 'exchange-failed', pending, reason)];
  const destroy = pending === undefined ? [] : [pending];
  for (const key of destroy) audit.push(entry(moment, 'key-destroyed', key, reason));
  const kept = slotOf(slot, {
    ...given({ active, retired }),
  });
  return done(kept, audit, destroy);
}

function tick(moment: Moment): KeySlotStep {
  const { slot, at } = moment;
  const { retired } = slot;
  if (retired === undefined || at < retired.until) return done(slot, []);
  const { retired: _, ...kept } = slot;
  return done(kept, [entry(moment, 'key-destroyed', retired.key)], [retired.key]);
}

/**
 * The slot after an event. A new exchange is refused while one is open, a key whose check value
 * differs is refused, a new key becomes active with the first message that verifies under it, and
 * the one it replaces is kept for verification until its grace is over.
 *
 * @param at milliseconds of the clock that `graceMs` is counted on
 * @example
 * stepKeySlot(newKeySlot('tak', 60_000), { type: 'start' }, 0).slot.exchangeSince // 0
 */
export function stepKeySlot(slot: KeySlot, event: KeySlotEvent, at: number): KeySlotStep {
  const moment = { slot, at };
  switch (event.type) {
    case 'start':
      return start(moment);
    case 'receive':
      return receive(moment, event.key, event.kcv);
    case 'verified':
      return verified(moment, event.keyId);
    case 'fail':
      return fail(moment, event.reason);
    case 'tick':
    default:
      return tick(moment);
  }
}

/** The key that protects what is sent: the active one alone. */
export function protectingKey(slot: KeySlot): KeyRef | undefined {
  return slot.active;
}

/** The keys under which what comes in may verify, in the order to try: active, pending, retired. */
export function processingKeys(slot: KeySlot, at: number): readonly KeyRef[] {
  const keys = [slot.active, slot.pending];
  if (slot.retired !== undefined && at < slot.retired.until) keys.push(slot.retired.key);
  return keys.filter((key) => key !== undefined);
}
