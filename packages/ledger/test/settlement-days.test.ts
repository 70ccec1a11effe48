// Days: business dates across clock changes, value dates, net settlement, reserve, batch totals.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BusinessCalendar,
  type NetItem,
  type ReserveHolding,
  applyReserveEvent,
  businessCalendar,
  versionedCalendar,
  formatCalendarDate,
  isoWeekday,
  netSettlement,
  parseCalendarDate,
  parseDecimal,
  timeZoneOf,
  valueDate,
} from '../src/index.ts';

function calendarOf(timeZone: string, cutOff: string): BusinessCalendar {
  const calendar = businessCalendar({ timeZone, cutOff });
  if (!calendar.ok) throw new Error(calendar.error.code);
  return calendar.value;
}
const instant = (ms: number | undefined) => new Date(ms!).toISOString();

describe('calendar dates', () => {
  it.each(['2025-02-29', '2025-13-01', '2025-00-10', '2025-01-32', '25-01-01', '0999-12-31', ''])(
    '%j is no date',
    (text) => expect(parseCalendarDate(text)).toBeUndefined(),
  );
  it('knows leap days and weekdays', () => {
    expect(formatCalendarDate(parseCalendarDate('2024-02-29')! + 1)).toBe('2024-03-01');
    expect(isoWeekday(parseCalendarDate('2025-01-06')!)).toBe(1);
    expect(isoWeekday(parseCalendarDate('1969-12-28')!)).toBe(7);
  });
});

describe('cut-off', () => {
  it.each([
    // 02:30 does not exist on that night: moved later by the hour of the gap, to 03:30 EDT.
    ['America/New_York', '02:30:00', '2025-03-09', '2025-03-09T07:30:00.000Z'],
    // 01:30 exists twice: the first one, still EDT.
    ['America/New_York', '01:30', '2025-11-02', '2025-11-02T05:30:00.000Z'],
    ['Europe/Berlin', '24:00:00', '2025-03-29', '2025-03-29T23:00:00.000Z'],
    ['Europe/Berlin', '02:00', '2025-03-30', '2025-03-30T01:00:00.000Z'],
    // The clock goes from 23:59:59 to 01:00:00: midnight itself is in the gap.
    ['America/Santiago', '24:00:00', '2025-09-06', '2025-09-07T04:00:00.000Z'],
    // Half an hour of summer time.
    ['Australia/Lord_Howe', '02:15', '2025-10-05', '2025-10-04T15:45:00.000Z'],
    // A whole day was left out: 30 December 2011 did not happen in Apia.
    ['Pacific/Apia', '12:00', '2011-12-30', '2011-12-30T22:00:00.000Z'],
    ['Asia/Shanghai', '23:00:00', '2025-01-15', '2025-01-15T15:00:00.000Z'],
    ['UTC', '00:00', '1969-12-31', '1969-12-31T00:00:00.000Z'],
    ['Asia/Kathmandu', '00:00:01', '2024-02-29', '2024-02-28T18:15:01.000Z'],
  ])('%s %s on %s is %s', (zone, cutOff, date, expected) => {
    expect(instant(calendarOf(zone, cutOff).cutOffMs(date))).toBe(expected);
  });
  it.each(['America/New_York', 'Europe/London', 'Pacific/Apia', 'Asia/Tehran', 'Asia/Shanghai'])(
    'every instant in %s has one business date, and windows touch',
    (zone) => {
      const instants = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2040, 0, 1) });
      const cutOffs = fc.constantFrom('00:00', '02:30', '17:00', '23:59:59', '24:00:00');
      fc.assert(
        fc.property(instants, cutOffs, (ms, cutOff) => {
          const calendar = calendarOf(zone, cutOff);
          const date = calendar.businessDate(ms)!;
          const dayBefore = formatCalendarDate(parseCalendarDate(date)! - 1);
          expect(ms).toBeLessThan(calendar.cutOffMs(date)!);
          expect(ms).toBeGreaterThanOrEqual(calendar.cutOffMs(dayBefore)!);
          expect(calendar.businessDate(calendar.cutOffMs(dayBefore)! - 1)! <= dayBefore).toBe(true);
        }),
        { numRuns: 60 },
      );
    },
  );
  it('answers the same whatever was asked before', () => {
    const calendar = calendarOf('America/New_York', '17:00');
    const ask = (text: string) => calendar.businessDate(Date.parse(text));
    const questions = ['2025-11-01T20:59:59Z', '2025-11-03T21:30:00Z', '1999-12-31T23:00:00Z'];
    const first = questions.map(ask);
    expect(questions.toReversed().map(ask)).toEqual(first.toReversed());
    expect(first).toEqual(['2025-11-01', '2025-11-03', '2000-01-01']);
  });
  it.each([
    ['Mars/Olympus', '12:00', 'unknown-time-zone'],
    ['', '12:00', 'unknown-time-zone'],
    ['UTC', '25:00', 'not-a-time'],
    ['UTC', '24:00:01', 'not-a-time'],
    ['UTC', '12:60', 'not-a-time'],
    ['UTC', '12', 'not-a-time'],
    ['UTC', ' 12:00', 'not-a-time'],
  ])('refuses %j %j', (timeZone, cutOff, code) => {
    expect(businessCalendar({ timeZone, cutOff })).toMatchObject({ ok: false, error: { code } });
  });
  it('has no answer for what is no instant or no date', () => {
    const calendar = calendarOf('UTC', '00:00');
    expect(calendar.businessDate(NaN)).toBeUndefined();
    expect(calendar.businessDate(8.64e15)).toBeUndefined();
    expect(calendar.businessDate(-Infinity)).toBeUndefined();
    expect(calendar.cutOffMs('2025-02-30')).toBeUndefined();
  });
  it('keeps the seconds of an old offset', () => {
    expect(timeZoneOf('Asia/Shanghai')!.offsetMs(Date.UTC(1890, 0, 1))).toBe(29_143_000);
  });
});

