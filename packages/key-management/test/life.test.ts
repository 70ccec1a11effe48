// Key states and the exchange of a slot's key: every event in every state, and the grace window.
import type { KeyRef } from '@chipswitch/security-module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type KeySlot,
  type KeySlotEvent,
  newKeySlot,
  nextKeyState,
  processingKeys,
  protectingKey,
  stepKeySlot,
} from '../src/index.ts';

const key = (id: string, kcv = 'ABCDEF'): KeyRef => ({ id, kcv, usage: 'M3', algorithm: '2TDEA' });

describe('states', () => {
  const states = ['PENDING', 'ACTIVE', 'RETIRED', 'DESTROYED'] as const;
  const allowed: Record<string, string> = {
    'PENDING activate': 'ACTIVE',
    'PENDING destroy': 'DESTROYED',
    'ACTIVE retire': 'RETIRED',
    'ACTIVE destroy': 'DESTROYED',
    'RETIRED destroy': 'DESTROYED',
  };
  const events = ['activate', 'retire', 'destroy'] as const;
  it.each(states.flatMap((state) => events.map((event) => [state, event] as const)))(
    '%s, %s',
    (state, event) => {
      expect(nextKeyState(state, event)).toBe(allowed[`${state} ${event}`]);
    },
  );
});

function walk(slot: KeySlot, steps: readonly (readonly [KeySlotEvent, number])[]) {
  let current = slot;
  const audit: string[] = [];
  for (const [event, at] of steps) {
    const step = stepKeySlot(current, event, at);
    audit.push(...step.audit.map((one) => `${one.step} ${one.keyId ?? '-'}`));
    if (!step.ok) return { slot: current, audit, error: step.error.code };
    current = step.slot;
  }
  return { slot: current, audit, error: undefined };
}

const ids = (keys: readonly KeyRef[]): string[] => keys.map(({ id }) => id);

describe('an exchange', () => {
  const old = key('old', '111111');
  const fresh = key('fresh', '222222');
  const first = newKeySlot('tak-1', 1000, old);
  const received = [
    [{ type: 'start' }, 0],
    [{ type: 'receive', key: fresh, kcv: '222222' }, 10],
  ] as const;
  it('keeps signing under the old key until a message verifies under the new one', () => {
    const { slot } = walk(first, received);
    expect(protectingKey(slot)?.id).toBe('old');
    expect(ids(processingKeys(slot, 10))).toEqual(['old', 'fresh']);
    const after = walk(slot, [[{ type: 'verified', keyId: 'fresh' }, 20]]);
    expect(protectingKey(after.slot)?.id).toBe('fresh');
    expect(after.audit).toEqual(['key-activated fresh', 'key-retired old']);
    expect(after.slot.exchangeSince).toBeUndefined();
  });
  it('verifies under the old key for as long as the grace, and then destroys it', () => {
    const { slot } = walk(first, [...received, [{ type: 'verified', keyId: 'fresh' }, 20]]);
    expect(ids(processingKeys(slot, 1019))).toEqual(['fresh', 'old']);
    expect(ids(processingKeys(slot, 1020))).toEqual(['fresh']);
    const early = stepKeySlot(slot, { type: 'tick' }, 1019);
    expect(early).toMatchObject({ ok: true, destroy: [], audit: [] });
    const late = stepKeySlot(slot, { type: 'tick' }, 1020);
    expect(late).toMatchObject({ ok: true, destroy: [old] });
    expect(late.ok && late.slot.retired).toBeUndefined();
  });
  it('destroys a key that is still in grace when the next replaces it', () => {
    const third = key('third', '333333');
    const { slot } = walk(first, [...received, [{ type: 'verified', keyId: 'fresh' }, 20]]);
    const { slot: open } = walk(slot, [
      [{ type: 'start' }, 30],
      [{ type: 'receive', key: third, kcv: '3333' }, 40],
    ]);
    const step = stepKeySlot(open, { type: 'verified', keyId: 'third' }, 50);
    expect(step).toMatchObject({ ok: true, destroy: [old] });
    expect(step.ok && step.slot.retired?.key.id).toBe('fresh');
  });
  it.each<[string, readonly (readonly [KeySlotEvent, number])[], string]>([
    [
      'a second start',
      [
        [{ type: 'start' }, 0],
        [{ type: 'start' }, 1],
      ],
      'exchange-open',
    ],
    ['a start while a key is pending', [...received, [{ type: 'start' }, 11]], 'exchange-open'],
    [
      'a key nobody asked for',
      [[{ type: 'receive', key: fresh, kcv: '222222' }, 0]],
      'no-exchange',
    ],
    [
      'another check value',
      [
        [{ type: 'start' }, 0],
        [{ type: 'receive', key: fresh, kcv: '222223' }, 1],
      ],
      'kcv-mismatch',
    ],
    [
      'a check value of two digits',
      [
        [{ type: 'start' }, 0],
        [{ type: 'receive', key: fresh, kcv: '22' }, 1],
      ],
      'kcv-mismatch',
    ],
    ['a failure of nothing', [[{ type: 'fail', reason: 'timer' }, 0]], 'no-exchange'],
    ['a verification under a stranger', [[{ type: 'verified', keyId: 'x' }, 0]], 'unknown-key'],
  ])('refuses %s', (_, steps, error) => {
    expect(walk(first, steps).error).toBe(error);
  });
  it('that fails leaves the old key, and destroys the new', () => {
    const { slot } = walk(first, received);
    const step = stepKeySlot(slot, { type: 'fail', reason: 'refused by peer' }, 30);
    expect(step).toMatchObject({ ok: true, destroy: [fresh] });
    expect(step.ok && step.slot).toEqual({ id: 'tak-1', graceMs: 1000, active: old });
  });
  it('of a slot without a key makes its first one', () => {
    const { slot, audit } = walk(newKeySlot('new', 10), [
      ...received,
      [{ type: 'verified', keyId: 'fresh' }, 20],
    ]);
    expect(slot).toEqual({ id: 'new', graceMs: 10, active: fresh });
    expect(audit).toEqual(['exchange-started -', 'key-received fresh', 'key-activated fresh']);
  });
});

it('no run of events loses the active key, signs under another, or keeps two pending', () => {
  const event = fc.oneof(
    fc.constant<KeySlotEvent>({ type: 'start' }),
    fc.constant<KeySlotEvent>({ type: 'tick' }),
    fc.constant<KeySlotEvent>({ type: 'fail', reason: 'timer' }),
    fc.nat(5).map((n): KeySlotEvent => ({ type: 'verified', keyId: `k${n}` })),
    fc.nat(5).map((n): KeySlotEvent => ({
      type: 'receive',
      key: key(`k${n}`),
      kcv: n % 2 ? 'ABCDEF' : '000000',
    })),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      let slot = newKeySlot('s', 5, key('first'));
      events.forEach((one, at) => {
        const step = stepKeySlot(slot, one, at);
        if (!step.ok) return;
        const before = protectingKey(slot);
        slot = step.slot;
        expect(protectingKey(slot)).toBeDefined();
        if (one.type !== 'verified') expect(protectingKey(slot)).toBe(before);
        for (const gone of step.destroy) expect(protectingKey(slot)).not.toBe(gone);
      });
    }),
  );
});
