// What a spec may say: the axes of ISO 8583 implementations as data, and the message type they imply.
import type { ElementSensitivity } from '@chipswitch/cardholder-data';

/** How text or bytes stand on the wire. */
export type TextEncoding = 'ascii' | 'utf8' | 'ebcdic' | 'ebcdic1047';
/** Encodings whose values are bytes. */
export type BytesEncoding = 'binary' | 'hex-ascii' | 'hex-ebcdic';
/** Every content encoding; `xn` and `zoned` carry a sign. */
export type Encoding = TextEncoding | BytesEncoding | 'bcd' | 'nibble' | 'xn' | 'zoned';

/** How a length is written. */
export type PrefixEncoding =
  | 'ascii'
  | 'ebcdic'
  | 'ebcdic1047'
  | 'bcd'
  | 'binary'
  | 'hex-ascii'
  | 'hex-ebcdic'
  | 'hex-digit'
  | 'ber';

/** A length prefix. */
export interface PrefixSpec {
  readonly data: PrefixEncoding;
  /** Digits for ascii, ebcdic, bcd and hex-digit; bytes for binary and hex; ber sizes itself. */
  readonly size?: number;
  /** What the length counts: the value's units (default), its wire bytes, or half bytes of them. */
  readonly counts?: 'units' | 'bytes' | 'nibbles';
  /** Whether the length counts the prefix too. */
  readonly inclusive?: boolean;
}

/** Where the filler nibble of an odd number of digits sits, and what it holds. */
export type Odd = 'left0' | 'leftF' | 'right0' | 'rightF';

/**
 * Characters that content may hold: `n` digits, `a` letters, `an` letters and digits, `ans` also
 * specials; `a` and `an` allow the space that pads them; `hex` hex digits, `z` track 2 and 3.
 */
export type Charset = 'n' | 'a' | 'an' | 'as' | 'ns' | 'ans' | 'hex' | 'z';

/** What a data element holds that must not be shown, and so how it is masked. */
export type Sensitive = ElementSensitivity;

/** A bitmap. */
export interface BitmapSpec {
  readonly data: 'binary' | 'hex-ascii' | 'hex-ebcdic';
  /** Size of one bitmap in bytes. */
  readonly bytes: number;
  /** How many bitmaps may follow one another; 0: one of fixed size whose bit 1 is data. */
  readonly chain?: number;
  /** Data element that carries the third bitmap when it does not follow the second. */
  readonly tertiaryIn?: number;
  /** How many bitmaps are written even when empty. */
  readonly always?: number;
}

/** Subfields by a key: a number as text, or a tag. */
export type FieldSpecs = { readonly [key: string | number]: FieldSpec };

/** Subfields one after the other. */
export interface PositionalSpec {
  readonly kind: 'positional';
  readonly order: readonly string[];
  readonly fields: FieldSpecs;
  readonly optionalTail?: boolean;
}

/** Subfields announced by a bitmap of their own. */
export interface SubBitmapSpec {
  readonly kind: 'bitmap';
  readonly bitmap: BitmapSpec;
  readonly fields: FieldSpecs;
}

/** Subfields that carry a tag. */
export interface TlvSpec {
  readonly kind: 'tlv';
  readonly tag: {
    readonly data: 'ber' | 'ascii' | 'ebcdic' | 'ebcdic1047' | 'binary';
    readonly len?: number;
    /** '01' on the wire is the key '1'. */
    readonly stripZeros?: boolean;
  };
  readonly fields: FieldSpecs;
  /** What to do with a tag that `fields` does not name; default `error`. */
  readonly unknown?: 'error' | 'skip' | 'keep';
  /** Length prefix of unknown tags, and of all tags when `lengthFirst`. */
  readonly length?: PrefixSpec;
  /** Content of unknown tags; default binary. */
  readonly value?: FieldSpec;
  /** Length, tag, value; the length covers tag and value. */
  readonly lengthFirst?: boolean;
  /** A tag that stands twice: a list of its values (default), or an error. */
  readonly repeat?: 'list' | 'error';
}

