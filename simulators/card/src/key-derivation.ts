// Card keys out of issuer master keys and session keys out of card keys (EMV Book 2 A1.3, A1.4).
import { createHash } from 'node:crypto';
import { concatBytes, fromHex, toHex } from '@chipswitch/bytes';
import { aesEncrypt, tripleDesEncrypt, withOddParity } from './block-cipher.ts';

/** How a card key comes out of the issuer's: options A and B (3DES) and C (AES), Book 2 A1.4. */
export type DerivationOption = 'A' | 'B' | 'C';

/** How a session key comes out of a card key. */
export type SessionKeyMethod = 'none' | 'csk' | 'mchip-skd' | 'visa-sm' | 'pboc' | 'aes-csk';

function inverted(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => ~byte & 0xff);
}

/** The sixteen digits that option B takes out of the hash: its digits first, then a-f as 0-5. */
function optionBDigits(panAndSequence: string): string {
  const even = panAndSequence.length % 2 === 0 ? panAndSequence : `0${panAndSequence}`;
  const hash = toHex(createHash('sha1').update(fromHex(even)).digest());
  const letters = hash.replaceAll(/\d/g, '');
  const mapped = letters.replaceAll(/[A-F]/g, (letter) => String(letter.charCodeAt(0) - 65));
  return (hash.replaceAll(/[A-F]/g, '') + mapped).slice(0, 16);
}

/**
 * The card key of one issuer master key.
 *
 * @param pan digits; @param panSequenceNumber two digits
 */
export function deriveCardKey(
  masterKey: Uint8Array,
  card: { pan: string; panSequenceNumber: string },
  option: DerivationOption,
): Uint8Array {
  const digits = card.pan + card.panSequenceNumber;
  if (option === 'C') return aesEncrypt(masterKey, fromHex(digits.padStart(32, '0').slice(-32)));
  const chosen =
    option === 'B' && card.pan.length > 16
      ? optionBDigits(digits)
      : digits.slice(-16).padStart(16, '0');
  const diversifier = fromHex(chosen);
  return withOddParity(
    tripleDesEncrypt(masterKey, concatBytes(diversifier, inverted(diversifier))),
  );
}

function commonSessionKey(cardKey: Uint8Array, diversifier: Uint8Array): Uint8Array {
  const left = Uint8Array.from(diversifier);
  const right = Uint8Array.from(diversifier);
  left[2] = 0xf0;
  right[2] = 0x0f;
  return tripleDesEncrypt(cardKey, concatBytes(left, right));
}

/** What a session key may be derived from: the counter, the number of the terminal, a cryptogram. */
export interface SessionKeyInput {
  readonly atc: Uint8Array;
  readonly unpredictableNumber?: Uint8Array | undefined;
  /** For scripts: the first application cryptogram (plus one for every further script). */
  readonly diversifier?: Uint8Array | undefined;
}

function skdSessionKey(cardKey: Uint8Array, input: SessionKeyInput): Uint8Array {
  const un = input.unpredictableNumber ?? new Uint8Array(4);
  return tripleDesEncrypt(
    cardKey,
    concatBytes(input.atc, Uint8Array.of(0xf0, 0), un, input.atc, Uint8Array.of(0x0f, 0), un),
  );
}

function xoredCounterKey(cardKey: Uint8Array, atc: Uint8Array): Uint8Array {
  const key = Uint8Array.from(cardKey);
  for (let i = 0; i < 2; i++) {
    key[6 + i] ^= atc[i];
    key[14 + i] ^= ~atc[i] & 0xff;
  }
  return key;
}

// Both cryptograms of a transaction, and its ARPC, are made with the same session key: the latest of
// each card key is kept, and its key schedules with it.
const latest = new WeakMap<Uint8Array, { readonly input: string; readonly key: Uint8Array }>();

/** The session key of one transaction, by the method of the card's row. */
export function deriveSessionKey(
  method: SessionKeyMethod,
  cardKey: Uint8Array,
  input: SessionKeyInput,
): Uint8Array {
  const { atc, unpredictableNumber, diversifier } = input;
  const un = method === 'mchip-skd' ? unpredictableNumber : undefined;
  const parts = [atc, un, diversifier].map((part) => (part ? toHex(part) : ''));
  const named = `${method}/${parts.join('/')}`;
  const kept = latest.get(cardKey);
  if (kept?.input === named) return kept.key;
  const key = makeSessionKey(method, cardKey, input);
  latest.set(cardKey, { input: named, key });
  return key;
}

function makeSessionKey(
  method: SessionKeyMethod,
  cardKey: Uint8Array,
  input: SessionKeyInput,
): Uint8Array {
  const zeros = (count: number): Uint8Array => new Uint8Array(count);
  switch (method) {
    case 'none':
      return cardKey;
    case 'csk':
      return commonSessionKey(cardKey, input.diversifier ?? concatBytes(input.atc, zeros(6)));
    case 'mchip-skd':
      return skdSessionKey(cardKey, input);
    case 'visa-sm':
      return xoredCounterKey(cardKey, input.atc);
    case 'pboc':
      return tripleDesEncrypt(
        cardKey,
        concatBytes(zeros(6), input.atc, zeros(6), inverted(input.atc)),
      );
    case 'aes-csk':
      return aesEncrypt(
        cardKey,
        input.diversifier
          ? concatBytes(input.diversifier, zeros(16 - input.diversifier.length))
          : concatBytes(input.atc, zeros(14)),
      );
  }
}