describe('value dates', () => {
  const weekend = new Set([6, 7]);
  const holidays = new Set(['2025-10-01', '2025-10-02', '2025-10-03']);
  it.each([
    [0, '2025-09-30', '2025-09-30'],
    [0, '2025-10-01', '2025-10-06'],
    [1, '2025-09-30', '2025-10-06'],
    [2, '2025-09-29', '2025-10-06'],
    [3, '2025-09-30', '2025-10-08'],
    [1, '2024-12-31', '2025-01-01'],
  ])('lag %i from %s is %s', (lagDays, from, to) => {
    expect(valueDate({ lagDays, weekend, holidays }, from)).toEqual({ ok: true, value: to });
  });
  it.each([
    [{ lagDays: -1, weekend, holidays }, '2025-01-01', 'negative'],
    [{ lagDays: 1.5, weekend, holidays }, '2025-01-01', 'negative'],
    [
      { lagDays: 1, weekend: new Set([1, 2, 3, 4, 5, 6, 7]), holidays },
      '2025-01-01',
      'no-good-day',
    ],
    [{ lagDays: 1, weekend, holidays }, '2025-1-1', 'not-a-date'],
  ])('refuses %j from %s', (terms, from, code) => {
    expect(valueDate(terms, from)).toMatchObject({ ok: false, error: { code } });
  });
});

describe('net settlement', () => {
  const rounding = 'half-up' as const;
  it('carries forward what is not paid', () => {
    const owed = netSettlement([{ kind: 'refund', amountMinor: 500n }], { rounding });
    expect(owed).toMatchObject({ netMinor: -500n, payoutMinor: 0n, carryForwardMinor: -500n });
    const next = netSettlement([{ kind: 'sale', amountMinor: 700n, feeMinor: 7n }], {
      rounding,
      carriedForwardMinor: owed.carryForwardMinor,
      minPayoutMinor: 193n,
    });
    expect(next).toMatchObject({ netMinor: 193n, payoutMinor: 193n, carryForwardMinor: 0n });
    const small = netSettlement([{ kind: 'sale', amountMinor: 192n }], {
      rounding,
      minPayoutMinor: 193n,
    });
    expect(small).toMatchObject({ payoutMinor: 0n, carryForwardMinor: 192n });
  });
  it('takes no reserve from a day of reversals, and a chargeback that is won comes back', () => {
    const day = netSettlement(
      [
        { kind: 'reversal', amountMinor: 900n, feeReturnedMinor: 9n },
        { kind: 'chargeback', amountMinor: 100n, feeMinor: 15n },
        { kind: 'chargeback-reversal', amountMinor: 100n },
        { kind: 'fee', amountMinor: 3n },
      ],
      { rounding, reserveRate: parseDecimal('0.1')! },
    );
    expect(day).toMatchObject({ reserveHeldMinor: 0n, chargebacksMinor: 0n, feesMinor: 9n });
    expect(day.netMinor).toBe(-909n);
  });
  it('payout and carry make the net, and days can be split without loss', () => {
    const item = fc.record({
      kind: fc.constantFrom('sale', 'refund', 'reversal', 'chargeback', 'adjustment'),
      amountMinor: fc.bigInt({ min: 0n, max: 100_000n }),
      feeMinor: fc.bigInt({ min: 0n, max: 500n }),
    }) as fc.Arbitrary<NetItem>;
    fc.assert(
      fc.property(fc.array(item), fc.array(item), (one, two) => {
        const first = netSettlement(one, { rounding, minPayoutMinor: 1000n });
        const carriedForwardMinor = first.carryForwardMinor;
        const second = netSettlement(two, { rounding, minPayoutMinor: 1000n, carriedForwardMinor });
        const both = netSettlement([...one, ...two], { rounding });
        expect(first.payoutMinor + second.payoutMinor + second.carryForwardMinor).toBe(
          both.netMinor,
        );
      }),
    );
  });
});

