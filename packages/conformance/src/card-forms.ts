// Forms of what cards, keys and cryptograms are made of, by the sizes that EMV Book 2, ISO 9564 and ANSI X9.24 give.
import { fromHex } from '@chipswitch/bytes';
import { findTagInfo } from '@chipswitch/emv';
import * as v from 'valibot';
import {
  blocksOf,
  bytesByTag,
  bytesFrom,
  bytesOf,
  digitsFrom,
  digitsOf,
  object,
  oneOf,
} from './forms.ts';

/** A card number, its check digit included (ISO/IEC 7812-1). */
export const pan = digitsFrom(8, 19);
export const psn = digitsOf(2);
export const pin = digitsFrom(4, 12);
export const atc = bytesOf(2);
export const unpredictable = bytesOf(4);
export const cryptogram = bytesOf(8);
/** Authorisation response code and card status update: methods 1 and 2. */
export const arc = bytesOf(2);
export const csu = bytesOf(4);
/** Method 1 gives eight bytes, method 2 four. */
export const arpc = bytesOf(4, 8);

/** A key of triple DES, double or triple length. */
export const tdesKey = bytesOf(16, 24);
export const aesKey = bytesOf(16, 24, 32);
/** A key of any cipher here. */
export const anyKey = bytesOf(8, 16, 24, 32);
export const desBlocks = blocksOf(8);

/** The bits that a terminal sets, and the issuer's and acquirer's codes against them. */
export const tvr = bytesOf(5);
export const tsi = bytesOf(2);
export const aid = bytesFrom(5, 16);
/** An application identifier that a package takes as text. */
export const aidText = v.pipe(
  v.string(),
  v.regex(/^(?:[0-9A-F]{2}){5,16}$/, 'is no application identifier'),
  v.title('5 to 16 bytes'),
);

/** A public key of RSA: at most 1984 bits, exponent 3 or 2^16 + 1 (Book 2 annex B2.1). */
export const rsaExponent = v.pipe(
  oneOf('03', '010001'),
  v.transform((text): Uint8Array => fromHex(text)),
);
export const rsaModulus = bytesFrom(64, 248);
export const rsaKey = object({ modulus: rsaModulus, exponent: rsaExponent });
/** A certificate or signature, of the length of a key or wrongly of another one. */
export const signed = bytesFrom(1, 255);

/** Values by tag, each of a length that the dictionary of data objects gives its tag. */
export const objectsByTag = v.pipe(
  bytesByTag,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const [name, value] of Object.entries(dataset.value)) {
      const info = findTagInfo(Number.parseInt(name, 16));
      if (info === undefined) continue;
      const { lengthMin, lengthMax } = info;
      if (value.length >= lengthMin && value.length <= lengthMax) continue;
      addIssue({ message: `${name} is ${lengthMin} to ${lengthMax} bytes long` });
    }
  }),
);

/** Hex in which a number stands as packed digits, filled up with F. */
export const packedDigits = v.pipe(
  v.string(),
  v.regex(/^\d{1,19}F*$/, 'is no number filled with F'),
  v.title('digits, filled up with F'),
);
