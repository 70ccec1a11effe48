// Terminal verification results and transaction status information by name (Book 3 annex C5, C6).

const tvrPlaces = {
  'oda-not-performed': [0, 0x80],
  'sda-failed': [0, 0x40],
  'icc-data-missing': [0, 0x20],
  'exception-file': [0, 0x10],
  'dda-failed': [0, 0x08],
  'cda-failed': [0, 0x04],
  'sda-selected': [0, 0x02],
  'xda-selected': [0, 0x01],
  'versions-differ': [1, 0x80],
  expired: [1, 0x40],
  'not-yet-effective': [1, 0x20],
  'service-not-allowed': [1, 0x10],
  'new-card': [1, 0x08],
  'cvm-failed': [2, 0x80],
  'cvm-unrecognised': [2, 0x40],
  'pin-tries-exceeded': [2, 0x20],
  'pin-pad-missing': [2, 0x10],
  'pin-not-entered': [2, 0x08],
  'online-cvm-captured': [2, 0x04],
  'floor-limit': [3, 0x80],
  'lower-offline-limit': [3, 0x40],
  'upper-offline-limit': [3, 0x20],
  'random-online': [3, 0x10],
  'merchant-forced-online': [3, 0x08],
  'xda-failed': [3, 0x01],
  'default-tdol': [4, 0x80],
  'issuer-authentication-failed': [4, 0x40],
  'script-failed-before-final-ac': [4, 0x20],
  'script-failed-after-final-ac': [4, 0x10],
  'relay-threshold-exceeded': [4, 0x08],
  'relay-time-limits-exceeded': [4, 0x04],
  // Kernel 2 puts the result of relay resistance in the two lowest bits.
  'relay-not-performed': [4, 0x01],
  'relay-performed': [4, 0x02],
} as const;

const tsiPlaces = {
  oda: 0x80,
  'cardholder-verification': 0x40,
  'card-risk-management': 0x20,
  'issuer-authentication': 0x10,
  'terminal-risk-management': 0x08,
  'script-processing': 0x04,
} as const;

/** A bit of the terminal verification results (95). */
export type TvrBit = keyof typeof tvrPlaces;

/** A bit of the transaction status information (9B). */
export type TsiBit = keyof typeof tsiPlaces;

/** Turns bits of a TVR on. */
export function setTvr(tvr: Uint8Array, ...bits: readonly TvrBit[]): void {
  for (const bit of bits) {
    const [byte, mask] = tvrPlaces[bit];
    tvr[byte] |= mask;
  }
}

/** Whether a bit of a TVR is on. */
export function hasTvr(tvr: Uint8Array, bit: TvrBit): boolean {
  const [byte, mask] = tvrPlaces[bit];
  return (tvr[byte] & mask) !== 0;
}

/** A TVR with these bits on and the others off. */
export function tvrOf(bits: readonly TvrBit[]): Uint8Array {
  const tvr = new Uint8Array(5);
  setTvr(tvr, ...bits);
  return tvr;
}

/** Turns a bit of the TSI on. */
export function setTsi(tsi: Uint8Array, bit: TsiBit): void {
  tsi[0] |= tsiPlaces[bit];
}

/** Whether a bit of the TSI is on. */
export function hasTsi(tsi: Uint8Array, bit: TsiBit): boolean {
  return (tsi[0] & tsiPlaces[bit]) !== 0;
}

/** A TSI with these bits on and the others off. */
export function tsiOf(bits: readonly TsiBit[]): Uint8Array {
  const tsi = new Uint8Array(2);
  for (const bit of bits) setTsi(tsi, bit);
  return tsi;
}
