// The fields of a host command or answer by name: as they are given, and as they are read.

/** A field's value: text, a number written in the field's own digits, or bytes. */
export type FieldValue = string | number | Uint8Array | readonly string[];

/** Fields by name. An empty string or undefined is an absent field. */
export type Fields = Readonly<Record<string, FieldValue | undefined>>;

/** A body read: text fields as text, bytes as upper-case hex, `keys` and `keyComponents` as lists. */
export type ReadFields = Readonly<Record<string, string>> & {
  readonly keys?: readonly string[];
  readonly keyComponents?: readonly string[];
};
