// Optional properties: with exactOptionalPropertyTypes an absent one is left out, not undefined.

/** What is given of some values: the properties that are not undefined. */
export type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/**
 * The properties that are given, to be spread: an undefined one is left out.
 *
 * @example ({ kind: 'sale', ...given({ approvalCode: undefined, host: 'a' }) }) // { kind: 'sale', host: 'a' }
 */
export function given<T extends object>(values: T): Given<T> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Given<T>;
}
