// Settlement vectors about prices: rounding, fees, schedules, tiers, allocation, refunds, billing, tax.
import {
  type FeeComponentText,
  type FeeTerms,
  type Settled,
  allocate,
  billPeriod,
  feeOf,
  formatDecimal,
  readDecimal,
  readFeeComponents,
  readFeeRules,
  readVolumeTiers,
  refundFees,
  roundDecimal,
  roundingModes,
  scheduledFee,
  taxFee,
  tierFee,
} from '@chipswitch/ledger';
import * as v from 'valibot';
import {
  amount,
  boolean,
  currency,
  decimal,
  list,
  looseDecimal,
  maybe,
  name,
  named,
  object,
  oneOf,
  orNull,
  saying,
  someOf,
  text,
  whole,
} from '../forms.ts';
import { type Kinds, kind } from '../kind.ts';

/** The value of a result; a refusal ends the run, since these kinds have no word for one. */
export function valueOf<Value>(result: Settled<Value>): Value {
  if (result.ok) return result.value;
  const { code, path } = result.error;
  throw new Error(path === undefined ? code : `${code} at ${path}`);
}

export const rounding = oneOf('half-up', 'half-even', 'down', 'up');
export const positive = v.pipe(amount, v.minValue(1n, 'is not positive'), v.title('amount'));
export const notNegative = v.pipe(amount, v.minValue(0n, 'is negative'), v.title('amount'));
/** A part of a whole: from nothing to all of it. */
export const share = v.pipe(
  decimal,
  v.check((text) => Number(text) >= 0 && Number(text) <= 1, 'is no share'),
  v.title('decimal'),
);
const rate = saying(share, 'share of the amount, 0.006 = 0.6 %');
const price = {
  rate,
  fixed: maybe(saying(decimal, 'minor units')),
  min: maybe(saying(decimal, 'minor units, the floor')),
  max: maybe(saying(decimal, 'minor units, the cap')),
};
const component = object({ name, ...price });

/** A floor above the cap; the components of a fee, or the rules of a schedule. */
function crossed(
  place: string,
  prices: readonly { readonly min?: string | undefined; readonly max?: string | undefined }[],
): string | undefined {
  const at = prices.findIndex(({ min, max }) => Number(min ?? 0) > Number(max ?? Infinity));
  return at < 0 ? undefined : `${place} > ${at}: min is above max`;
}

/** Components as the ledger reads them: it takes a property that is there, or none. */
function termsOf(
  components: readonly v.InferOutput<typeof component>[],
  mode: FeeTerms['rounding'],
  roundEach: boolean,
): FeeTerms {
  const texts = components.map((one) => one as FeeComponentText);
  return { components: valueOf(readFeeComponents(texts)), rounding: mode, roundEach };
}

const fees: Kinds = {
  round: kind({
    about: 'Each value under the four modes.',
    input: object({ values: someOf(looseDecimal) }),
    expect: object({
      results: list(object({ 'half-up': whole, 'half-even': whole, down: whole, up: whole })),
    }),
    run: ({ values }) => ({
      results: values.map((value) => {
        const exact = valueOf(readDecimal(value));
        return Object.fromEntries(roundingModes.map((mode) => [mode, roundDecimal(exact, mode)]));
      }),
    }),
  }),
  fee: kind({
    about: 'A fee of components. `raw`: exact value of each, after floor and cap.',
    input: object({
      currency,
      amount,
      components: someOf(component),
      rounding,
      roundEach: boolean,
    }),
    misfit: ({ components }) => crossed('components', components),
    expect: object({
      raw: list(decimal),
      parts: maybe(saying(list(amount), 'only where roundEach is true')),
      fee: amount,
    }),
    run: (input) => {
      const terms = termsOf(input.components, input.rounding, input.roundEach);
      const { feeMinor, raw, parts } = feeOf(terms, input.amount);
      return { raw: raw.map(formatDecimal), parts, fee: feeMinor };
    },
  }),
  schedule: kind({
    about: 'The first rule whose conditions all hold prices a payment.',
    input: object({
      currency,
      rounding,
      rules: someOf(
        object({ id: name, when: named('attribute, or maxAmount (inclusive)', text), ...price }),
      ),
      transactions: someOf(v.objectWithRest({ amount }, text)),
    }),
    misfit: ({ rules }) =>
      new Set(rules.map(({ id }) => id)).size === rules.length
        ? crossed('rules', rules as readonly { min?: string; max?: string }[])
        : 'rules: an id stands twice',
    expect: object({
      results: list(object({ rule: orNull(text), fee: orNull(amount) })),
    }),
    run: (input) => {
      const rules = valueOf(readFeeRules(input.rules as Parameters<typeof readFeeRules>[0]));
      const terms = { rules, rounding: input.rounding, roundEach: false };
      const results = input.transactions.map(({ amount: amountMinor, ...attributes }) => {
        const payment = { amountMinor, attributes: attributes as Record<string, string> };
        const priced = scheduledFee(terms, payment);
        return { rule: priced?.rule ?? null, fee: priced?.feeMinor ?? null };
      });
      return { results };
    },
  }),
  tier: kind({
    about: 'Volume priced by tiers. `prior`: volume already billed in the period, else 0.',
    input: object({
      currency,
      mode: oneOf('marginal', 'whole'),
      prior: maybe(amount, '0'),
      volume: amount,
      tiers: someOf(
        object({
          upTo: orNull(saying(v.pipe(amount, v.transform(String)), 'inclusive')),
          rate: share,
        }),
      ),
      rounding,
    }),
    expect: object({
      parts: list(object({ base: amount, rate: decimal })),
      raw: decimal,
      fee: amount,
    }),
    run: ({ mode, prior, volume, tiers, rounding: rounded }) => {
      const terms = { mode, tiers: valueOf(readVolumeTiers(tiers)), rounding: rounded };
      const priced = valueOf(tierFee(terms, volume, prior));
      return {
        parts: priced.parts.map((part) => ({
          base: part.baseMinor,
          rate: formatDecimal(part.rate),
        })),
        raw: formatDecimal(priced.raw),
        fee: priced.feeMinor,
      };
    },
  }),
};

