// Walks BER-TLV bytes object by object without allocating anything per object.
import type { TlvError, TlvErrorCode } from './error.ts';
import { type Header, newHeader, readHeader } from './header.ts';
import {
  type TlvOptions,
  defaultPadding,
  depthMaxDefault,
  objectsMaxDefault,
  paddingOf,
} from './options.ts';

/**
 * A cursor over one level. After `next()` returned true the fields describe the current object;
 * after it returned false, `code` says why it stopped (undefined: the end was reached).
 *
 * @example
 * const cursor = new TlvCursor(fromHex('9C01209F360200FF'));
 * while (cursor.next() && cursor.tag !== 0x9f36);
 * cursor.start; // 6
 */
export class TlvCursor {
  readonly bytes: Uint8Array;
  readonly limit: number;
  tag = 0;
  /** Offset of the object's first tag byte. */
  offset = 0;
  /** Its value: `[start, end)`. */
  start = 0;
  end = 0;
  code: TlvErrorCode | undefined = undefined;
  /** Offset that belongs to `code`. */
  errorOffset = 0;
  #at: number;
  readonly #zero: number;
  readonly #ones: number;
  #header: Header | undefined;

  constructor(bytes: Uint8Array, options?: TlvOptions, from = 0, limit: number = bytes.length) {
    const { zero, ones } = options === undefined ? defaultPadding : paddingOf(options);
    this.bytes = bytes;
    this.limit = Math.min(limit, bytes.length);
    this.#at = from;
    this.#zero = zero;
    this.#ones = ones;
  }

  /** Moves to the next object of this level. */
  next(): boolean {
    if (this.code !== undefined) return false;
    const { bytes, limit } = this;
    let at = this.#at;
    while (at < limit && (bytes[at] === this.#zero || bytes[at] === this.#ones)) at++;
    this.offset = at;
    if (at >= limit) {
      this.#at = at;
      return false;
    }
    let tag = bytes[at];
    let start = at + 1;
    if ((tag & 0x1f) === 0x1f && start < limit) tag = (tag << 8) | bytes[start++];
    const length = start < limit ? bytes[start++] : 0x80;
    let end = start + length;
    if (length >= 0x80 || end > limit || (tag > 0xff && (tag & 0x80) !== 0)) {
      const header = (this.#header ??= newHeader());
      if (!readHeader(header, bytes, at, limit)) {
        this.code = header.code;
        this.errorOffset = header.at;
        return false;
      }
      tag = header.tag;
      start = header.start;
      end = header.end;
    }
    this.tag = tag;
    this.start = start;
    this.end = this.#at = end;
    return true;
  }

  /** Whether the current object is a template. */
  get constructed(): boolean {
    return (this.bytes[this.offset] & 0x20) !== 0;
  }
}

/**
 * Called for each object, templates before what they hold. `start` and `end` bound the value in the
 * input; `depth` is 0 at top level. Return `false` to stop, `'skip'` to leave a template closed.
 */
export type TlvVisitor = (tag: number, start: number, end: number, depth: number) => unknown;

interface Walk {
  readonly bytes: Uint8Array;
  readonly visit: TlvVisitor;
  readonly options: TlvOptions | undefined;
  readonly path: number[];
  objectsLeft: number;
  stopped: boolean;
}

function walkLevel(walk: Walk, from: number, limit: number): TlvError | undefined {
  const cursor = new TlvCursor(walk.bytes, walk.options, from, limit);
  const depth = walk.path.length;
  const depthMax = walk.options?.depthMax ?? depthMaxDefault;
  const failed = (code: TlvErrorCode, offset: number): TlvError => ({
    code,
    offset,
    path: [...walk.path],
  });
  while (cursor.next()) {
    if (--walk.objectsLeft < 0) return failed('too-many-objects', cursor.offset);
    const answer = walk.visit(cursor.tag, cursor.start, cursor.end, depth);
    if (answer === false) {
      walk.stopped = true;
      return undefined;
    }
    if (!cursor.constructed || answer === 'skip' || depthMax === 0) continue;
    if (depth >= depthMax) return failed('nesting-too-deep', cursor.offset);
    walk.path.push(cursor.tag);
    const error = walkLevel(walk, cursor.start, cursor.end);
    if (error !== undefined || walk.stopped) return error;
    walk.path.pop();
  }
  return cursor.code === undefined ? undefined : failed(cursor.code, cursor.errorOffset);
}

/**
 * Visits every object of an input in order, with one allocation per template and none per value.
 *
 * @returns undefined when the whole input was walked or the visitor stopped it, else the error.
 * @example walkTlv(fromHex('9C80'), () => true)?.code // 'length-indefinite'
 */
export function walkTlv(
  bytes: Uint8Array,
  visit: TlvVisitor,
  options?: TlvOptions,
): TlvError | undefined {
  const objectsLeft = options?.objectsMax ?? objectsMaxDefault;
  const walk: Walk = { bytes, visit, options, path: [], objectsLeft, stopped: false };
  return walkLevel(walk, 0, bytes.length);
}
