// What a merchant may take above a hold or a sale, by its category (ISO 18245), and how long a hold stands, by its
// scheme. The schemes' rule books say it; the figures here are what is kept where nothing else is configured.

/** One rule: the first of a list that has the merchant's category holds. */
export interface CategoryRule {
  /** First and last category of each range, four digits. */
  readonly categories: readonly (readonly [string, string])[];
  /** Hundredths of what was approved, that itself included. */
  readonly percentMax: bigint;
}

/** How long a hold stands. */
export interface HoldRule {
  readonly scheme: string;
  /** Days after its business date on which it still stands. */
  readonly days: number;
}

/** The rules. */
export interface KindRules {
  readonly completion: readonly CategoryRule[];
  readonly tip: readonly CategoryRule[];
  readonly hold: readonly HoldRule[];
}

const everyCategory = [['0000', '9999']] as const;

// Where service is paid for by a tip: restaurants and bars, taxis, hair and beauty.
const tipped = [
  ['4121', '4121'],
  ['5812', '5814'],
  ['7230', '7230'],
  ['7297', '7298'],
] as const;

// Money, and what is as good as money: exactly what was approved.
const money = [
  ['4829', '4829'],
  ['6010', '6012'],
  ['6051', '6051'],
  ['7995', '7995'],
] as const;

/** The rules of this house. */
export const kindRules: KindRules = {
  completion: [
    { categories: money, percentMax: 100n },
    { categories: tipped, percentMax: 120n },
    { categories: everyCategory, percentMax: 115n },
  ],
  tip: [
    { categories: tipped, percentMax: 125n },
    { categories: everyCategory, percentMax: 100n },
  ],
  // 30 days in the rules of UnionPay and, for pre-authorisations, of Mastercard; ten of Visa.
  hold: [{ scheme: 'visa', days: 10 }],
};

const holdDaysElse = 30;

/** Hundredths that a merchant of this category may take in all. */
export function percentMaxOf(
  rules: KindRules,
  what: 'completion' | 'tip',
  merchantCategory: string,
): bigint {
  const rule = rules[what].find(({ categories }) =>
    categories.some(([first, last]) => merchantCategory >= first && merchantCategory <= last),
  );
  return rule?.percentMax ?? 100n;
}

/** The last business date on which a hold of this date stands by itself. */
export function holdExpiresOn(rules: KindRules, scheme: string, businessDate: string): string {
  const rule = rules.hold.find((candidate) => candidate.scheme === scheme);
  const end = new Date(`${businessDate}T00:00:00Z`);
  end.setUTCDate(end.getUTCDate() + (rule?.days ?? holdDaysElse));
  return end.toISOString().slice(0, 10);
}
