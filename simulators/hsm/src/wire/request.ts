// What a reader of a command's body is, and what the bodies of many commands have in common.
import { type HostBody, isAesField, usageOf } from './host-body.ts';

/** Reads the body of one command. */
export type Request = (body: HostBody) => void;

/** `%nn`, which of the local master keys is meant. */
export function lmkIdentifier(body: HostBody): void {
  if (body.mark('%')) body.text('lmkIdentifier', 2);
}

/** A PIN block: 16 digits, 32 under an AES key, which only a key block can hold. */
export function pinBlock(body: HostBody, name: string, ...keyNames: readonly string[]): void {
  body.text(name, keyNames.some((key) => isAesField(body.said(key))) ? 32 : 16);
}

/** KSN and its descriptor, whose digits and the counter of 8 add up to 24 digits for AES devices. */
export function serialNumber(body: HostBody, descriptor: string, name: string): void {
  body.text(descriptor, 3);
  const digits = body.said(descriptor).split('');
  const identifiers = digits.reduce((sum, digit) => sum + Number.parseInt(digit, 16), 0);
  body.text(name, identifiers === 16 ? 24 : 20);
}

/** Whether what a PIN is translated to is a BDK: a flag in front of it, or usage B0 in its block. */
export function isDestinationBdk(body: HostBody): boolean {
  return body.said('destinationKeyFlag') !== '' || usageOf(body.said('destinationKey')) === 'B0';
}

/** Flag of a key of another kind. */
export function keyFlag(body: HostBody, name: string): void {
  if (/^[*~!]/.test(body.next(1))) body.text(name, 1);
}
