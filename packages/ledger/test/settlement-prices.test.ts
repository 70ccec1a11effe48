// Prices: roundings, fees, schedules, tiers, allocation, refunds, billing and tax, with their bad input.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FeeTerms,
  addDecimals,
  allocate,
  billPeriod,
  compareDecimals,
  decimalOf,
  feeOf,
  formatDecimal,
  oneDecimal,
  parseDecimal,
  parseMinorUnits,
  readFeeComponents,
  readFeeRules,
  readRoundingMode,
  readVolumeTiers,
  refundFees,
  roundDecimal,
  roundRatio,
  roundingModes,
  scaleDecimal,
  scheduledFee,
  taxFee,
  tierFee,
} from '../src/index.ts';

const decimal = (text: string) => parseDecimal(text)!;
const terms = (roundEach: boolean, ...components: Record<string, string>[]): FeeTerms => {
  const read = readFeeComponents(components);
  if (!read.ok) throw new Error(read.error.code);
  return { components: read.value, rounding: 'half-up', roundEach };
};
const mode = fc.constantFrom(...roundingModes);
const amount = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });

describe('decimals', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['007.50', '7.5'],
    ['0.000000000000000001', '0.000000000000000001'],
    ['-12.3400', '-12.34'],
    ['99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
  ])('%s is printed as %s', (text, printed) => {
    expect(formatDecimal(decimal(text))).toBe(printed);
  });
  it.each(['', '.', '.5', '5.', '+1', '1e3', ' 1', '1 ', '1,5', '0x10', '--1', '１', 'NaN'])(
    '%j is no decimal',
    (text) => expect(parseDecimal(text)).toBeUndefined(),
  );
  it('refuses what is too long to be meant', () => {
    expect(parseDecimal('1'.repeat(39))).toBeUndefined();
    expect(parseDecimal(`0.${'1'.repeat(19)}`)).toBeUndefined();
  });
  it('compares across scales', () => {
    expect(compareDecimals(decimal('1.0'), decimal('1'))).toBe(0);
    expect(compareDecimals(decimal('-1.01'), decimal('-1'))).toBe(-1);
    expect(compareDecimals(decimal('0.3'), decimal('0.29'))).toBe(1);
  });
  it('rounds to a neighbour, as the mirror for negatives, and keeps whole numbers', () => {
    fc.assert(
      fc.property(amount, fc.bigInt({ min: 1n, max: 10n ** 12n }), mode, (n, d, m) => {
        const rounded = roundRatio(n, d, m);
        const distance = rounded * d - n;
        expect(distance < d && distance > -d).toBe(true);
        expect(roundRatio(-n, d, m)).toBe(-rounded);
        expect(roundRatio(n * d, d, m)).toBe(n);
      }),
    );
  });
  it('refuses a denominator that is not above zero', () => {
    expect(() => roundRatio(1n, 0n, 'down')).toThrow(RangeError);
  });
  it.each([
    ['1.5', undefined],
    ['', undefined],
    [5, undefined],
    ['-75', -75n],
  ])('%j as an amount is %s', (text, value) => {
    const read = parseMinorUnits(text, 'amount');
    if (value === undefined) {
      expect(read).toEqual({ ok: false, error: { code: 'not-an-amount', path: 'amount' } });
    } else {
      expect(read).toEqual({ ok: true, value });
    }
  });
  it('knows four roundings', () => {
    expect(roundingModes.map((word) => readRoundingMode(word).ok)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(readRoundingMode('bankers')).toMatchObject({ error: { code: 'unknown-word' } });
  });
});

