// Kinds of emv vectors about issuer scripts, kernel 8's secure channel, and whole captured exchanges.
import {
  type ClearPin,
  clearPinFromText,
  cryptogramVersion,
  isoPinChangeBlock,
  pinChangeCommand,
  scriptEncrypt,
  scriptMac,
  visaPinChangeBlock,
} from '@chipswitch/cryptography';
import {
  type TranscriptCryptogram,
  arqcRequestOf,
  blindPublicKey,
  channelCrypt,
  channelKeys,
  edaMac,
  iadMac,
  publicKeyX,
  readTranscript,
  sharedSecret,
  verifyEcSdsa,
} from '@chipswitch/emv';
import { createSoftModule } from '@chipswitch/security-module';
import * as v from 'valibot';
import { atc, cryptogram, pan, pin, psn, tdesKey } from '../card-forms.ts';
import {
  boolean,
  bytes,
  bytesFrom,
  bytesOf,
  digits,
  list,
  maybe,
  object,
  oneOf,
  row,
  saying,
  someOf,
} from '../forms.ts';
import { type Kinds, kind } from '../kind.ts';
import { cardByOption, cardKeyOf, idleDiversifier, session, sessionKeyOf } from './emv-keys.ts';
import { caKeyForm } from './emv-oda.ts';

/** A PIN out of a vector. */
export function clearPinOf(digitsOfPin: string): ClearPin {
  const clear = clearPinFromText(digitsOfPin);
  if (clear === undefined) throw new Error('no PIN');
  return clear;
}

const scripts: Kinds = {
  'script-mac': kind({
    about: 'MAC of a script command; message: what goes under it, before padding.',
    input: object({ ...cardByOption, ...session, message: bytes }),
    misfit: (input) => idleDiversifier(input.sessionKey, input),
    expect: object({ mac: bytesOf(8) }),
    run: (input) => ({
      mac: scriptMac(
        sessionKeyOf(cardKeyOf(input.imk, input), input.sessionKey, input),
        input.message,
      ),
    }),
  }),
  'script-encrypt': kind({
    about:
      'Enciphered script data: padded when needed (mastercard), with a length (visa), always (emv).',
    input: object({
      ...cardByOption,
      ...session,
      method: oneOf('mastercard', 'visa', 'emv'),
      data: bytes,
    }),
    misfit: (input) => idleDiversifier(input.sessionKey, input),
    expect: object({ hex: bytes }),
    run: (input) => {
      const key = sessionKeyOf(cardKeyOf(input.imk, input), input.sessionKey, input);
      return { hex: scriptEncrypt(key, input.method, input.data) };
    },
  }),
  'script-pin-block': kind({
    about: 'PIN block of a PIN change.',
    input: v.variant('format', [
      object({ format: v.literal('iso-2'), pin }),
      object({
        format: v.literal('visa'),
        pin,
        cardKey: bytesOf(16),
        currentPin: maybe(saying(pin, 'change with the present PIN')),
      }),
    ]),
    expect: object({ block: bytesOf(8) }),
    run: (input) => {
      const next = clearPinOf(input.pin);
      if (input.format === 'iso-2') return { block: isoPinChangeBlock(next) };
      const current = input.currentPin === undefined ? undefined : clearPinOf(input.currentPin);
      return { block: visaPinChangeBlock(input.cardKey, next, current) };
    },
  }),
  'pin-change': kind({
    about: 'Whole PIN CHANGE command: header, enciphered block, MAC of eight bytes.',
    input: object({
      scheme: oneOf(
        'visa-cvn10',
        'visa-cvn17',
        'visa-cvn18',
        'visa-cvn22',
        'mc-cvn16',
        'mc-cvn17',
        'mc-cvn20',
        'mc-cvn21',
        'ccd-a5',
        'interac-cvn133',
      ),
      imkAc: tdesKey,
      imkMac: tdesKey,
      imkEnc: tdesKey,
      pan,
      psn,
      atc,
      ac: cryptogram,
      pin,
      currentPin: maybe(saying(pin, 'change with the present PIN')),
    }),
    expect: object({ command: bytes }),
    run: (input) => {
      const version = cryptogramVersion(input.scheme);
      if (version?.script === undefined) throw new Error('no scripts of this version');
      const holder = { option: version.option, pan: input.pan, psn: input.psn };
      const currentPin =
        input.currentPin === undefined ? {} : { currentPin: clearPinOf(input.currentPin) };
      const command = pinChangeCommand({
        script: version.script,
        cardKeyAc: cardKeyOf(input.imkAc, holder),
        cardKeyMac: cardKeyOf(input.imkMac, holder),
        cardKeyEncryption: cardKeyOf(input.imkEnc, holder),
        atc: input.atc,
        cryptogram: input.ac,
        newPin: clearPinOf(input.pin),
        ...currentPin,
      });
      return { command };
    },
  }),
};

/** Hash, bytes of a coordinate, and bytes of a signature: the hash beside a number below the order. */
const sizesOfCurve = { 'P-256': ['SHA-256', 32, 64], 'P-521': ['SHA-512', 66, 130] } as const;
const scalar = bytesOf(32);
const channelKey = bytesOf(16);

