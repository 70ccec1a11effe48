// Reading a profile: typed members out of parsed JSON, every error collected with its path.
import { firstNonHex, fromHex } from '@chipswitch/bytes';
import { type DolEntry, parseDol } from '@chipswitch/tlv';

/** What can be wrong with a profile. */
export type ProfileErrorCode =
  | 'not-an-object'
  | 'missing'
  | 'wrong-type'
  | 'not-hex'
  | 'not-digits'
  | 'wrong-length'
  | 'out-of-range'
  | 'unknown-word'
  | 'luhn'
  | 'not-a-test-card';

/** One finding: the path outermost first, such as `applications > 0 > pan`. */
export interface ProfileError {
  readonly code: ProfileErrorCode;
  readonly path: string;
}

type Source = Readonly<Record<string, unknown>>;

function isSource(value: unknown): value is Source {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads typed members out of one object of the profile and collects what is wrong. */
export class ProfileReader {
  readonly #source: Source;
  readonly #path: string;
  readonly #errors: ProfileError[];

  constructor(source: Source, path: string, errors: ProfileError[]) {
    this.#source = source;
    this.#path = path;
    this.#errors = errors;
  }

  /** A reader of a whole profile; anything but an object is an error. */
  static of(source: unknown, errors: ProfileError[]): ProfileReader {
    if (isSource(source)) return new ProfileReader(source, '', errors);
    errors.push({ code: 'not-an-object', path: '' });
    return new ProfileReader({}, '', errors);
  }

  /** Notes a finding about a member of this object. */
  fail(name: string, code: ProfileErrorCode): void {
    this.#errors.push({ code, path: this.#path === '' ? name : `${this.#path} > ${name}` });
  }

  text(name: string, fallback?: string): string {
    const value = this.#source[name] ?? fallback;
    if (typeof value === 'string') return value;
    this.fail(name, value === undefined ? 'missing' : 'wrong-type');
    return '';
  }

  /** Text to be checked further: undefined when its absence or type is an error already. */
  #checked(name: string, fallback: string | undefined): string | undefined {
    const before = this.#errors.length;
    const value = this.text(name, fallback);
    return this.#errors.length === before ? value : undefined;
  }

  optionalText(name: string): string | undefined {
    return this.#source[name] === undefined ? undefined : this.text(name);
  }

  digits(name: string, lengths: readonly [number, number], fallback?: string): string {
    const value = this.#checked(name, fallback);
    if (value === undefined) return '';
    if (!/^\d*$/.test(value)) this.fail(name, 'not-digits');
    else if (value.length < lengths[0] || value.length > lengths[1]) {
      this.fail(name, 'wrong-length');
    }
    return value;
  }

  hex(name: string, bytes: readonly [number, number], fallback?: string): string {
    const text = this.#checked(name, fallback);
    if (text === undefined) return '';
    const value = text.replaceAll(' ', '').toUpperCase();
    if (firstNonHex(value) >= 0) this.fail(name, 'not-hex');
    else if (value.length < bytes[0] * 2 || value.length > bytes[1] * 2) {
      this.fail(name, 'wrong-length');
    }
    return value;
  }

  whole(name: string, range: readonly [number, number], fallback?: number): number {
    const value = this.#source[name] ?? fallback;
    if (value === undefined) this.fail(name, 'missing');
    else if (typeof value !== 'number' || !Number.isInteger(value)) this.fail(name, 'wrong-type');
    else if (value < range[0] || value > range[1]) this.fail(name, 'out-of-range');
    else return value;
    return range[0];
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.#source[name] ?? fallback;
    if (typeof value === 'boolean') return value;
    this.fail(name, 'wrong-type');
    return fallback;
  }

  word<W extends string>(name: string, words: readonly W[], fallback?: W): W {
    const value = this.text(name, fallback);
    const found = words.find((word) => word === value);
    if (found === undefined) this.fail(name, 'unknown-word');
    return found ?? words[0];
  }

  words<W extends string>(name: string, words: readonly W[], fallback: readonly W[]): W[] {
    const value = this.#source[name] ?? fallback;
    if (!Array.isArray(value)) {
      this.fail(name, 'wrong-type');
      return [];
    }
    const known = words.filter((word) => value.includes(word));
    if (known.length !== new Set(value).size) this.fail(name, 'unknown-word');
    return known;
  }

  /** A data object list written as `9F0206 9F0306`: tag, then length in one byte. */
  dol(name: string, fallback: string): readonly DolEntry[] {
    const text = this.text(name, fallback).replaceAll(' ', '');
    if (firstNonHex(text) >= 0) {
      this.fail(name, 'not-hex');
      return [];
    }
    const list = parseDol(fromHex(text));
    if (!list.ok) this.fail(name, 'wrong-length');
    return list.entries;
  }

  /** Text of at most `length` characters, filled with blanks on the right. */
  sized(name: string, length: number, fallback?: string): string {
    const value = this.#checked(name, fallback);
    if (value === undefined) return '';
    if (!/^[ -~]+$/.test(value) || value.length > length) this.fail(name, 'wrong-length');
    return value.padEnd(length);
  }

  /** One object of a list. */
  item(name: string, index: number, value: unknown): ProfileReader {
    const path = `${this.#path === '' ? '' : `${this.#path} > `}${name} > ${index}`;
    if (!isSource(value)) this.#errors.push({ code: 'not-an-object', path });
    return new ProfileReader(isSource(value) ? value : {}, path, this.#errors);
  }

  child(name: string, required: boolean): ProfileReader {
    const value = this.#source[name];
    if (!isSource(value) && (required || value !== undefined)) {
      this.fail(name, value === undefined ? 'missing' : 'wrong-type');
    }
    const path = this.#path === '' ? name : `${this.#path} > ${name}`;
    return new ProfileReader(isSource(value) ? value : {}, path, this.#errors);
  }

  list(name: string): unknown[] {
    const value = this.#source[name];
    if (Array.isArray(value)) return value;
    this.fail(name, value === undefined ? 'missing' : 'wrong-type');
    return [];
  }

  has(name: string): boolean {
    return this.#source[name] !== undefined;
  }
}