describe('fees', () => {
  it.each([
    ['zero pays the fixed part', 0n, { rate: '0.01', fixed: '25' }, 25n],
    ['a refund is the mirror', -1999n, { rate: '0.014', fixed: '25' }, -53n],
    ['a floor with a fraction', 1n, { rate: '0', min: '0.5' }, 1n],
    ['a cap below the floor wins', 1000n, { rate: '0.1', min: '50', max: '20' }, 20n],
    ['a negative fixed part is a rebate', 100n, { rate: '0.01', fixed: '-3' }, -2n],
    ['a floor mirrors too', -100n, { rate: '0.01', min: '10' }, -10n],
  ] as const)('%s', (_title, amountMinor, component, fee) => {
    expect(feeOf(terms(false, component), amountMinor).feeMinor).toBe(fee);
  });
  it('rounds once or each, and the sum of the parts is the fee', () => {
    const plan = [
      { rate: '0.002' },
      { rate: '0.00012', fixed: '0.5' },
      { rate: '0.003', fixed: '5' },
    ];
    expect(feeOf(terms(false, ...plan), 8750n).feeMinor).toBe(50n);
    expect(feeOf(terms(true, ...plan), 8750n)).toMatchObject({
      feeMinor: 51n,
      parts: [18n, 2n, 31n],
    });
  });
  it('stays within floor and cap, mirrors a refund, and rounding once strays less than a unit', () => {
    const figure = fc.nat(5000).map((n) => ({ unscaled: BigInt(n), scale: 3 }));
    const component = fc.record({
      name: fc.constant(''),
      rate: figure,
      fixed: figure,
      floor: figure,
      cap: figure,
    });
    const components = fc.array(component, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        components,
        amount,
        mode,
        fc.boolean(),
        (components, paid, rounding, roundEach) => {
          const plan = { components, rounding, roundEach };
          const { feeMinor, raw } = feeOf(plan, paid);
          expect(feeOf(plan, -paid).feeMinor + feeMinor === 0n || paid === 0n).toBe(true);
          const sign = paid < 0n ? -1n : 1n;
          for (const [i, { floor, cap }] of components.entries()) {
            const size = { unscaled: raw[i].unscaled * sign, scale: raw[i].scale };
            expect(compareDecimals(size, cap)).toBeLessThanOrEqual(0);
            if (compareDecimals(floor, cap) <= 0) {
              expect(compareDecimals(size, floor)).toBeGreaterThanOrEqual(0);
            }
          }
          const exact = raw.reduce(addDecimals);
          const off = addDecimals(decimalOf(feeMinor), scaleDecimal(exact, -1n));
          const limit = decimalOf(roundEach ? BigInt(raw.length) : 1n);
          expect(compareDecimals(off, limit)).toBe(-1);
          expect(compareDecimals(scaleDecimal(off, -1n), limit)).toBe(-1);
        },
      ),
    );
  });
  it('is exact where a double is not', () => {
    expect(feeOf(terms(false, { rate: '1' }), 2n ** 53n + 1n).feeMinor).toBe(2n ** 53n + 1n);
  });
  it.each([
    [[{ rate: '0,5' }], 'not-a-decimal', 'components > 0 > rate'],
    [[{ rate: '0.1' }, { rate: '-0.1' }], 'negative', 'components > 1 > rate'],
    [[{ fixed: 'x' }], 'not-a-decimal', 'components > 0 > fixed'],
    [[{ min: '' }], 'not-a-decimal', 'components > 0 > min'],
    [[{ max: '1e9' }], 'not-a-decimal', 'components > 0 > max'],
  ])('refuses %j', (components, code, path) => {
    expect(readFeeComponents(components)).toEqual({ ok: false, error: { code, path } });
  });
});

describe('schedules', () => {
  const rules = readFeeRules([
    { id: 'small', when: { maxAmount: '1000', funding: ['debit', 'prepaid'] }, rate: '0' },
    { id: 'large', when: { minAmount: '50000' }, components: [{ rate: '0.01' }, { fixed: '7' }] },
    { id: 'rest', rate: '0.02' },
  ]);
  const rule = (amountMinor: bigint, attributes: Record<string, string>) => {
    if (!rules.ok) throw new Error(rules.error.code);
    const schedule = { rules: rules.value, rounding: 'half-up', roundEach: false } as const;
    const priced = scheduledFee(schedule, { amountMinor, attributes });
    return priced && [priced.rule, priced.feeMinor];
  };
  it('takes the first rule whose conditions all hold, limits inclusive', () => {
    expect(rule(1000n, { funding: 'prepaid' })).toEqual(['small', 0n]);
    expect(rule(1001n, { funding: 'prepaid' })).toEqual(['rest', 20n]);
    expect(rule(1000n, {})).toEqual(['rest', 20n]);
    expect(rule(50000n, {})).toEqual(['large', 507n]);
    expect(rule(-50000n, {})).toEqual(['large', -507n]);
  });
  it('never takes a condition from a prototype', () => {
    const odd = readFeeRules([{ id: 'odd', when: { toString: 'x' }, rate: '0' }]);
    if (!odd.ok) throw new Error(odd.error.code);
    const schedule = { rules: odd.value, rounding: 'down', roundEach: false } as const;
    expect(scheduledFee(schedule, { amountMinor: 1n, attributes: {} })).toBeUndefined();
  });
  it.each([
    [{ id: 'a', when: { maxAmount: '1.5' } }, 'not-an-amount', 'rules > 0 > when > maxAmount'],
    [{ id: 'a', rate: 'x' }, 'not-a-decimal', 'rules > 0 > 0 > rate'],
  ])('refuses %j', (text, code, path) => {
    expect(readFeeRules([text])).toEqual({ ok: false, error: { code, path } });
  });
});

