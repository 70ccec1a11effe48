// Account numbers that a message or TLV states: DE 2, 34, tracks, tags 5A and 57.
import { type ElementSensitivity, statedNumber } from '@chipswitch/cardholder-data';
import { deepTlvMap, parseTlv } from '@chipswitch/tlv';
import type { Message } from 'iso8583-js';

/** Account numbers in 5A and 57 of TLV bytes, read as far as they go. */
export function numbersInTlv(bytes: Uint8Array): string[] {
  const map = deepTlvMap(parseTlv(bytes).nodes);
  const stated = [
    ['pan', map.get(0x5a)],
    ['track2', map.get(0x57)],
  ] as const;
  return stated.flatMap(([mark, value]) => (value && statedNumber(mark, value)) ?? []);
}

/** Account numbers that a message states, whatever its spec marks: DE 2, 34, tracks, 5A and 57 of DE 55. */
export function numbersInMessage(message: Partial<Message>): string[] {
  const elements: readonly (readonly [ElementSensitivity, unknown])[] = [
    ['pan', message.de2],
    ['pan', message.de34],
    ['track2', message.de35],
    ['track3', message.de36],
    ['track1', message.de45],
  ];
  const stated = elements.flatMap(([mark, value]) =>
    typeof value === 'string' ? (statedNumber(mark, value) ?? []) : [],
  );
  return message.de55 instanceof Uint8Array ? [...stated, ...numbersInTlv(message.de55)] : stated;
}
