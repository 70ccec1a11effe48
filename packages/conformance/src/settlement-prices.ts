// Settlement vectors about prices: rounding, fees, schedules, tiers, allocation, refunds, billing, tax.
import {
  type Decimal,
  type FeeComponentText,
  type FeeRuleText,
  type FeeTerms,
  type Settled,
  type VolumeTierText,
  allocate,
  billPeriod,
  feeOf,
  formatDecimal,
  readDecimal,
  readFeeComponents,
  readFeeRules,
  readRoundingMode,
  readVolumeTiers,
  refundFees,
  roundDecimal,
  roundingModes,
  scheduledFee,
  taxFee,
  tierFee,
} from '@chipswitch/ledger';
import type { SettlementRule } from './kinds-settlement.ts';
import { AnyOf, type Fields, amountOf, fieldsOf, pick, pickList, textOf } from './vector-values.ts';

/** Ends a rule with the refusal of the package; {@link catching} turns it into a result. */
class Refusal extends Error {}

/** The value of a result, or the end of the rule. */
export function valueOf<Value>(result: Settled<Value>): Value {
  if (result.ok) return result.value;
  const { code, path } = result.error;
  throw new Refusal(path === undefined ? code : `${code} at ${path}`);
}

/** A rule whose refusals are results. */
export function catching(rule: (input: Fields) => Fields): SettlementRule {
  return (input) => {
    try {
      return rule(input);
    } catch (error) {
      if (error instanceof Refusal) return { refusal: error.message };
      throw error;
    }
  };
}

/** A decimal of the input. */
export function decimalIn(value: unknown): Decimal {
  return valueOf(readDecimal(textOf(value)));
}

/** The rounding mode of the input; half-up where it names none. */
export function roundingIn(input: Fields): FeeTerms['rounding'] {
  return valueOf(readRoundingMode(pick(input, 'rounding', 'mode') ?? 'half-up'));
}

function componentText(value: unknown): FeeComponentText {
  const fields = fieldsOf(value);
  const text = (...names: string[]) => textOf(pick(fields, ...names));
  const given = {
    name: text('name'),
    rate: text('rate'),
    fixed: text('fixed'),
    min: text('min', 'floor'),
    max: text('max', 'cap'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, part]) => part !== undefined));
}

function feeTerms(input: Fields): FeeTerms {
  const listed = pickList(input, 'components', 'fees');
  const texts = (listed.length > 0 ? listed : [input]).map(componentText);
  const components = valueOf(readFeeComponents(texts));
  return { components, rounding: roundingIn(input), roundEach: input['roundEach'] === true };
}

const round = catching((input) => {
  const results = pickList(input, 'values').map((value) => {
    const decimal = decimalIn(value);
    return Object.fromEntries(roundingModes.map((mode) => [mode, roundDecimal(decimal, mode)]));
  });
  return { results };
});

const fee = catching((input) => {
  const { feeMinor, raw, parts } = feeOf(feeTerms(input), amountOf(input['amount']));
  return { raw: raw.map(formatDecimal), fee: feeMinor, ...(parts ? { parts } : {}) };
});

const schedule = catching((input) => {
  const texts = pickList(input, 'rules').map((value): FeeRuleText => {
    const fields = fieldsOf(value);
    const id = String(fields['id']);
    const when = (fields['when'] ?? {}) as Record<string, string | string[]>;
    const components = pickList(fields, 'components').map(componentText);
    return { ...componentText(value), id, when, ...(components.length > 0 ? { components } : {}) };
  });
  const rules = valueOf(readFeeRules(texts));
  const roundEach = input['roundEach'] === true;
  const results = pickList(input, 'transactions').map((value) => {
    const { amount, ...rest } = fieldsOf(value);
    const attributes = Object.fromEntries(
      Object.entries(rest).map(([name, one]) => [name, String(one)]),
    );
    const payment = { amountMinor: amountOf(amount), attributes };
    const priced = scheduledFee({ rules, rounding: roundingIn(input), roundEach }, payment);
    return { rule: priced?.rule ?? null, fee: priced?.feeMinor ?? null };
  });
  return { results };
});