describe('tiers', () => {
  const read = readVolumeTiers([
    { upTo: '1000', rate: '0.03' },
    { upTo: '5000', rate: '0.02' },
    { upTo: null, rate: '0.01' },
  ]);
  const tiers = read.ok ? read.value : [];
  const price = (mode: 'marginal' | 'whole', volume: bigint, prior = 0n) =>
    tierFee({ mode, tiers, rounding: 'half-up' }, volume, prior);
  it.each([
    ['marginal', 1000n, 0n, [1000n], '30'],
    ['marginal', 1001n, 0n, [1000n, 1n], '30.02'],
    ['marginal', 1000n, 4500n, [500n, 500n], '15'],
    ['marginal', 10n, 5000n, [10n], '0.1'],
    ['marginal', 0n, 700n, [], '0'],
    ['whole', 1000n, 0n, [1000n], '30'],
    ['whole', 1001n, 0n, [1001n], '20.02'],
    ['whole', 100n, 4900n, [100n], '2'],
    ['whole', 100n, 4901n, [100n], '1'],
  ] as const)('%s: %s after %s', (mode, volume, prior, bases, raw) => {
    const fee = price(mode, volume, prior);
    if (!fee.ok) throw new Error(fee.error.code);
    expect(fee.value.parts.map((part) => part.baseMinor)).toEqual(bases);
    expect(formatDecimal(fee.value.raw)).toBe(raw);
  });
  it('prices a volume the same in one piece and in two', () => {
    const volume = fc.bigInt({ min: 0n, max: 20_000n });
    fc.assert(
      fc.property(volume, volume, (first, second) => {
        const [one, two] = [price('marginal', first), price('marginal', second, first)];
        const whole = price('marginal', first + second);
        if (!one.ok || !two.ok || !whole.ok) throw new Error('no tier');
        const sum = one.value.raw.unscaled * 10n ** BigInt(4 - one.value.raw.scale);
        const rest = two.value.raw.unscaled * 10n ** BigInt(4 - two.value.raw.scale);
        const all = whole.value.raw.unscaled * 10n ** BigInt(4 - whole.value.raw.scale);
        expect(sum + rest).toBe(all);
      }),
    );
  });
  it.each([
    [[{ upTo: '10', rate: '0' }], 'no-tier'],
    [[], 'no-tier'],
    [
      [
        { upTo: null, rate: '0' },
        { upTo: '10', rate: '0' },
      ],
      'tiers-not-ascending',
    ],
    [
      [
        { upTo: '10', rate: '0' },
        { upTo: '10', rate: '0' },
      ],
      'tiers-not-ascending',
    ],
    [[{ upTo: '-1', rate: '0' }], 'tiers-not-ascending'],
    [[{ upTo: 'x', rate: '0' }], 'not-an-amount'],
    [[{ rate: 'x' }], 'not-a-decimal'],
  ])('refuses %j', (texts, code) => {
    const parsed = readVolumeTiers(texts);
    const result = parsed.ok
      ? tierFee({ mode: 'whole', tiers: parsed.value, rounding: 'down' }, 11n)
      : parsed;
    expect(result).toMatchObject({ ok: false, error: { code } });
  });
  it('refuses a volume below zero', () => {
    expect(price('whole', -1n)).toMatchObject({ error: { code: 'negative', path: 'volume' } });
    expect(price('whole', 1n, -1n)).toMatchObject({ error: { code: 'negative', path: 'prior' } });
  });
});

