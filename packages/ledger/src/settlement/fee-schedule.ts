// Fee schedules: the first rule whose conditions all hold prices the payment.
import { type RoundingMode } from './decimal.ts';
import {
  type FeeComponentText,
  type Fee,
  type FeeComponent,
  feeOf,
  readFeeComponents,
} from './fee.ts';
import { parseMinorUnits, pathTo } from './plan-text.ts';
import { type Settled, settled } from './settlement-error.ts';

/** What a rule may ask about: any attribute by equality, the amount by limits. */
export interface FeeConditions {
  /** Attribute name and the values that satisfy it. */
  readonly attributes: ReadonlyMap<string, ReadonlySet<string>>;
  /** Inclusive. */
  readonly minAmountMinor?: bigint;
  /** Inclusive. */
  readonly maxAmountMinor?: bigint;
}

/** One rule of a schedule. */
export interface FeeRule {
  readonly id: string;
  readonly when: FeeConditions;
  readonly components: readonly FeeComponent[];
}

/** A schedule: rules in order of precedence. */
export interface FeeSchedule {
  readonly rules: readonly FeeRule[];
  readonly rounding: RoundingMode;
  readonly roundEach: boolean;
}

/** A payment as a schedule sees it: an amount, and attributes such as `funding` or `channel`. */
export interface PricedPayment {
  readonly amountMinor: bigint;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The rule that applied and its fee. */
export interface ScheduledFee extends Fee {
  readonly rule: string;
}

function holds(when: FeeConditions, payment: PricedPayment): boolean {
  const amount = payment.amountMinor < 0n ? -payment.amountMinor : payment.amountMinor;
  if (when.minAmountMinor !== undefined && amount < when.minAmountMinor) return false;
  if (when.maxAmountMinor !== undefined && amount > when.maxAmountMinor) return false;
  for (const [name, wanted] of when.attributes) {
    if (!Object.hasOwn(payment.attributes, name)) return false;
    if (!wanted.has(payment.attributes[name])) return false;
  }
  return true;
}

/**
 * The fee of a payment by a schedule; undefined when no rule applies (which a caller must treat as a
 * fault of the plan, never as a fee of zero).
 *
 * @example scheduledFee(schedule, { amountMinor: 100000n, attributes: { channel: 'quickpass' } })?.rule
 */
export function scheduledFee(
  schedule: FeeSchedule,
  payment: PricedPayment,
): ScheduledFee | undefined {
  const rule = schedule.rules.find((candidate) => holds(candidate.when, payment));
  if (rule === undefined) return undefined;
  const { rounding, roundEach } = schedule;
  const fee = feeOf({ components: rule.components, rounding, roundEach }, payment.amountMinor);
  return { rule: rule.id, ...fee };
}

/** The text form of a rule: one component inline, or several under `components`. */
export interface FeeRuleText extends FeeComponentText {
  readonly id: string;
  readonly when?: Readonly<Record<string, string | readonly string[]>>;
  readonly components?: readonly FeeComponentText[];
}

function readConditions(when: FeeRuleText['when'], path: string): Settled<FeeConditions> {
  const attributes = new Map<string, ReadonlySet<string>>();
  const limits: { minAmountMinor?: bigint; maxAmountMinor?: bigint } = {};
  for (const [name, wanted] of Object.entries(when ?? {})) {
    if (name === 'minAmount' || name === 'maxAmount') {
      const limit = parseMinorUnits(wanted, pathTo(path, name));
      if (!limit.ok) return limit;
      limits[`${name}Minor`] = limit.value;
    } else {
      attributes.set(name, new Set(typeof wanted === 'string' ? [wanted] : wanted.map(String)));
    }
  }
  return settled({ attributes, ...limits });
}

/** Reads the rules of a schedule, in order. */
export function readFeeRules(texts: readonly FeeRuleText[]): Settled<FeeRule[]> {
  const rules: FeeRule[] = [];
  for (const [index, text] of texts.entries()) {
    const path = pathTo('rules', index);
    const when = readConditions(text.when, pathTo(path, 'when'));
    if (!when.ok) return when;
    const components = readFeeComponents(text.components ?? [text], path);
    if (!components.ok) return components;
    rules.push({ id: text.id, when: when.value, components: components.value });
  }
  return settled(rules);
}
