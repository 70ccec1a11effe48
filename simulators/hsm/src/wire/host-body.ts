// The body of a host command, read from the front as an HSM reads it: each step takes characters and names them.
import { toHex } from '@chipswitch/bytes';
import { stop } from '../stop.ts';

/** A command's fields by name: text, bytes as hex; components of a key as a list. */
export type HostFields = Readonly<Record<string, string>> & {
  readonly keyComponents?: readonly string[];
};

const digitsByScheme: Readonly<Record<string, number>> = { Z: 16, U: 32, X: 32, T: 48, Y: 48 };

/** Hex of text whose characters are bytes. */
const hexOf = (text: string): string =>
  toHex(Uint8Array.from(text, (character) => character.charCodeAt(0)));

/** Usage that a key block says in its header; undefined for keys of the variant schemes. */
export function usageOf(keyField: string): string | undefined {
  return /^[SR]/.test(keyField) ? keyField.slice(6, 8) : undefined;
}

/** Whether a key field is a block of an AES key. */
export const isAesField = (keyField: string): boolean =>
  /^[SR]/.test(keyField) && keyField[8] === 'A';

/** A body that is read from the front; what does not fit ends the command with error 15. */
export class HostBody {
  readonly #text: string;
  readonly #fields: Record<string, string | readonly string[]> = {};
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get left(): number {
    return this.#text.length - this.#at;
  }

  /** The fields, once nothing is left over. */
  get fields(): HostFields {
    if (this.left > 0) stop('15');
    return this.#fields as HostFields;
  }

  /** A field that was read; empty when it was not there. */
  said(name: string): string {
    const value = this.#fields[name];
    return typeof value === 'string' ? value : '';
  }

  /** Characters that come next, without taking them. */
  next(count: number, after = 0): string {
    return this.#text.slice(this.#at + after, this.#at + after + count);
  }

  #take(count: number): string {
    if (!(count >= 0) || count > this.left) stop('15');
    this.#at += count;
    return this.#text.slice(this.#at - count, this.#at);
  }

  /** Fixed characters. */
  text(name: string, count: number): this {
    this.#fields[name] = this.#take(count);
    return this;
  }

  /** Several fields of fixed characters: `mode:1 keyType:3`. */
  texts(fields: string): this {
    for (const field of fields.split(' ')) {
      const [name, count] = field.split(':');
      this.text(name, Number(count));
    }
    return this;
  }

  /** Bytes, kept as hex. */
  bytes(name: string, count: number): this {
    this.#fields[name] = hexOf(this.#take(count));
    return this;
  }

  /** Whether a delimiter comes next; it is taken. */
  mark(delimiter: string): boolean {
    const isThere = this.next(1) === delimiter;
    if (isThere) this.#at++;
    return isThere;
  }

  /** A delimiter that must be there. */
  literal(delimiter: string): this {
    return this.mark(delimiter) ? this : stop('15');
  }

  /** Text up to a semicolon. */
  upToSemicolon(name: string, countMax: number): this {
    const count = this.#text.indexOf(';', this.#at) - this.#at;
    if (count < 0 || count > countMax) stop('15');
    return this.text(name, count).literal(';');
  }

  #keyLength(pair: boolean): number {
    const scheme = this.next(1);
    if (/[SR]/.test(scheme)) {
      const digits = this.next(4, 2);
      return /^\d{4}$/.test(digits) && Number(digits) >= 16 ? 1 + Number(digits) : stop('15');
    }
    if (Object.hasOwn(digitsByScheme, scheme)) return 1 + digitsByScheme[scheme];
    if (!/^[0-9A-Fa-f]$/.test(scheme)) stop('15');
    return pair ? 32 : 16;
  }

  /** A key: its scheme, or the length in a block's header, tells how long it is. */
  key(name: string): this {
    return this.text(name, this.#keyLength(false));
  }

  /** A key that without a scheme is a pair of single-length ones: CVKs, Visa PVKs, BDKs. */
  pair(name: string): this {
    return this.text(name, this.#keyLength(true));
  }

  /** Keys one behind the other, as long as any come. */
  components(): this {
    const keys: string[] = [];
    while (/^[0-9A-FSRUXTYZ]$/.test(this.next(1))) keys.push(this.#take(this.#keyLength(false)));
    this.#fields['keyComponents'] = keys;
    return keys.length === 0 ? stop('15') : this;
  }

  /** All but the last characters; the field is left out when nothing is there. */
  rest(name: string, but = 0): this {
    return this.left === but ? this : this.text(name, this.left - but);
  }

  #size(digits: number, radix: number): number {
    const text = this.#take(digits);
    const pattern = radix === 16 ? /^[0-9A-Fa-f]+$/ : /^\d+$/;
    return pattern.test(text) ? Number.parseInt(text, radix) : stop('15');
  }

  /** Text behind its length: 4H when nothing else is said; `unit` characters for each one counted. */
  sized(name: string, digits = 4, unit = 1): this {
    return this.text(name, this.#size(digits, 16) * unit);
  }

  /** Bytes behind their length, in digits of a radix. */
  sizedBytes(name: string, digits: number, radix: 10 | 16): this {
    return this.bytes(name, this.#size(digits, radix));
  }
}

/** What an answer says, in the order in which it stands: text, bytes, keys one behind the other. */
export type AnswerFields = Readonly<Record<string, string | Uint8Array | readonly string[]>>;

/** The bytes of an answer's fields. */
export function answerBytes(fields: AnswerFields): Uint8Array[] {
  return Object.values(fields).map((value) => {
    if (value instanceof Uint8Array) return value;
    const text = typeof value === 'string' ? value : value.join('');
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
  });
}