describe('allocation', () => {
  it.each([
    [100n, ['1', '1', '1'], [34n, 33n, 33n]],
    [-100n, ['1', '1', '1'], [-34n, -33n, -33n]],
    [1n, ['0', '0.5', '0.5'], [0n, 1n, 0n]],
    [10n, ['0.1', '0.7', '0.2'], [1n, 7n, 2n]],
    [5n, ['3', '3', '1'], [2n, 2n, 1n]],
    [0n, ['1', '2'], [0n, 0n]],
  ])('%s by %s', (total, weights, parts) => {
    expect(allocate(total, weights.map(decimal))).toEqual({ ok: true, value: parts });
  });
  it('loses nothing, and no part strays by a whole unit', () => {
    const weights = fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(amount, weights, (total, list) => {
        fc.pre(list.some((weight) => weight > 0));
        const parts = allocate(
          total,
          list.map((weight) => decimalOf(BigInt(weight))),
        );
        if (!parts.ok) throw new Error(parts.error.code);
        const sum = BigInt(list.reduce((a, b) => a + b, 0));
        expect(parts.value.reduce((a: bigint, b) => a + b, 0n)).toBe(total);
        for (const [i, part] of parts.value.entries()) {
          const off = part * sum - total * BigInt(list[i]);
          expect(off < sum && off > -sum).toBe(true);
        }
      }),
    );
  });
  it.each([
    [[], 'nothing-to-share'],
    [['0', '0'], 'nothing-to-share'],
    [['1', '-1'], 'negative'],
  ])('refuses weights %j', (weights, code) => {
    expect(allocate(10n, weights.map(decimal))).toMatchObject({ ok: false, error: { code } });
  });
});

describe('fees on refunds', () => {
  it('gives back exactly the fee when all is refunded, whatever the pieces', () => {
    const piece = fc.bigInt({ min: 0n, max: 5000n });
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1 }), piece, mode, (pieces, feeMinor, rounding) => {
        const amountMinor = pieces.reduce((a, b) => a + b, 0n);
        fc.pre(amountMinor > 0n);
        const fees = refundFees({ amountMinor, feeMinor, rounding }, pieces);
        if (!fees.ok) throw new Error(fees.error.code);
        expect(fees.value.reduce((a: bigint, b) => a + b, 0n)).toBe(feeMinor);
        expect(fees.value.every((fee) => fee >= 0n)).toBe(true);
      }),
    );
  });
  it('counts cumulatively, not refund by refund', () => {
    const sale = { amountMinor: 300n, feeMinor: 5n, rounding: 'half-up' } as const;
    expect(refundFees(sale, [100n, 100n, 100n])).toEqual({ ok: true, value: [2n, 1n, 2n] });
  });
  it.each([
    [0n, [1n], 'nothing-to-share'],
    [10n, [6n, 5n], 'over-refunded'],
    [10n, [-1n], 'negative'],
  ])('refuses %s refunded by %s', (amountMinor, refunds, code) => {
    const sale = { amountMinor, feeMinor: 1n, rounding: 'down' } as const;
    expect(refundFees(sale, refunds)).toMatchObject({ ok: false, error: { code } });
  });
});

describe('billing and tax', () => {
  it('shows the residue of rounding each payment', () => {
    const billed = billPeriod(terms(false, { rate: '0.005' }), Array<bigint>(1000).fill(100n));
    expect(billed).toEqual({
      perTransactionMinor: 1000n,
      perPeriodMinor: 500n,
      differenceMinor: 500n,
    });
    expect(billPeriod(terms(false, { rate: '0.005' }), [])).toMatchObject({ differenceMinor: 0n });
  });
  it.each([
    [53n, '0.06', false, 53n, 3n, 56n],
    [106n, '0.06', true, 100n, 6n, 106n],
    [100n, '0.19', true, 84n, 16n, 100n],
    [100n, '0', true, 100n, 0n, 100n],
    [-53n, '0.06', false, -53n, -3n, -56n],
    [25n, '0.06', false, 25n, 2n, 27n],
  ])('%s at %s, included %s', (fee, rate, included, net, tax, gross) => {
    expect(taxFee({ rate: decimal(rate), included, rounding: 'half-up' }, fee)).toEqual({
      netMinor: net,
      taxMinor: tax,
      grossMinor: gross,
    });
  });
  it('net and tax make gross, whatever the mode', () => {
    fc.assert(
      fc.property(amount, fc.nat(3000), fc.boolean(), mode, (fee, rate, included, rounding) => {
        const taxed = taxFee(
          { rate: { unscaled: BigInt(rate), scale: 4 }, included, rounding },
          fee,
        );
        expect(taxed.netMinor + taxed.taxMinor).toBe(taxed.grossMinor);
        expect(included ? taxed.grossMinor : taxed.netMinor).toBe(fee);
      }),
    );
  });
  it('rounds one like itself', () => {
    expect(roundDecimal(oneDecimal, 'half-even')).toBe(1n);
  });
});
