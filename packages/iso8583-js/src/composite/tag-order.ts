// The order in which tags arrived, kept beside the subfields: objects put number-like keys first.
import type { SubValues } from './subfields.ts';

const tagOrder: unique symbol = Symbol('iso8583-js.tagOrder');
type Ordered = SubValues & { [tagOrder]?: readonly string[] };

/** Remembers the order of arrival; it does not show in `Object.keys`, JSON or comparisons by key. */
export function rememberTagOrder(values: SubValues, order: readonly string[]): void {
  Object.defineProperty(values, tagOrder, { value: order, enumerable: false });
}

/** The remembered order of arrival, or undefined when the value was not decoded. */
export function tagOrderOf(values: SubValues): readonly string[] | undefined {
  return (values as Ordered)[tagOrder];
}

/**
 * Keys in the order in which they are written: those that arrived in their order (a repeated tag as
 * often as it came), then the others as the object lists them.
 */
export function keysInTagOrder(values: SubValues): string[] {
  const present = Object.keys(values).filter((key) => values[key] !== undefined);
  const order = (values as Ordered)[tagOrder];
  if (order === undefined) return present;
  const kept = order.filter((key) => values[key] !== undefined);
  const seen = new Set(kept);
  return [...kept, ...present.filter((key) => !seen.has(key))];
}
