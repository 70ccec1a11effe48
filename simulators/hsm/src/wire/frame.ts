// The host link's frames by the simulator's own road: two bytes of length, then header, command and body.
import { concatBytes } from '@chipswitch/bytes';

/** A message with its length in front; undefined when two bytes cannot say it. */
export function framed(message: Uint8Array): Uint8Array | undefined {
  if (message.length > 0xffff) return undefined;
  return concatBytes(Uint8Array.of(message.length >> 8, message.length & 0xff), message);
}

/** What a stream has brought, cut into messages; at most one frame is held. */
export class FrameStream {
  #held: Uint8Array = new Uint8Array(0);

  /** Whole messages; undefined at a frame without content, after which an HSM closes the link. */
  push(chunk: Uint8Array): Uint8Array[] | undefined {
    let rest = concatBytes(this.#held, chunk);
    const messages: Uint8Array[] = [];
    while (rest.length >= 2) {
      const length = rest[0] * 256 + rest[1];
      if (length === 0) return undefined;
      if (rest.length < 2 + length) break;
      messages.push(rest.slice(2, 2 + length));
      rest = rest.subarray(2 + length);
    }
    this.#held = rest.slice();
    return messages;
  }
}
