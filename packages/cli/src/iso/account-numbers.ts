// Account numbers that a message or TLV names: DE 2, 34, tracks, tags 5A and 57.
import { toHex } from '@chipswitch/bytes';
import { deepTlvMap, parseTlv } from '@chipswitch/tlv';
import type { Message } from 'iso8583-js';

/** Account numbers in 5A and 57 of TLV bytes, read as far as they go. */
export function numbersInTlv(bytes: Uint8Array): string[] {
  const map = deepTlvMap(parseTlv(bytes).nodes);
  return [0x5a, 0x57].flatMap((tag) => {
    const digits = /^\d{12,19}/.exec(toHex(map.get(tag) ?? new Uint8Array(0)))?.[0];
    return digits === undefined ? [] : [digits];
  });
}

/** Account numbers that a message names: DE 2, tracks, 5A and 57 of DE 55. */
export function numbersInMessage(message: Partial<Message>): string[] {
  const found = [message.de2, message.de34, message.de35, message.de36, message.de45].flatMap(
    (value) => {
      const digits = typeof value === 'string' ? /\d{12,19}/.exec(value)?.[0] : undefined;
      return digits === undefined ? [] : [digits];
    },
  );
  return message.de55 instanceof Uint8Array ? [...found, ...numbersInTlv(message.de55)] : found;
}