const tier = catching((input) => {
  const tiers = valueOf(readVolumeTiers(pickList(input, 'tiers') as VolumeTierText[]));
  const mode = input['mode'] === 'whole' ? 'whole' : 'marginal';
  const rounding = valueOf(readRoundingMode(input['rounding'] ?? 'half-up'));
  const prior = amountOf(pick(input, 'prior', 'priorVolume', 'alreadyBilled'), 0n);
  const priced = valueOf(tierFee({ mode, tiers, rounding }, amountOf(input['volume']), prior));
  const parts = priced.parts.map((part) => ({
    base: part.baseMinor,
    rate: formatDecimal(part.rate),
  }));
  return {
    parts,
    raw: formatDecimal(priced.raw),
    fee: priced.feeMinor,
    rate: parts.at(-1)?.rate ?? null,
  };
});

const allocation = catching((input) => {
  const weights = pickList(input, 'weights').map(decimalIn);
  return { parts: valueOf(allocate(amountOf(pick(input, 'total', 'amount')), weights)) };
});

const refunds = catching((given) => {
  const input = { ...fieldsOf(given['sale']), ...given };
  const amountMinor = amountOf(input['amount']);
  const feeMinor =
    typeof input['fee'] === 'string'
      ? amountOf(input['fee'])
      : feeOf(feeTerms({ ...fieldsOf(input['fee']), ...input }), amountMinor).feeMinor;
  const amounts = pickList(input, 'refunds').map((value) =>
    amountOf(typeof value === 'object' ? fieldsOf(value)['amount'] : value),
  );
  const sale = { amountMinor, feeMinor, rounding: roundingIn(input) };
  const returned = valueOf(refundFees(sale, amounts));
  const total = returned.reduce((sum: bigint, part) => sum + part, 0n);
  const rows = returned.map((part, index) => ({
    amount: amounts[index],
    feeReturned: part,
    returned: part,
    fee: part,
    soFar: returned.slice(0, index + 1).reduce((sum: bigint, one) => sum + one, 0n),
  }));
  const list = new AnyOf(returned, rows, total);
  const kept = feeMinor - total;
  return {
    returned: list,
    feeReturned: list,
    feesReturned: list,
    refundFees: list,
    results: list,
    refunds: list,
    parts: list,
    soFar: rows.map((row) => row.soFar),
    total,
    totalReturned: total,
    fee: feeMinor,
    feeKept: kept,
    remaining: kept,
  };
});

const billing = catching((input) => {
  const amounts = pickList(input, 'amounts', 'transactions', 'items').flatMap((value) => {
    const fields = fieldsOf(value);
    const count = Number(textOf(fields['count']) ?? '1');
    return Array<bigint>(count).fill(amountOf(textOf(value) ?? fields['amount']));
  });
  if (amounts.length === 0) {
    const count = Number(textOf(pick(input, 'count', 'transactions', 'times')));
    amounts.push(...Array<bigint>(count).fill(amountOf(input['amount'])));
  }
  const billed = billPeriod(feeTerms(input), amounts);
  return {
    perTransaction: billed.perTransactionMinor,
    perPeriod: billed.perPeriodMinor,
    difference: new AnyOf(billed.differenceMinor, 0n - billed.differenceMinor),
    eachRounded: billed.perTransactionMinor,
    onceRounded: billed.perPeriodMinor,
    each: billed.perTransactionMinor,
    once: billed.perPeriodMinor,
  };
});

const tax = catching((input) => {
  const given = input['fee'];
  const feeMinor =
    typeof given === 'string'
      ? amountOf(given)
      : feeOf(feeTerms({ ...fieldsOf(given), ...input }), amountOf(input['amount'])).feeMinor;
  const nested = fieldsOf(input['tax']);
  const rate = decimalIn(nested['rate'] ?? pick(input, 'taxRate', 'vatRate', 'tax'));
  const included = (input['taxIncluded'] ?? nested['included']) === true;
  const taxed = taxFee({ rate, included, rounding: roundingIn(input) }, feeMinor);
  return {
    fee: new AnyOf(feeMinor, taxed.netMinor),
    tax: taxed.taxMinor,
    net: taxed.netMinor,
    feeNet: taxed.netMinor,
    netFee: taxed.netMinor,
    gross: taxed.grossMinor,
    total: taxed.grossMinor,
  };
});

/** Checks about prices, by kind. */
export const settlementPrices: Readonly<Record<string, SettlementRule>> = {
  round,
  fee,
  schedule,
  tier,
  allocate: allocation,
  refundFees: refunds,
  billing,
  taxedFee: tax,
};
