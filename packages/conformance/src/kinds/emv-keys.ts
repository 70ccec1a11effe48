// Kinds of emv vectors about keys under a clear issuer key, and the cryptograms both sides make of them.
import { fromAscii, fromHex } from '@chipswitch/bytes';
import {
  AesCipher,
  TdesCipher,
  aesSessionKey,
  arpcMethod1,
  arpcMethod2,
  atcDiversifier,
  cmac,
  commonSessionKey,
  cryptogramData,
  cryptogramVersionOf,
  cvc3,
  cvc3InitialVector,
  deriveCardKey,
  deriveDynamicCodeKey,
  emv2000SessionKey,
  mastercardSessionKey,
  padForMac,
  referenceKcv,
  retailMac,
  visaSecureMessagingKey,
} from '@chipswitch/cryptography';
import { deepTlvMap, parseTlv } from '@chipswitch/tlv';
import * as v from 'valibot';
import {
  aesKey,
  arc,
  arpc,
  atc,
  cryptogram,
  csu,
  pan,
  psn,
  tdesKey,
  unpredictable,
} from '../card-forms.ts';
import {
  blocksOf,
  bytes,
  bytesFrom,
  bytesOf,
  digitsOf,
  maybe,
  numberFrom,
  object,
  oneNumberOf,
  oneOf,
  saying,
} from '../forms.ts';
import { type Kinds, kind } from '../kind.ts';

/** Options of the card key: A and B of triple DES, C of AES-128 (Book 2 annex A1.4). */
export type Option = 'A' | 'B' | 'C';

/** A card key out of the issuer's. */
export function cardKeyOf(
  imk: Uint8Array,
  { option, pan, psn }: { readonly option: Option; readonly pan: string; readonly psn: string },
): Uint8Array {
  const cipher = option === 'C' ? new AesCipher(imk) : new TdesCipher(imk);
  return deriveCardKey(cipher, option, pan, psn, imk.length);
}

/** The card that a vector speaks of. */
const card = { imk: aesKey, pan, psn };
const option = oneOf('A', 'B');
export const cardByOption = { imk: tdesKey, pan, psn, option };

const methods = ['csk', 'mc-skd', 'visa-sm', 'emv2000-tree', 'aes-csk'] as const;
const diversifier = {
  atc: maybe(atc),
  un: maybe(saying(unpredictable, 'mc-skd')),
  diversifier: maybe(saying(bytesOf(8), 'csk: instead of atc')),
  height: maybe(saying(numberFrom(1, 16), 'emv2000-tree')),
  branch: maybe(saying(numberFrom(2, 256), 'emv2000-tree')),
  iv: maybe(saying(bytesOf(16), 'emv2000-tree')),
};
const diversifierForm = object(diversifier);

/** Which session key, and what makes it: `none` is the card key. */
export const session = { ...diversifier, sessionKey: oneOf('none', ...methods) };

function needed<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`the method needs ${name}`);
  return value;
}

/** A session key by one of the methods of the notation. */
export function sessionKeyOf(
  cardKey: Uint8Array,
  method: 'none' | (typeof methods)[number],
  input: v.InferOutput<typeof diversifierForm>,
): Uint8Array {
  const atc = (): Uint8Array => needed(input.atc, 'atc');
  switch (method) {
    case 'none':
      return cardKey;
    case 'csk':
      return commonSessionKey(cardKey, input.diversifier ?? atcDiversifier(atc()));
    case 'mc-skd':
      return mastercardSessionKey(cardKey, atc(), needed(input.un, 'un'));
    case 'visa-sm':
      return visaSecureMessagingKey(cardKey, atc());
    case 'emv2000-tree':
      return emv2000SessionKey(cardKey, atc(), {
        height: needed(input.height, 'height'),
        branch: needed(input.branch, 'branch'),
        iv: needed(input.iv, 'iv'),
      });
    case 'aes-csk':
      return aesSessionKey(cardKey, atcDiversifier(atc(), 16));
  }
}

/** What each method is made of; another part beside it would change nothing. */
const partsOf: Readonly<Record<(typeof methods)[number], readonly string[]>> = {
  csk: ['atc', 'diversifier'],
  'mc-skd': ['atc', 'un'],
  'visa-sm': ['atc'],
  'emv2000-tree': ['atc', 'height', 'branch', 'iv'],
  'aes-csk': ['atc'],
};

/** The part of a diversifier that the method does not take; the counter may always be told. */
export function idleDiversifier(
  method: 'none' | (typeof methods)[number],
  input: v.InferOutput<typeof diversifierForm>,
): string | undefined {
  if (input.atc !== undefined && input.diversifier !== undefined) {
    return 'diversifier: stands instead of atc';
  }
  const taken = ['atc', ...(method === 'none' ? [] : partsOf[method])];
  const names = ['un', 'diversifier', 'height', 'branch', 'iv'] as const;
  const idle = names.find((name) => input[name] !== undefined && !taken.includes(name));
  return idle === undefined ? undefined : `${idle}: changes nothing under ${method}`;
}

interface ResponseInput {
  readonly method: 1 | 2;
  readonly arc?: unknown;
  readonly csu?: unknown;
  readonly proprietary?: unknown;
}

/** What a method of the response cryptogram does not take. */
function idleResponse({ method, arc: code, csu: status, proprietary }: ResponseInput) {
  if (method === 2) return code === undefined ? undefined : 'arc: stands with method 1';
  return status === undefined && proprietary === undefined
    ? undefined
    : 'csu: stands with method 2';
}

const keyForm = object({ key: aesKey, kcv: maybe(saying(bytesOf(3), 'not of AES keys')) });

const keyShown = (key: Uint8Array, isAes: boolean): unknown => ({
  key,
  kcv: isAes ? undefined : referenceKcv(key.length === 24 ? '3TDEA' : '2TDEA', key),
});