const channel: Kinds = {
  ecsdsa: kind({
    about: 'Signature of EMV Book E: R = hash(x of kG || message), S.',
    input: object({
      curve: oneOf('P-256', 'P-521'),
      hash: oneOf('SHA-256', 'SHA-512'),
      publicKeyX: bytesOf(32, 66),
      message: bytes,
      signature: bytes,
    }),
    misfit: ({ curve, hash, publicKeyX, signature }) => {
      const [digest, keyBytes, signatureBytes] = sizesOfCurve[curve];
      if (hash !== digest) return 'hash: is not that of the curve';
      if (publicKeyX.length !== keyBytes) return 'publicKeyX: is not of the curve';
      return signature.length === signatureBytes ? undefined : 'signature: is not of the curve';
    },
    expect: object({ valid: boolean }),
    run: (input) => ({ valid: verifyEcSdsa(input) }),
  }),
  'blinded-dh': kind({
    about: 'Secure channel keys of kernel 8 (P-256).',
    input: object({ cardPrivate: scalar, blinding: scalar, kernelPrivate: scalar }),
    expect: object({
      cardPublicX: scalar,
      blindedPublicX: scalar,
      kernelPublicX: scalar,
      sharedSecret: scalar,
      derivationKey: channelKey,
      encryptionKey: channelKey,
      macKey: channelKey,
    }),
    run: ({ cardPrivate, blinding, kernelPrivate }) => {
      const cardPublicX = publicKeyX(cardPrivate);
      const blindedPublicX = blindPublicKey(cardPublicX, blinding);
      if (blindedPublicX === undefined) throw new Error('no point');
      const secret = sharedSecret(kernelPrivate, blindedPublicX);
      if (secret === undefined) throw new Error('no point');
      const kernelPublicX = publicKeyX(kernelPrivate);
      const shared = { cardPublicX, kernelPublicX, blindedPublicX, sharedSecret: secret };
      return { ...shared, ...channelKeys(secret) };
    },
  }),
  'channel-crypt': kind({
    about: 'AES counter mode with a 16-bit message counter.',
    input: object({ key: channelKey, counter: bytesOf(2), data: bytes }),
    expect: object({ hex: bytes }),
    run: ({ key, counter, data }) => ({
      hex: channelCrypt(key, (counter[0] << 8) | counter[1], data),
    }),
  }),
  'channel-macs': kind({
    about: 'IAD-MAC and EDA-MAC of kernel 8.',
    input: object({ key: channelKey, input: bytes, ac: cryptogram }),
    expect: object({ iadMac: bytesOf(8), edaMac: bytesOf(8) }),
    run: ({ key, input, ac }) => {
      const inner = iadMac(key, input);
      return { iadMac: inner, edaMac: edaMac(key, ac, inner) };
    },
  }),
};

/** Whether the issuer's key gives the cryptogram of the exchange. */
function holds(imk: Uint8Array, number: string, heard: TranscriptCryptogram): boolean {
  const request = arqcRequestOf(heard.tags, { pan: number });
  if (!request.ok) return false;
  const module = createSoftModule({ allowClearKeysInProcess: true });
  const key = module.loadClearKey({ id: 'imk', usage: 'E0', algorithm: '2TDEA', bytes: imk });
  const answer = module.verifyArqc({ key, ...request.input, arqc: heard.ac });
  return 'ok' in answer && answer.ok;
}

const apdu = v.pipe(
  v.string(),
  v.regex(/^(?:[0-9A-Fa-f]{2}){2,261}$/, 'is no APDU'),
  v.title('bytes'),
);

const exchanges: Kinds = {
  transcript: kind({
    about: 'A captured exchange: its offline authentication, and its cryptograms under a key.',
    input: object({
      apdus: saying(someOf(row([apdu, apdu])), 'command and response'),
      ca: saying(v.union([caKeyForm, object({})]), 'nothing in it where no key is given'),
      imk: maybe(tdesKey),
    }),
    expect: object({
      pan: digits,
      psn: maybe(digits),
      aip: bytesOf(2),
      afl: bytesFrom(4, 252),
      oda: object({ method: oneOf('sda', 'dda', 'fdda', 'cda', 'none'), ok: boolean }),
      cryptograms: maybe(
        saying(
          list(object({ type: oneOf('AAC', 'TC', 'ARQC'), ac: cryptogram, ok: boolean })),
          'only where imk is given',
        ),
      ),
    }),
    run: ({ apdus, ca, imk }) => {
      const read = readTranscript(apdus, 'rid' in ca ? [ca] : []);
      const { aip, afl, oda } = read;
      const cryptograms =
        imk &&
        read.cryptograms.map((one) => ({
          type: one.type,
          ac: one.ac,
          ok: holds(imk, read.pan ?? '', one),
        }));
      return { pan: read.pan, psn: read.psn, aip, afl, oda, cryptograms };
    },
  }),
};

/** Kinds about scripts, the secure channel and exchanges. */
export const emvExchangeKinds: Kinds = { ...scripts, ...channel, ...exchanges };