const numberOfPayments = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,5}$/, 'is no number of payments'),
  v.transform(Number),
  v.title('whole'),
);

const derived: Kinds = {
  allocate: kind({
    about: 'A total split by weights, largest remainder.',
    input: object({ currency, total: amount, weights: someOf(decimal) }),
    expect: object({ parts: list(amount) }),
    run: ({ total, weights }) => ({
      parts: valueOf(
        allocate(
          total,
          weights.map((weight) => valueOf(readDecimal(weight))),
        ),
      ),
    }),
  }),
  refundFees: kind({
    about: 'Fees given back on refunds; a full refund returns the whole fee.',
    input: object({
      currency,
      amount: positive,
      fee: notNegative,
      refunds: someOf(positive),
      rounding,
    }),
    expect: object({ feeReturned: list(amount), total: amount }),
    run: ({ amount: amountMinor, fee, refunds, rounding: rounded }) => {
      const sale = { amountMinor, feeMinor: fee, rounding: rounded };
      const returned = valueOf(refundFees(sale, refunds));
      return { feeReturned: returned, total: returned.reduce((sum: bigint, one) => sum + one, 0n) };
    },
  }),
  billing: kind({
    about: 'A period billed payment by payment and once; the difference has no sign.',
    input: object({ currency, amount: positive, count: numberOfPayments, rate: share, rounding }),
    expect: object({ perTransaction: amount, perPeriod: amount, difference: amount }),
    run: (input) => {
      const terms = termsOf([{ name: 'rate', rate: input.rate }], input.rounding, false);
      const amounts = Array<bigint>(input.count).fill(input.amount);
      const { perTransactionMinor, perPeriodMinor, differenceMinor } = billPeriod(terms, amounts);
      return {
        perTransaction: perTransactionMinor,
        perPeriod: perPeriodMinor,
        difference: differenceMinor < 0n ? 0n - differenceMinor : differenceMinor,
      };
    },
  }),
  taxedFee: kind({
    about: 'Tax on the rounded fee; taxIncluded: the fee contains it.',
    input: object({
      currency,
      amount: positive,
      fee: object({ name, rate: share }),
      taxRate: share,
      taxIncluded: boolean,
      rounding,
    }),
    expect: object({ feeGross: amount, feeNet: amount, tax: amount }),
    run: (input) => {
      const fee = feeOf(termsOf([input.fee], input.rounding, false), input.amount);
      const taxRate = valueOf(readDecimal(input.taxRate));
      const terms = { rate: taxRate, included: input.taxIncluded, rounding: input.rounding };
      const taxed = taxFee(terms, fee.feeMinor);
      return { feeGross: taxed.grossMinor, feeNet: taxed.netMinor, tax: taxed.taxMinor };
    },
  }),
};

/** Kinds about prices. */
export const feeKinds: Kinds = { ...fees, ...derived };
