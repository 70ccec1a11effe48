// Offline PIN: try counter, PIN entry, enciphering, VERIFY (Book 3 sections 6.5.12, 10.5.1; Book 2 section 7).
import { concatBytes, wipe } from '@chipswitch/bytes';
import { recoverIccCertificate } from '../oda/certificate.ts';
import { type RsaPublicKey, encipherRsa } from '../oda/rsa.ts';
import { getChallengeCommand, getDataCommand, verifyCommand } from './apdu.ts';
import { iccKeyOf, issuerKeyOf } from './authenticate.ts';
import { type Context, type Stop, faultStop, flag, note, panOf } from './context.ts';
import { type Asking, exchange, expectAnswer } from './exchange.ts';
import { getDataValue } from './risk.ts';
import { tag } from './tags.ts';

/** How an offline PIN went. */
export type OfflinePinResult = 'good' | 'bad' | Stop;

// Counters have one nibble in 63Cx; a card that never counts down is stopped here.
const triesMax = 15;

/** The plaintext PIN block: 2, length, digits, F (Book 3 table 25). The caller wipes it. */
function pinBlock(pin: string): Uint8Array {
  const block = new Uint8Array(8).fill(0xff);
  block[0] = 0x20 | pin.length;
  for (let i = 0; i < pin.length; i++) {
    const digit = pin.charCodeAt(i) - 48;
    const at = 1 + (i >> 1);
    block[at] = i % 2 === 0 ? (digit << 4) | 0x0f : (block[at] & 0xf0) | digit;
  }
  return block;
}

/** The key that enciphers a PIN: 9F2D, else the card's authentication key (Book 2 section 7.1). */
function pinKeyOf(context: Context): RsaPublicKey | undefined {
  const { data, oda } = context;
  if (oda.issuerKey === undefined && issuerKeyOf(context) !== undefined) return undefined;
  const certificate = data.get(tag.pinCertificate);
  const exponent = data.get(tag.pinExponent);
  if (certificate !== undefined && exponent !== undefined && oda.issuerKey !== undefined) {
    const recovered = recoverIccCertificate({
      issuerKey: oda.issuerKey,
      certificate,
      remainder: data.get(tag.pinRemainder) ?? new Uint8Array(0),
      exponent,
      staticData: new Uint8Array(0),
      pan: panOf(data) ?? '',
      date: data.get(tag.transactionDate) ?? new Uint8Array(3),
    });
    return recovered.ok ? recovered.key : undefined;
  }
  if (oda.iccKey === undefined && iccKeyOf(context) !== undefined) return undefined;
  return oda.iccKey;
}

/** Enciphers a PIN block for the card (Book 2 section 7.2): 7F, block, challenge, padding. */
function encipherPin(
  block: Uint8Array,
  challenge: Uint8Array,
  key: RsaPublicKey,
  random: (lengthBytes: number) => Uint8Array,
): Uint8Array | undefined {
  const padding = random(Math.max(0, key.modulus.length - 17));
  const clear = concatBytes(Uint8Array.of(0x7f), block, challenge, padding);
  try {
    return encipherRsa(clear, key);
  } finally {
    wipe(clear);
  }
}

/** Tries left by GET DATA 9F17; undefined when the card does not tell. */
function* triesLeftOf(context: Context): Asking<number | undefined | Stop> {
  const answer = yield* exchange('verify-cardholder', getDataCommand(tag.pinTryCounter));
  if (!answer.ok) return faultStop(context, answer.error.code, true);
  const value = answer.sw === 0x9000 ? getDataValue(answer.data, tag.pinTryCounter) : undefined;
  if (value?.length !== 1) return undefined;
  context.data.set(tag.pinTryCounter, value);
  return value[0];
}

