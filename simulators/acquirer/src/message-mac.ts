// The MAC of a host's messages (ISO 9797-1 algorithm 3) by the host's own road: node's ciphers, no code of the switch's.
import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto';
import type { IsoMessage } from '@chipswitch/transaction';
import { type Spec, encodeMessage } from 'iso8583-js';

const block = 8;
const zeros = Buffer.alloc(block);

/** Single DES: OpenSSL knows it as triple DES under one key thrice. */
const thrice = (key: Buffer): Buffer => Buffer.concat([key, key, key]);

function retail(key: Buffer, data: Uint8Array): Buffer {
  const [left, right] = [key.subarray(0, block), key.subarray(block)];
  const padded = Buffer.alloc(Math.ceil(data.length / block) * block);
  padded.set(data);
  const chain = createCipheriv('des-ede3-cbc', thrice(left), zeros).setAutoPadding(false);
  const last = Buffer.concat([chain.update(padded), chain.final()]).subarray(-block);
  const out = createDecipheriv('des-ede3', thrice(right), null).setAutoPadding(false);
  const turned = Buffer.concat([out.update(last), out.final()]);
  const back = createCipheriv('des-ede3', thrice(left), null).setAutoPadding(false);
  return Buffer.concat([back.update(turned), back.final()]);
}

/** Whether a message's type has one; network messages do not. */
export const isSealed = ({ mti }: IsoMessage): boolean => mti[1] !== '8';

const isLong = (message: IsoMessage): boolean =>
  Object.keys(message).some((key) => Number(/^de(\d+)$/.exec(key)?.[1] ?? 0) > 64);

/** A message with its MAC under a key of sixteen bytes. */
export function sealed(key: Buffer, spec: Spec, message: IsoMessage): IsoMessage {
  const element = isLong(message) ? 'de128' : 'de64';
  const encoded = encodeMessage(spec, { ...message, [element]: new Uint8Array(block) });
  if (!encoded.ok) return message;
  return { ...message, [element]: new Uint8Array(retail(key, encoded.bytes.subarray(0, -block))) };
}

/** Whether the MAC at the end of what came in holds. */
export function macHolds(key: Buffer, message: IsoMessage, body: Uint8Array): boolean {
  const mac = isLong(message) ? message['de128'] : message['de64'];
  if (!(mac instanceof Uint8Array) || mac.length !== block) return false;
  return timingSafeEqual(retail(key, body.subarray(0, -block)), mac);
}
