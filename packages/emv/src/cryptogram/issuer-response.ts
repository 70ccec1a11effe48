// What an issuer sends back in DE 55: issuer authentication data and scripts (Book 2 section 8.2, Book 3 section 10.10).
import { concatBytes } from '@chipswitch/bytes';
import { encodeTlv } from '@chipswitch/tlv';

/**
 * Issuer authentication data (91) by method 1: ARPC and the response code.
 *
 * @param arpc 8 bytes
 * @param arc two characters as bytes
 */
export function issuerAuthenticationData1(arpc: Uint8Array, arc: Uint8Array): Uint8Array {
  return concatBytes(arpc, arc);
}

/**
 * Issuer authentication data (91) by method 2: ARPC, card status update, proprietary data.
 *
 * @param arpc 4 bytes
 * @param csu 4 bytes
 * @param proprietaryData up to 8 bytes
 */
export function issuerAuthenticationData2(
  arpc: Uint8Array,
  csu: Uint8Array,
  proprietaryData: Uint8Array = new Uint8Array(0),
): Uint8Array {
  return concatBytes(arpc, csu, proprietaryData);
}

/**
 * An issuer script template: 71 before the final cryptogram, 72 after it.
 *
 * @param identifier 9F18, 4 bytes
 * @param commands whole command APDUs, MAC included, in order
 */
export function issuerScript(
  template: 0x71 | 0x72,
  identifier: Uint8Array,
  commands: readonly Uint8Array[],
): Uint8Array {
  const inside = commands.map((command) => [0x86, command] as const);
  return encodeTlv([[template, [[0x9f18, identifier] as const, ...inside]]]);
}