/** A PIN that was not given: the end of the transaction where the terminal does not allow that. */
export function bypassPin(context: Context): Stop | undefined {
  if (context.config.pinBypass === false) {
    note(context, 'verify-cardholder', 'the PIN may not be bypassed');
    return { type: 'cancelled', reason: 'cardholder-cancelled' };
  }
  context.pinBypassed = true;
  flag(context, 'verify-cardholder', 'pin-not-entered');
  return undefined;
}

/** Asks for the PIN; a text is one that may be sent, anything else the end of this method. */
function* askPin(
  context: Context,
  mode: 'plaintext' | 'enciphered',
  triesLeft: number | undefined,
  again: boolean,
): Asking<{ pin: string } | OfflinePinResult> {
  const request = { type: 'offline-pin', mode, triesLeft, again } as const;
  const answer = expectAnswer(yield request, 'offline-pin');
  if (answer.result === 'cancelled') return { type: 'cancelled', reason: 'cardholder-cancelled' };
  if (answer.result === 'pad-failed') {
    flag(context, 'verify-cardholder', 'pin-pad-missing');
    return 'bad';
  }
  const { pin } = answer;
  // 4 to 12 digits (Book 3 section 6.5.12); anything else is as good as none.
  if (answer.result === 'bypassed' || pin === undefined || !/^\d{4,12}$/.test(pin)) {
    return bypassPin(context) ?? 'bad';
  }
  return { pin };
}

function* verifyOnce(
  context: Context,
  pin: string,
  key: RsaPublicKey | undefined,
): Asking<number | Stop | undefined> {
  const block = pinBlock(pin);
  let data: Uint8Array | undefined = block;
  try {
    if (key !== undefined) {
      const challenge = yield* exchange('verify-cardholder', getChallengeCommand());
      if (!challenge.ok) return faultStop(context, challenge.error.code, true);
      if (challenge.sw !== 0x9000 || challenge.data.length !== 8) return undefined;
      data = encipherPin(block, challenge.data, key, context.environment.random);
    }
    if (data === undefined) return undefined;
    const answer = yield* exchange('verify-cardholder', verifyCommand(key !== undefined, data));
    return answer.ok ? answer.sw : faultStop(context, answer.error.code, true);
  } finally {
    wipe(block);
  }
}

/** Lets the card check a PIN, as often as it allows. */
export function* verifyOfflinePin(
  context: Context,
  mode: 'plaintext' | 'enciphered',
): Asking<OfflinePinResult> {
  let triesLeft = yield* triesLeftOf(context);
  if (typeof triesLeft === 'object') return triesLeft;
  if (triesLeft === 0) {
    flag(context, 'verify-cardholder', 'pin-tries-exceeded');
    return 'bad';
  }
  const key = mode === 'enciphered' ? pinKeyOf(context) : undefined;
  if (mode === 'enciphered' && key === undefined) {
    note(context, 'verify-cardholder', 'no key to encipher the PIN with');
    return 'bad';
  }
  for (let tries = 0; tries < triesMax; tries++) {
    const entry: { pin: string } | OfflinePinResult = yield* askPin(
      context,
      mode,
      triesLeft,
      tries > 0,
    );
    if (entry === 'good' || entry === 'bad' || 'type' in entry) return entry;
    const sw: number | Stop | undefined = yield* verifyOnce(context, entry.pin, key);
    if (typeof sw === 'object') return sw;
    if (sw === 0x9000) {
      note(context, 'verify-cardholder', 'the card accepts the PIN');
      return 'good';
    }
    const counted = sw !== undefined && sw >> 4 === 0x63c;
    if (sw === 0x6983 || sw === 0x6984 || sw === 0x63c0) {
      flag(context, 'verify-cardholder', 'pin-tries-exceeded');
      return 'bad';
    }
    if (!counted) {
      note(context, 'verify-cardholder', 'the card does not check the PIN');
      return 'bad';
    }
    triesLeft = sw & 0x0f;
    note(context, 'verify-cardholder', `wrong PIN, ${triesLeft} tries left`);
  }
  flag(context, 'verify-cardholder', 'pin-tries-exceeded');
  return 'bad';
}
