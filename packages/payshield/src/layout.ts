// How a host command's or response's body is described: a list of fields, read in order.

/**
 * Fields of a body that were read or given so far. While reading, `next` holds the 32 characters that
 * come next and `left` how many there are; while writing, `given:<name>` holds the field's value.
 */
export type KnownFields = Readonly<Record<string, string>>;

interface Named {
  readonly name: string;
  /** Other names the same field goes by. */
  readonly aliases?: readonly string[];
  /** Whether the field is there, told from fields before it; without it the field is always there. */
  readonly when?: (known: KnownFields) => boolean;
}

/** Characters of fixed length. */
export interface TextField extends Named {
  readonly kind: 'text';
  readonly length: number | ((known: KnownFields) => number);
  /** Fills a shorter value: zeros on the left, or F on the right. */
  readonly fill?: 'zero-left' | 'f-right';
}
/** Characters up to a delimiter, which is not part of the value. */
export interface DelimitedField extends Named {
  readonly kind: 'delimited';
  readonly delimiter: string;
  readonly lengthMax: number;
}
/** A key: its scheme character tells its length. */
export interface KeyField extends Named {
  readonly kind: 'key';
  /** Whether bare hex is a pair of single-length keys, 32 digits, as CVKs and Visa PVKs are kept. */
  readonly pair?: true;
}
/** One or more keys, up to the fixed characters that follow them. */
export interface KeysField extends Named {
  readonly kind: 'keys';
  readonly followedBy: number;
}
/** Bytes, given and returned as hex. */
export interface BinaryField extends Named {
  readonly kind: 'binary';
  readonly length: number;
}
/** Everything up to the fixed characters that follow: text, or bytes as hex. */
export interface RestField extends Named {
  readonly kind: 'rest';
  readonly content: 'text' | 'binary';
  readonly followedBy: number;
  /** Lengths it may have, in characters; any when left out. */
  readonly lengths?: readonly number[];
}
/** A length in digits, then that much: bytes as hex, or each byte as one character. */
export interface SizedField extends Named {
  readonly kind: 'sized';
  readonly lengthName: string;
  readonly lengthDigits: number;
  readonly radix: 10 | 16;
  readonly content: 'binary' | 'latin1';
  /** Whether the text goes out in upper case, as the host link's text does. */
  readonly upperCase?: true;
  /** What one unit of the length counts: usually one byte on the wire, two for MS and C2 in hex. */
  readonly charactersPerUnit?: (known: KnownFields) => number;
}
/** A delimiter that, when there, brings fields with it. */
export interface GroupField {
  readonly kind: 'group';
  readonly mark: string;
  /** Name by which a caller may give the delimiter itself. */
  readonly markName?: string;
  readonly fields: readonly Field[];
  readonly when?: (known: KnownFields) => boolean;
  /**
   * Tells whether the fields stand there without their delimiter; a group that has this is written
   * with the delimiter only where the caller gives it.
   */
  readonly bare?: (known: KnownFields) => boolean;
}
/** A character that is always there. */
export interface LiteralField {
  readonly kind: 'literal';
  readonly text: string;
  readonly when?: (known: KnownFields) => boolean;
}

/** One step of a body. */
export type Field =
  | TextField
  | DelimitedField
  | KeyField
  | KeysField
  | BinaryField
  | RestField
  | SizedField
  | GroupField
  | LiteralField;

/** A command and its response. */
export interface CommandLayout {
  readonly command: string;
  readonly response: string;
  readonly title: string;
  readonly request: readonly Field[];
  /** What follows error code 00, or one of `warnings`. */
  readonly answer: readonly Field[];
  /** Error codes beside 00 with which the answer is there and usable. */
  readonly warnings?: readonly string[];
  /** What may follow another error code, by that code. */
  readonly diagnostics?: Readonly<Record<string, readonly Field[]>>;
}
