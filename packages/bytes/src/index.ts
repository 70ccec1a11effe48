// The shared leaf: conversions that every other member needs and none should write again.
export { firstNonHex, fromHex, hexDigitValue, toHex } from './hex.ts';
export { type BcdFiller, decodeBcd, encodeBcd } from './bcd.ts';
export { equalConstantTime, wipe } from './compare.ts';
export { concatBytes, copyBytes, equalBytes } from './concat.ts';
export { type Given, given } from './given.ts';
export { fromAscii, toLatin1 } from './text.ts';
export { type EbcdicCodePage, type EbcdicTable, ebcdicTable } from './ebcdic.ts';
