// The cardholder verification method list (8E) in words (Book 3 annex C3, 10.5).
import { concatBytes } from '@chipswitch/bytes';

const methods = {
  fail: 0x00,
  'plaintext-pin': 0x01,
  'online-pin': 0x02,
  'plaintext-pin-and-signature': 0x03,
  'enciphered-pin': 0x04,
  'enciphered-pin-and-signature': 0x05,
  signature: 0x1e,
  none: 0x1f,
} as const;

const conditions = {
  always: 0x00,
  'unattended-cash': 0x01,
  'not-cash': 0x02,
  'if-supported': 0x03,
  'manual-cash': 0x04,
  cashback: 0x05,
  'under-x': 0x06,
  'over-x': 0x07,
  'under-y': 0x08,
  'over-y': 0x09,
} as const;

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

/** A rule in bytes, or undefined when a word is not known. */
function encodeRule(text: string): Uint8Array | undefined {
  const [method, condition, then] = text.split(' ');
  if (!(method in methods) || !(condition in conditions)) return undefined;
  if (then !== undefined && then !== 'else-next') return undefined;
  const code = methods[method as keyof typeof methods] | (then === 'else-next' ? 0x40 : 0);
  return Uint8Array.of(code, conditions[condition as keyof typeof conditions]);
}

/**
 * The list's bytes, or the index of the first rule that cannot be read.
 *
 * @param list amounts x and y in minor units; rules such as `online-pin if-supported else-next`
 * @example encodeCvmList({ x: 0, y: 0, rules: ['none always'] }) // 00000000 00000000 1F00
 */
export function encodeCvmList(list: {
  x: number;
  y: number;
  rules: readonly string[];
}): { ok: true; bytes: Uint8Array } | { ok: false; rule: number } {
  const parts: Uint8Array[] = [uint32(list.x), uint32(list.y)];
  for (const [index, rule] of list.rules.entries()) {
    const bytes = encodeRule(rule);
    if (!bytes) return { ok: false, rule: index };
    parts.push(bytes);
  }
  return { ok: true, bytes: concatBytes(...parts) };
}
