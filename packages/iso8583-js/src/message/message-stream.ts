// Messages on a stream without lengths: the spec itself says where each message ends.
import { type DecodeResult, decodeErrorOf, readCarriedBits } from '../codec/message-codec.ts';
import type { FieldValue, Message } from '../spec/spec-types.ts';
import type { Spec } from '../specs/define-spec.ts';
import { FAIL, Reader } from '../wire/cursor.ts';
import { Iso8583Fault } from '../wire/errors.ts';
import { decodeMessage } from './message.ts';

/** What an unframed stream gives: a message, or why it cannot be followed any further. */
export type StreamedMessage<M> = DecodeResult<M>;

/**
 * Takes messages out of a stream that has no lengths, with chunks cut anywhere. It remembers the
 * element it stopped in, so that each byte is looked at once whatever the chunks are. After an error
 * the stream is lost: every further `push` gives the same error.
 *
 * @example
 * const stream = new MessageStream(iso1987Ascii);
 * stream.push(new TextEncoder().encode('08000000000000')).length // 0
 * stream.push(new TextEncoder().encode('000000')).length // 1
 */
export class MessageStream<M = Message> {
  readonly #spec: Spec<M>;
  readonly #maxBytes: number;
  readonly #reader = new Reader(new Uint8Array(0));
  #buffer = new Uint8Array(1024);
  /** Where the message at hand starts in the buffer, and where the bytes end. */
  #start = 0;
  #end = 0;
  /** Elements read so far of the message at hand: -1 before the bitmap. */
  #index = -1;
  #set: number[] = [];
  #lost: StreamedMessage<M> | undefined = undefined;

  /** @throws Iso8583Fault `bad-option` when a message cannot be that long. */
  constructor(spec: Spec<M>, options: { readonly maxBytes?: number } = {}) {
    this.#spec = spec;
    this.#maxBytes = options.maxBytes ?? 65_535;
    if (!Number.isInteger(this.#maxBytes) || this.#maxBytes < 1) {
      throw new Iso8583Fault('bad-option', 'maxBytes must be a whole number above zero');
    }
  }

  /** Bytes that wait for the rest of their message. */
  get pendingBytes(): number {
    return this.#end - this.#start;
  }

  /** Takes a chunk and gives every message that is now complete, in order. */
  push(chunk: Uint8Array): StreamedMessage<M>[] {
    if (this.#lost !== undefined) return [this.#lost];
    const results: StreamedMessage<M>[] = [];
    let from = 0;
    // The buffer never holds more than one message of the largest size: the chunk goes in by parts.
    while (from < chunk.length && this.#lost === undefined) {
      const part = chunk.subarray(from, from + this.#maxBytes + 1 - this.pendingBytes);
      this.#append(part);
      from += part.length;
      this.#drain(results);
      this.#compact();
    }
    return results;
  }

  /** Says that the stream has ended: an error when a message is incomplete. */
  end(): StreamedMessage<M> | undefined {
    if (this.#lost !== undefined || this.pendingBytes === 0) return this.#lost;
    return decodeMessage(this.#spec, this.#buffer.slice(this.#start, this.#end));
  }

  #append(part: Uint8Array): void {
    if (this.#end + part.length > this.#buffer.length) {
      const grown = new Uint8Array(2 * (this.#end + part.length));
      grown.set(this.#buffer.subarray(0, this.#end));
      this.#buffer = grown;
    }
    this.#buffer.set(part, this.#end);
    this.#end += part.length;
  }

  /** Moves what waits for the rest of its message to the start, once for each part. */
  #compact(): void {
    if (this.#start === 0) return;
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#reader.at -= this.#start;
    this.#end -= this.#start;
    this.#start = 0;
  }

  #drain(results: StreamedMessage<M>[]): void {
    while (this.pendingBytes > 0) {
      const reader = this.#reader;
      reader.bytes = this.#buffer;
      if (!this.#follow()) {
        if (reader.code !== 'truncated') this.#lose(results);
        else if (this.pendingBytes > this.#maxBytes) {
          reader.path = [];
          reader.fail('too-long', this.#start);
          this.#lose(results);
        }
        return;
      }
      const result = decodeMessage(this.#spec, this.#buffer.slice(this.#start, reader.at));
      results.push(result);
      this.#start = reader.at;
      this.#index = -1;
      if (result.ok) continue;
      this.#lost = result;
      return;
    }
  }

  /** Goes on to the end of the message; false when the reader holds an error (`truncated`: wait). */
  #follow(): boolean {
    const { compiled } = this.#spec;
    const reader = this.#reader;
    const end = this.#end;
    reader.code = undefined;
    reader.path = [];
    if (this.#index < 0) {
      reader.at = this.#start;
      this.#set = [];
      if (compiled.header !== undefined && !compiled.header.skip(reader, end))
        return this.#in('header');
      if (!compiled.mti.skip(reader, end)) return this.#in('0');
      if (compiled.bitmap.read(reader, end, this.#set) === FAIL) return this.#in('1');
      this.#index = 0;
    }
    for (; this.#index < this.#set.length; this.#index++) {
      const number = this.#set[this.#index];
      const start = reader.at;
      const codec = compiled.fields[number]?.codec;
      if (codec === undefined) {
        reader.fail('undefined-field', start);
        return this.#in(String(number));
      }
      let value: FieldValue | undefined;
      if (number === compiled.definition.bitmap.tertiaryIn) {
        const decoded = codec.decode(reader, end);
        if (decoded !== FAIL) value = decoded;
      }
      if (value !== undefined) readCarriedBits(compiled, value, this.#set);
      else if (!codec.skip(reader, end)) {
        reader.at = start;
        return this.#in(String(number));
      }
    }
    return true;
  }

  #in(key: string): false {
    this.#reader.path.unshift(key);
    return false;
  }

  #lose(results: StreamedMessage<M>[]): void {
    const error = decodeErrorOf(this.#reader);
    const [offset, byte] = [error.offset - this.#start, error.byte - this.#start];
    const lost: StreamedMessage<M> = { ok: false, error: { ...error, offset, byte }, partial: {} };
    this.#lost = lost;
    this.#buffer = new Uint8Array(0);
    this.#start = 0;
    this.#end = 0;
    results.push(lost);
  }
}
