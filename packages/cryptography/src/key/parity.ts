// Odd parity of DEA key bytes (FIPS 46-3), and variants of keys.

// Whether the low bit must be flipped for a byte to have an odd number of one bits.
const evenParity = Uint8Array.from({ length: 256 }, (_, byte) => {
  let bits = byte;
  bits ^= bits >>> 4;
  bits ^= bits >>> 2;
  bits ^= bits >>> 1;
  return (bits & 1) ^ 1;
});

/**
 * Makes every byte of a key odd by its lowest bit, in place, and gives the key back.
 *
 * @example
 * adjustParity(fromHex('2B2B2B2B2B2B2B2A')) // '2A2A2A2A2A2A2A2A'
 */
export function adjustParity(key: Uint8Array): Uint8Array {
  for (let i = 0; i < key.length; i++) key[i] ^= evenParity[key[i]];
  return key;
}

/** The same with an even number of one bits in each byte. */
export function adjustParityEven(key: Uint8Array): Uint8Array {
  for (let i = 0; i < key.length; i++) key[i] ^= evenParity[key[i]] ^ 1;
  return key;
}

/**
 * Whether every byte of a key has odd parity; all bytes are looked at.
 *
 * @example
 * hasOddParity(fromHex('2B2B2B2B2B2B2B2B')) // false
 */
export function hasOddParity(key: Uint8Array): boolean {
  let even = 0;
  for (const byte of key) even |= evenParity[byte];
  return even === 0;
}

/**
 * A variant of a key: the first byte of each eight XORed with eight times the number (0 to 31).
 *
 * @example
 * keyVariant(fromHex('00000000000000010000000000000002'), 1) // '08000000000000010800000000000002'
 */
export function keyVariant(key: Uint8Array, variant: number): Uint8Array {
  const varied = new Uint8Array(key);
  for (let i = 0; i < varied.length; i += 8) varied[i] ^= (variant * 8) & 0xff;
  return varied;
}
