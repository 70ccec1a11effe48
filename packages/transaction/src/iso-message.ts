// A message of any ISO 8583 dialect as this package sees it: a type indicator and data elements.

/** What a data element may hold once a spec has decoded it. */
export type ElementValue = string | Uint8Array;

/** A decoded message; dialects whose elements have subfields are flattened by their adapters. */
export interface IsoMessage {
  readonly mti: string;
  readonly [element: `de${number}`]: ElementValue | undefined;
}

/** A text element, or undefined when absent or binary. */
export function textOf(message: IsoMessage, element: number): string | undefined {
  const value = message[`de${element}`];
  return typeof value === 'string' ? value : undefined;
}

/** A binary element, or undefined when absent or text. */
export function bytesOf(message: IsoMessage, element: number): Uint8Array | undefined {
  const value = message[`de${element}`];
  return value instanceof Uint8Array ? value : undefined;
}