/** Datasets of ISO 8583:2003: identifier, two-byte length, TLV or bitmap elements. */
export interface DatasetsSpec {
  readonly kind: 'datasets';
  readonly elements: FieldSpecs;
  /** Elements of single datasets by identifier ('71'), before `elements`. */
  readonly datasets?: { readonly [id: string]: FieldSpecs };
}

/** Subfields in one of their four forms. */
export type SubSpec = PositionalSpec | SubBitmapSpec | TlvSpec | DatasetsSpec;

/** One element: content, length, padding, and what people call it. */
export interface FieldSpec {
  readonly name?: string;
  readonly data?: Encoding;
  /** Fixed length in units: characters, digits or bytes (composites: bytes). */
  readonly len?: number;
  readonly prefix?: PrefixSpec;
  /** Largest length the prefix may state, in what the prefix counts. */
  readonly max?: number;
  readonly odd?: Odd;
  /** The nibble that is shown as '=' (track 2), a hex digit. */
  readonly sep?: string;
  /** Padding removed when decoding and added when encoding. */
  readonly pad?: { readonly side: 'left' | 'right'; readonly char: string };
  readonly charset?: Charset;
  /** The value and its filler always take this many bytes. */
  readonly frame?: number;
  /** A block at the start of the value, shown as `head`. */
  readonly head?: {
    readonly bytes: number;
    readonly data?: 'binary' | 'ascii' | 'ebcdic' | 'ebcdic1047';
  };
  readonly sub?: SubSpec;
  readonly signData?: 'ascii' | 'ebcdic' | 'ebcdic1047';
  readonly digits?: number;
  readonly digitData?: 'ascii' | 'ebcdic' | 'ebcdic1047' | 'bcd';
  /** Signs that are allowed; every character when absent. */
  readonly signs?: string;
  readonly sensitive?: Sensitive;
}

/** A spec as data: what `defineSpec` takes and `specToJson` gives. */
export interface SpecDefinition {
  readonly name?: string;
  readonly description?: string;
  /** Version of the standard: what the first digit of message types should say. */
  readonly version?: '1987' | '1993' | '2003';
  readonly header?: {
    readonly bytes: number;
    readonly data?: 'binary' | 'ascii' | 'ebcdic' | 'ebcdic1047';
  };
  readonly mti: FieldSpec;
  readonly bitmap: BitmapSpec;
  readonly fields: FieldSpecs;
}

/** A dataset of ISO 8583:2003: its identifier in hex and its elements by number or tag. */
export interface Dataset<E = { [key: string]: FieldValue }> {
  id: string;
  elements: E;
}

/** A decoded value: text, bytes, or subfields. */
export type FieldValue =
  | string
  | Uint8Array
  | { [key: string]: FieldValue | undefined }
  | readonly FieldValue[]
  | readonly Dataset[];

/** Any message: the message type, and data elements as `de2` … `de192`. */
export interface Message {
  mti: string;
  header?: Uint8Array | string | undefined;
  [key: `de${number}`]: FieldValue | undefined;
}

type Fields<F> = {
  -readonly [K in keyof F & (string | number) as `${K}`]?: ValueOf<F[K]> | undefined;
};

type SubValue<S> = S extends { kind: 'tlv'; repeat: 'error'; unknown: 'keep' }
  ? Fields<S extends { fields: infer F } ? F : never> & { [tag: string]: FieldValue | undefined }
  : S extends { kind: 'tlv'; unknown: 'keep' }
    ? { [tag: string]: FieldValue | undefined }
    : S extends { kind: 'datasets' }
      ? Dataset[]
      : S extends { fields: infer F }
        ? Fields<F>
        : never;

/** The type of the value that a field spec decodes to. */
export type ValueOf<F> = F extends { sub: infer S }
  ? F extends { head: object }
    ? SubValue<S> & { head: Uint8Array | string }
    : SubValue<S>
  : F extends { data: BytesEncoding }
    ? Uint8Array
    : string;

/** The type of a message of a spec: `de4` has the type its field spec implies. */
export type MessageOf<S extends SpecDefinition> = {
  mti: string;
} & (S extends { header: object } ? { header: Uint8Array | string } : unknown) & {
    -readonly [K in keyof S['fields'] & (string | number) as `de${K}`]?:
      | ValueOf<S['fields'][K]>
      | undefined;
  };
