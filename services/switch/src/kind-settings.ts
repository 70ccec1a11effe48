// Settings of what the schemes' rule books say of kinds of payment, over those that are kept in the transaction package.
import { listOf, textOf, wholeOf } from '@chipswitch/program';
import { type CategoryRule, type KindRules, kindRules } from '@chipswitch/transaction';
import * as v from 'valibot';

const category = textOf(/^\d{4}$/);

const categoryRules = listOf(
  v.strictObject({
    /** First and last category of each range. */
    categories: listOf(v.tuple([category, category]), 100),
    /** Hundredths of what was approved, that itself included. */
    percentMax: v.pipe(
      wholeOf(100, 1_000),
      v.transform((percent) => BigInt(percent)),
    ),
  }),
  100,
);

/** Rules that stand before those of this house. */
export const kindSettings = v.strictObject({
  completion: v.optional(categoryRules, []),
  tip: v.optional(categoryRules, []),
  /** Days after its business date on which a hold of the scheme still stands. */
  hold: v.optional(listOf(v.strictObject({ scheme: textOf(), days: wholeOf(0, 400) }), 100), []),
});

/** The rules with the settings before them. */
export function kindRulesOf(settings: v.InferOutput<typeof kindSettings>): KindRules {
  const completion: readonly CategoryRule[] = [...settings.completion, ...kindRules.completion];
  return {
    completion,
    tip: [...settings.tip, ...kindRules.tip],
    hold: [...settings.hold, ...kindRules.hold],
  };
}
