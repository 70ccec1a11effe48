// What may be taken from a payment, added to it, or ended of its hold: the one rule, case by case.
import { describe, expect, it } from 'vitest';
import {
  type DrawnOriginal,
  type OriginalDrawn,
  type StandingDraw,
  authorisedMinor,
  holdExpiryKind,
  judgeDraw,
} from '../src/index.ts';

const draw = (
  kind: string,
  amountMinor: bigint,
  more: Partial<StandingDraw> = {},
): StandingDraw => ({
  kind,
  amountMinor,
  isPending: false,
  releasedMinor: 0n,
  endsHold: false,
  ...more,
});
const original = (...draws: StandingDraw[]): DrawnOriginal => ({
  kind: 'any',
  outcome: 'approved',
  amountMinor: 1_000n,
  draws,
});
const none: OriginalDrawn = {
  paymentId: '1',
  outcome: 'approved',
  together: [],
  added: [],
  alone: [],
};
const refunds: OriginalDrawn = {
  ...none,
  together: ['refund', 'void'],
  added: ['tip'],
  percentMax: 100n,
};
const completions: OriginalDrawn = {
  ...none,
  together: ['completion'],
  added: ['increment'],
  percentMax: 115n,
  releases: 'rest',
};
const parts: OriginalDrawn = { ...completions, releases: 'own' };
const tips: OriginalDrawn = {
  ...none,
  added: ['tip'],
  adds: true,
  percentMax: 120n,
  alone: ['tip', 'refund'],
};
const voids: OriginalDrawn = { ...refunds, whole: true, alone: ['refund', 'void'] };
const expiry: OriginalDrawn = { ...none, added: ['increment'], releases: 'rest' };
const released = (kind: string, amount: bigint, of: bigint, more: Partial<StandingDraw> = {}) =>
  draw(kind, amount, { releasedMinor: of, ...more });

const cases: readonly (readonly [string, DrawnOriginal, OriginalDrawn, bigint, bigint | string])[] =
  [
    ['a refund of all', original(), refunds, 1_000n, 0n],
    ['a refund of more', original(), refunds, 1_001n, 'original-used-up'],
    ['a refund of what is left', original(draw('refund', 400n)), refunds, 600n, 0n],
    [
      'a refund beside one on its way',
      original(draw('refund', 400n, { isPending: true })),
      refunds,
      601n,
      'original-used-up',
    ],
    ['a refund of the tip too', original(draw('tip', 100n)), refunds, 1_100n, 0n],
    [
      'a tip on its way is none yet',
      original(draw('tip', 100n, { isPending: true })),
      refunds,
      1_001n,
      'original-used-up',
    ],
    ['a void of all', original(), voids, 1_000n, 0n],
    ['a void of a part', original(), voids, 999n, 'original-used-up'],
    ['a void after a refund', original(draw('refund', 1n)), voids, 999n, 'original-used-up'],
    ['a void of the tip too', original(draw('tip', 100n)), voids, 1_100n, 0n],
    ['a tip', original(), tips, 200n, 0n],
    ['a tip beyond the rule', original(), tips, 201n, 'original-used-up'],
    ['a second tip', original(draw('tip', 1n)), tips, 1n, 'original-used-up'],
    ['a tip after a refund', original(draw('refund', 1n)), tips, 1n, 'original-used-up'],
    ['a completion lets all go', original(), completions, 900n, 1_000n],
    ['a completion of more, within the rule', original(), completions, 1_150n, 1_000n],
    ['a completion beyond the rule', original(), completions, 1_151n, 'original-used-up'],
    [
      'a completion of the increment too',
      original(draw('increment', 500n)),
      completions,
      1_725n,
      1_500n,
    ],
    ['a part lets its own go', original(), parts, 300n, 300n],
    ['a part of more than is held', original(), parts, 1_100n, 1_000n],
    [
      'the last part lets the rest go',
      original(released('completion', 300n, 300n)),
      completions,
      100n,
      700n,
    ],
    [
      'the last part while one is on its way',
      original(released('completion', 300n, 300n, { isPending: true })),
      completions,
      100n,
      'original-in-use',
    ],
    [
      'a part while one is on its way',
      original(released('completion', 300n, 300n, { isPending: true })),
      parts,
      100n,
      100n,
    ],
    [
      'a completion after the last',
      original(released('completion', 300n, 1_000n, { endsHold: true })),
      parts,
      100n,
      'original-used-up',
    ],
    [
      'after it has ended by itself',
      original(released(holdExpiryKind, 1_000n, 1_000n, { endsHold: true })),
      completions,
      100n,
      'original-expired',
    ],
    [
      'told after it has ended by itself',
      original(released(holdExpiryKind, 1_000n, 1_000n, { endsHold: true })),
      { ...completions, mayBeLate: true },
      100n,
      0n,
    ],
    [
      'told after the last',
      original(released('completion', 300n, 1_000n, { endsHold: true })),
      { ...completions, mayBeLate: true },
      100n,
      'original-used-up',
    ],
    [
      'the end of a hold',
      original(draw('increment', 500n), released('completion', 300n, 300n)),
      expiry,
      0n,
      1_200n,
    ],
    [
      'the end of a hold that has nothing left',
      original(released('completion', 1_000n, 1_000n)),
      expiry,
      0n,
      'original-used-up',
    ],
    [
      'of what was declined',
      { ...original(), outcome: 'declined' },
      refunds,
      1n,
      'original-used-up',
    ],
    [
      'of what is on its way',
      { ...original(), outcome: 'pending' },
      refunds,
      1n,
      'original-used-up',
    ],
    [
      'of what was referred, where it must be',
      { ...original(), outcome: 'declined' },
      { ...none, outcome: 'declined' },
      1_000n,
      0n,
    ],
  ];

describe('what draws on a payment', () => {
  it.each(cases)('%s', (_name, drawn, limits, amountMinor, expected) => {
    const verdict = judgeDraw(drawn, limits, amountMinor);
    expect(verdict.ok ? verdict.releasedMinor : verdict.error.code).toBe(expected);
  });
  it('is nothing where there is no original', () => {
    expect(judgeDraw(undefined, refunds, 1n)).toEqual({
      ok: false,
      error: { code: 'original-used-up' },
    });
  });
  it('counts what was added once it is approved', () => {
    const raised = [
      draw('increment', 5n),
      draw('increment', 7n, { isPending: true }),
      draw('x', 9n),
    ];
    expect(authorisedMinor(original(...raised), ['increment'])).toBe(1_005n);
  });
});