describe('rolling reserve', () => {
  const terms = { rate: parseDecimal('0.1')!, rounding: 'half-up', holdDays: 2 } as const;
  const none: readonly ReserveHolding[] = [];
  it('releases what is due before it holds, never above the target', () => {
    const capped = { ...terms, targetMinor: 150n };
    const one = applyReserveEvent(capped, none, {
      kind: 'day',
      date: '2025-01-01',
      salesMinor: 1000n,
    });
    if (!one.ok) throw new Error(one.error.code);
    expect(one.value).toMatchObject({ releasedMinor: 0n, heldMinor: 100n, balanceMinor: 100n });
    const two = applyReserveEvent(capped, one.value.holdings, {
      kind: 'day',
      date: '2025-01-02',
      salesMinor: 1000n,
    });
    if (!two.ok) throw new Error(two.error.code);
    expect(two.value).toMatchObject({ heldMinor: 50n, balanceMinor: 150n });
    const three = applyReserveEvent(capped, two.value.holdings, {
      kind: 'day',
      date: '2025-01-03',
      salesMinor: 5000n,
    });
    expect(three).toMatchObject({
      value: { releasedMinor: 100n, heldMinor: 100n, balanceMinor: 150n },
    });
  });
  it('draws the oldest due dates first, releases nothing, and says what is missing', () => {
    const holdings = [
      { dueDate: '2025-01-05', amountMinor: 40n },
      { dueDate: '2025-01-03', amountMinor: 30n },
    ];
    const draw = (amountMinor: bigint) =>
      applyReserveEvent(terms, holdings, { kind: 'draw', date: '2025-02-01', amountMinor });
    expect(draw(35n)).toMatchObject({
      value: {
        releasedMinor: 0n,
        drawnMinor: 35n,
        shortfallMinor: 0n,
        holdings: [{ dueDate: '2025-01-05', amountMinor: 35n }],
      },
    });
    expect(draw(100n)).toMatchObject({
      value: { drawnMinor: 70n, shortfallMinor: 30n, balanceMinor: 0n, holdings: [] },
    });
  });
  it('held less released less drawn is the balance, never below zero', () => {
    const move = fc.record({ draw: fc.boolean(), amount: fc.bigInt({ min: 0n, max: 10_000n }) });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
        let holdings = none;
        let balance = 0n;
        for (const [index, { draw, amount }] of moves.entries()) {
          const date = formatCalendarDate(20_000 + index);
          const event = draw
            ? ({ kind: 'draw', date, amountMinor: amount } as const)
            : ({ kind: 'day', date, salesMinor: amount } as const);
          const moved = applyReserveEvent({ ...terms, targetMinor: 3000n }, holdings, event);
          if (!moved.ok) throw new Error(moved.error.code);
          const { heldMinor, releasedMinor, drawnMinor } = moved.value;
          balance += heldMinor - releasedMinor - drawnMinor;
          holdings = moved.value.holdings;
          expect(moved.value.balanceMinor).toBe(balance);
          expect(balance >= 0n && balance <= 3000n).toBe(true);
        }
      }),
    );
  });
  it.each([
    [{ kind: 'day', date: 'today', salesMinor: 1n }, 'not-a-date'],
    [{ kind: 'day', date: '2025-01-01', salesMinor: -1n }, 'negative'],
    [{ kind: 'draw', date: '2025-01-01', amountMinor: -1n }, 'negative'],
  ] as const)('refuses %o', (event, code) => {
    expect(applyReserveEvent(terms, none, event)).toMatchObject({ ok: false, error: { code } });
  });
});

describe('E2: a calendar whose terms change', () => {
  const versions = [
    { validFrom: '1000-01-01', timeZone: 'Asia/Shanghai', cutOff: '23:00:00' },
    { validFrom: '2026-12-03', timeZone: 'Asia/Tokyo', cutOff: '24:00:00' },
  ];
  const made = versionedCalendar(versions);
  if (!made.ok) throw new Error(made.error.code);
  const calendar = made.value;
  it.each([
    ['2026-12-01T14:59:59.999Z', '2026-12-01'],
    ['2026-12-01T15:00:00.000Z', '2026-12-02'],
    ['2026-12-02T14:59:59.999Z', '2026-12-02'],
    ['2026-12-02T15:00:00.000Z', '2026-12-03'],
    ['2026-12-03T14:59:59.999Z', '2026-12-03'],
    ['2026-12-03T15:00:00.000Z', '2026-12-04'],
  ])('puts %s on %s', (instant, businessDate) => {
    expect(calendar.businessDate(Date.parse(instant))).toBe(businessDate);
  });
  it('has no gap and no overlap around the change', () => {
    for (let ms = Date.parse('2026-12-01T00:00:00Z'); ms < Date.parse('2026-12-05'); ms += 61_000) {
      const businessDate = calendar.businessDate(ms)!;
      expect(ms).toBeLessThan(calendar.cutOffMs(businessDate)!);
    }
  });
  it('is refused where a date would have no time at all', () => {
    const [first] = versions;
    const change = { validFrom: '2026-12-03', timeZone: 'Pacific/Kiritimati', cutOff: '00:00' };
    expect(versionedCalendar([first, change])).toMatchObject({ error: { code: 'empty-day' } });
    expect(versionedCalendar([{ ...first, validFrom: 'now' }])).toMatchObject({
      error: { code: 'not-a-date' },
    });
  });
});
