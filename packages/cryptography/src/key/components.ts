// Keys out of components that custodians hold (ISO 11568-2, PCI PIN requirement 5).
import { SecurityFault } from '../errors.ts';

/**
 * The exclusive or of all components; two custodians at least, all of one length.
 *
 * @throws SecurityFault `length` when there are fewer than two or their lengths differ
 * @example
 * combineComponents([fromHex('0123456789ABCDEF'), fromHex('1111111111111111')])
 * // '1032547698BADCFE'
 */
export function combineComponents(components: readonly Uint8Array[]): Uint8Array {
  const [first] = components;
  if (components.length < 2) throw new SecurityFault('length', 'a key has at least two components');
  const key = new Uint8Array(first.length);
  for (const component of components) {
    if (component.length !== key.length) {
      key.fill(0);
      throw new SecurityFault('length', 'components of one key have one length');
    }
    for (let i = 0; i < key.length; i++) key[i] ^= component[i];
  }
  return key;
}