const padding = oneNumberOf(1, 2);

const keys: Kinds = {
  udk: kind({
    about: 'Issuer master key to card key (Book 2 annex A1.4).',
    input: object({ ...card, option: oneOf('A', 'B', 'C') }),
    expect: keyForm,
    run: (input) => keyShown(cardKeyOf(input.imk, input), input.option === 'C'),
  }),
  'session-key': kind({
    about: 'A session key out of a card key.',
    input: object({ masterKey: aesKey, method: oneOf(...methods), ...diversifier }),
    misfit: ({ method, ...input }) => idleDiversifier(method, input),
    expect: keyForm,
    run: ({ masterKey, method, ...input }) =>
      keyShown(sessionKeyOf(masterKey, method, input), method === 'aes-csk'),
  }),
};

/** Track data as hex, or track 1 (ISO/IEC 7813) as its text. */
const track = v.pipe(
  v.string(),
  v.regex(/^(?:(?:[0-9A-F]{2}){1,76}|B[ -~]{1,74}\^[ -~]{1,76})$/, 'is no track'),
  v.title('track'),
);

const cryptograms: Kinds = {
  ac: kind({
    about: 'Application cryptogram: ISO 9797-1 algorithm 3 over data.',
    input: object({ ...cardByOption, ...session, data: bytes, padding }),
    misfit: (input) => idleDiversifier(input.sessionKey, input),
    expect: object({ ac: cryptogram }),
    run: (input) => {
      const key = sessionKeyOf(cardKeyOf(input.imk, input), input.sessionKey, input);
      return { ac: retailMac(new TdesCipher(key), input.data, input.padding) };
    },
  }),
  'ac-aes': kind({
    about: 'Application cryptogram of an AES card: CMAC, leftmost eight bytes.',
    input: object({ ...card, option: v.literal('C'), atc, data: bytes }),
    expect: object({ ac: cryptogram }),
    run: (input) => {
      const key = sessionKeyOf(cardKeyOf(input.imk, input), 'aes-csk', { atc: input.atc });
      return { ac: cmac(new AesCipher(key), input.data).slice(0, 8) };
    },
  }),
  'ac-data': kind({
    about: 'DE 55 to what its cryptogram covers; cvn: of ccd the common core identifier.',
    input: object({ de55: bytesFrom(1, 255), scheme: oneOf('visa', 'mastercard', 'ccd') }),
    expect: object({ cvn: bytesOf(1), data: bytes, padding, padded: blocksOf(8) }),
    run: ({ de55, scheme }) => {
      const parsed = parseTlv(de55);
      if (!parsed.ok) throw new Error(`de55: ${parsed.error.code}`);
      const tags = new Map(deepTlvMap(parsed.nodes));
      const version = cryptogramVersionOf(scheme, tags.get(0x9f10) ?? new Uint8Array(0));
      if (version === undefined) throw new Error('no such cryptogram version');
      const built = cryptogramData(version, tags);
      if (!built.ok) throw new Error(`data: ${built.error.code}`);
      const method = version.padding === 'cmac' ? 2 : version.padding;
      const padded = padForMac(built.data, method, 8);
      return {
        cvn: Uint8Array.of(version.cvn),
        data: built.data,
        padding: version.padding,
        padded,
      };
    },
  }),
  arpc: kind({
    about: 'Authorisation response cryptogram, methods 1 and 2 (Book 2 section 8.2).',
    input: object({
      ...cardByOption,
      ...diversifier,
      key: saying(oneOf('none', ...methods), 'names of session-key; none = card key'),
      method: oneNumberOf(1, 2),
      ac: cryptogram,
      arc: maybe(saying(arc, 'method 1')),
      csu: maybe(saying(csu, 'method 2')),
      proprietary: maybe(saying(bytesFrom(1, 8), 'method 2, only when there is any')),
    }),
    misfit: ({ key, ...input }) => idleDiversifier(key, input) ?? idleResponse(input),
    expect: object({ arpc }),
    run: ({ key: method, ...input }) => {
      const key = sessionKeyOf(cardKeyOf(input.imk, input), method, input);
      const { encryption } = new TdesCipher(key);
      if (input.method === 1) {
        return { arpc: arpcMethod1(encryption, input.ac, needed(input.arc, 'arc')) };
      }
      const csu = needed(input.csu, 'csu');
      return { arpc: arpcMethod2(encryption, input.ac, csu, input.proprietary) };
    },
  }),
  mac: kind({
    about: 'ISO 9797-1 algorithm 3 under a 16-byte key.',
    input: object({ key: bytesOf(16), data: bytes, padding }),
    expect: object({ mac: bytesOf(8) }),
    run: ({ key, data, padding: method }) => ({
      mac: retailMac(new TdesCipher(key), data, method),
    }),
  }),
  cvc3: kind({
    about: 'Dynamic card verification code; iv: the two-byte IVCVC3, value: five digits.',
    input: object({
      ...cardByOption,
      track: saying(track, 'hex, or track 1 as its text'),
      un: unpredictable,
      atc,
    }),
    expect: object({ iv: bytesOf(2), value: digitsOf(5) }),
    run: (input) => {
      const imk = new TdesCipher(input.imk);
      const key = deriveDynamicCodeKey(imk, input.option, input.pan, input.psn);
      const isHex = /^(?:[0-9A-F]{2})*$/.test(input.track);
      const covered = isHex ? fromHex(input.track) : fromAscii(input.track);
      const iv = cvc3InitialVector(key, covered);
      return { iv, value: cvc3(key, iv, input.un, input.atc) };
    },
  }),
};

/** Kinds about keys and cryptograms. */
export const emvKeyKinds: Kinds = { ...keys, ...cryptograms };
