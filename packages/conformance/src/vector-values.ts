// Reads a vector's input by name and compares its expectation with what was computed.

/** A JSON object of a vector file. */
export type Fields = Readonly<Record<string, unknown>>;

/** Several forms of one result; a vector may expect any of them. */
export class AnyOf {
  readonly forms: readonly unknown[];
  constructor(...forms: readonly unknown[]) {
    this.forms = forms;
  }
}

/** Balances by account: accounts that are not listed stand at zero. */
export class Balances {
  readonly byAccount: ReadonlyMap<string, bigint>;
  constructor(byAccount: ReadonlyMap<string, bigint>) {
    this.byAccount = byAccount;
  }
}

/** A value as an object; an empty one when it is none. */
export function fieldsOf(value: unknown): Fields {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Fields) : {};
}

/** The first of these properties that is there. */
export function pick(fields: Fields, ...names: readonly string[]): unknown {
  return names.map((name) => fields[name]).find((value) => value !== undefined);
}

/** The first of these properties that is a list; an empty one when none is. */
export function pickList(fields: Fields, ...names: readonly string[]): readonly unknown[] {
  const found = names.map((name) => fields[name]).find((value) => Array.isArray(value));
  return found === undefined ? [] : (found as unknown[]);
}

/** Text of a scalar; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
    ? String(value)
    : undefined;
}

/** A whole number of minor units. It throws when there is none, which fails the vector. */
export function amountOf(value: unknown, otherwise?: bigint): bigint {
  if (value === undefined && otherwise !== undefined) return otherwise;
  return BigInt(textOf(value) ?? 'no amount');
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' ? String(inner) : inner,
  );
}

function compareBalances(expected: unknown, got: Balances, path: string): string | undefined {
  const wanted = new Map<string, bigint>();
  if (Array.isArray(expected)) {
    for (const row of expected) {
      const fields = fieldsOf(row);
      wanted.set(String(fields['account']), amountOf(pick(fields, 'balance', 'amount')));
    }
  } else {
    for (const [account, balance] of Object.entries(fieldsOf(expected))) {
      wanted.set(account, amountOf(balance));
    }
  }
  for (const account of new Set([...wanted.keys(), ...got.byAccount.keys()])) {
    const balance = got.byAccount.get(account) ?? 0n;
    if ((wanted.get(account) ?? 0n) !== balance) {
      return `${path}: account ${account} stands at ${balance}`;
    }
  }
  return undefined;
}

/** Whether a value says so little that something computed equals it by chance. */
function saysLittle(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || value === '' || typeof value === 'boolean';
}

/** Whether one name holds the other: `confirm` and `confirmationRequired`, `tvr` and `cardTvr`. */
function namesAreRelated(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a.includes(b) || b.includes(a);
}

/**
 * A property under a name that this file format does not define: it must at least equal something
 * that was computed, under a related name where the value says little. An error never passes so.
 */
function compareUnlisted(
  name: string,
  value: unknown,
  got: Fields,
  path: string,
): string | undefined {
  const equal = Object.entries(got).filter(
    ([, one]) => compareResults(value, one, path) === undefined,
  );
  const holds =
    name !== 'error' &&
    equal.some(([computed]) => !saysLittle(value) || namesAreRelated(name, computed));
  return holds ? undefined : `${path}: nothing computed is ${show(value)}`;
}

function compareObject(expected: Fields, got: Fields, path: string): string | undefined {
  for (const [name, value] of Object.entries(expected)) {
    const at = path === '' ? name : `${path} > ${name}`;
    const difference = Object.hasOwn(got, name)
      ? compareResults(value, got[name], at)
      : compareUnlisted(name, value, got, at);
    if (difference !== undefined) return difference;
  }
  // A refusal answers no vector that expects results, unless it expects the reason by another name.
  const reason = got['error'];
  if (reason === undefined || Object.hasOwn(expected, 'error')) return undefined;
  const isExpected = Object.values(expected).some(
    (value) => compareResults(value, reason) === undefined,
  );
  return isExpected ? undefined : `${path}: refused with ${show(reason)}`;
}

/**
 * Compares what a vector expects with what was computed: numbers as text, lists element by element,
 * objects by the expected properties.
 *
 * @returns undefined when it holds, else the place and the difference.
 */
export function compareResults(expected: unknown, got: unknown, path = ''): string | undefined {
  if (got instanceof AnyOf) {
    const differences = got.forms.map((form) => compareResults(expected, form, path));
    return differences.includes(undefined) ? undefined : differences[0];
  }
  if (got instanceof Balances) return compareBalances(expected, got, path);
  if (Array.isArray(expected)) {
    if (!Array.isArray(got)) return `${path}: a list is expected, got ${show(got)}`;
    if (got.length !== expected.length) {
      return `${path}: ${expected.length} elements expected, got ${show(got)}`;
    }
    const differences = expected.map((one, i) => compareResults(one, got[i], `${path} > ${i}`));
    return differences.find((difference) => difference !== undefined);
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof got !== 'object' || got === null) return `${path}: got ${show(got)}`;
    return compareObject(expected as Fields, got as Fields, path);
  }
  const text = textOf(expected);
  if (text === undefined ? expected === got : text === textOf(got)) return undefined;
  return `${path}: expected ${show(expected)}, got ${show(got)}`;
}
