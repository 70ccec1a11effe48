// The forms of a message's MAC: what of the bytes goes into it, and how it stands in DE 64 or DE 128.
import { given, toHex } from '@chipswitch/bytes';
import type { KeyRef, MacInput } from '@chipswitch/security-module';
import type { MacAlgorithmName } from './mac-settings.ts';

/** Bytes of DE 64 and DE 128. */
export const macElementBytes = 8;

/** What a method is chosen by. */
export interface MacForm {
  readonly algorithm: MacAlgorithmName;
  readonly padding: 1 | 2;
  readonly lengthBytes: number;
}

/** A key, and what of DUKPT belongs to this message. */
export type MacKey = Pick<MacInput, 'ksn' | 'direction'> & { readonly key: KeyRef };

const moduleAlgorithm = {
  retail: 'iso9797-3',
  cbc: 'iso9797-1',
  cmac: 'cmac',
  'unionpay-ecb': 'iso9797-1',
} as const;

const text = new TextEncoder();

// UnionPay POS: eight bytes at a time by exclusive or, zeros at the end; the sum as sixteen hex digits is two blocks.
function joinedBlocks(bytes: Uint8Array): Uint8Array {
  const sum = new Uint8Array(8);
  for (let i = 0; i < bytes.length; i++) sum[i % 8] ^= bytes[i];
  return text.encode(toHex(sum));
}

/** What the security module is asked for a message's bytes up to its MAC. */
export function macInput(form: MacForm, key: MacKey, bytes: Uint8Array): MacInput {
  const { algorithm, padding } = form;
  return {
    key: key.key,
    algorithm: moduleAlgorithm[algorithm],
    data: algorithm === 'unionpay-ecb' ? joinedBlocks(bytes) : bytes,
    ...given({ ksn: key.ksn, direction: key.direction }),
    ...(algorithm === 'retail' || algorithm === 'cbc' ? { padding } : {}),
  };
}

/** How many bytes of the module's MAC are sent: UnionPay sends four, as eight hex digits. */
export function macBytes({ algorithm, lengthBytes }: MacForm): number {
  return algorithm === 'unionpay-ecb' ? 4 : lengthBytes;
}

/** The element for a MAC of `macBytes`. */
export function elementOf({ algorithm }: MacForm, mac: Uint8Array): Uint8Array {
  if (algorithm === 'unionpay-ecb') return text.encode(toHex(mac));
  const element = new Uint8Array(macElementBytes);
  element.set(mac);
  return element;
}

/** The MAC in an element; undefined when the element is none of this form. */
export function macOf(form: MacForm, element: Uint8Array): Uint8Array | undefined {
  if (element.length !== macElementBytes) return undefined;
  const length = macBytes(form);
  if (form.algorithm !== 'unionpay-ecb') {
    const isFilled = element.subarray(length).every((byte) => byte === 0);
    return isFilled ? element.slice(0, length) : undefined;
  }
  const digits = Buffer.from(element).toString('latin1');
  return /^[0-9A-F]{8}$/.test(digits) ? new Uint8Array(Buffer.from(digits, 'hex')) : undefined;
}
