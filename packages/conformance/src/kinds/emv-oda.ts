// Kinds of emv vectors about offline data authentication: certificates and signatures (Book 2).
import { given, toHex } from '@chipswitch/bytes';
import {
  type RsaPublicKey,
  recoverCombinedData,
  recoverIccCertificate,
  recoverIssuerCertificate,
  verifyCombinedData,
  verifyDynamicData,
  verifyFastDynamicData,
  verifyStaticData,
} from '@chipswitch/emv';
import { parseCalendarDate } from '@chipswitch/ledger';
import { encodeTlv } from '@chipswitch/tlv';
import * as v from 'valibot';
import {
  cryptogram,
  packedDigits,
  pan,
  rsaExponent,
  rsaKey,
  rsaModulus,
  signed,
  unpredictable,
} from '../card-forms.ts';
import {
  bytes,
  bytesFrom,
  bytesOf,
  digitsOf,
  hex,
  maybe,
  number,
  object,
  refusal,
  row,
  saying,
  someOf,
  tag,
} from '../forms.ts';
import { type Kinds, kind, shown } from '../kind.ts';

const hash = bytesOf(20);
const keyIndex = v.pipe(tag, v.maxValue(0xff, 'is no key index'), v.title('tag'));
/** YYMMDD, a day that a calendar has. */
const shortDate = v.pipe(
  bytesOf(3),
  v.check((read) => isCalendarDay(toHex(read)), 'is no date'),
  v.title('YYMMDD as 3 bytes'),
);
/** EMV dates from 50 on are of the last century (Book 4 section 6.7.3). */
function isCalendarDay(text: string): boolean {
  const century = text < '5' ? '20' : '19';
  const day = `${century}${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4)}`;
  return parseCalendarDate(day) !== undefined;
}

const certificateWords = ['length', 'format', 'hash', 'pan', 'expired'] as const;

/** A certification authority's public key, in a vector. */
export const caKey = {
  rid: bytesOf(5),
  index: keyIndex,
  modulus: rsaModulus,
  exponent: rsaExponent,
};
export const caKeyForm = object(caKey);
const certificate = {
  certificate: signed,
  remainder: maybe(hex, ''),
  exponent: rsaExponent,
  pan,
  date: maybe(saying(shortDate, 'only where expiry is to be checked')),
};

const dateOf = (date: Uint8Array | undefined) => (date === undefined ? {} : { date });

/** What both certificates say alike. */
const shownCertificate = (read: {
  readonly expiry: unknown;
  readonly serial: unknown;
  readonly hashAlgorithm: unknown;
  readonly keyAlgorithm: unknown;
  readonly hash: unknown;
  readonly key: { readonly modulus: unknown };
}) => ({
  expiry: read.expiry,
  serial: read.serial,
  hashAlgorithm: read.hashAlgorithm,
  keyAlgorithm: read.keyAlgorithm,
  hash: read.hash,
  modulus: read.key.modulus,
});

const certificates: Kinds = {
  'oda-issuer': kind({
    about: 'Recovers and checks an issuer certificate.',
    input: object({ ca: caKeyForm, ...certificate }),
    expect: object({
      issuerId: packedDigits,
      expiry: digitsOf(4),
      serial: bytesOf(3),
      hashAlgorithm: number,
      keyAlgorithm: number,
      modulus: rsaModulus,
      hash,
    }),
    refusal: refusal(...certificateWords),
    run: ({ ca, date, ...input }) =>
      shown(recoverIssuerCertificate({ caKey: ca, ...input, ...dateOf(date) }), (read) => ({
        issuerId: read.issuerId,
        ...shownCertificate(read),
      })),
  }),
  'oda-icc': kind({
    about: 'Recovers and checks a card certificate; staticData as by oda-static-data.',
    input: object({ issuer: rsaKey, staticData: maybe(hex, ''), ...certificate }),
    expect: object({
      pan: packedDigits,
      expiry: digitsOf(4),
      serial: bytesOf(3),
      hashAlgorithm: number,
      keyAlgorithm: number,
      modulus: rsaModulus,
      hash,
    }),
    refusal: refusal(...certificateWords),
    run: ({ issuer, date, ...input }) =>
      shown(recoverIccCertificate({ issuerKey: issuer, ...input, ...dateOf(date) }), (read) => ({
        pan: read.pan,
        ...shownCertificate(read),
      })),
  }),
};

const dynamicInput = object({ icc: rsaKey, signature: signed, terminalData: bytes });
const iccDynamicNumber = bytesFrom(2, 8);
const dynamicForm = object({ hash, iccDynamicNumber });
const signatureWords = ['length', 'format', 'hash'] as const;

const dynamic =
  (verify: typeof verifyDynamicData) =>
  ({ icc, ...input }: v.InferOutput<typeof dynamicInput>): unknown =>
    shown(verify({ iccKey: icc, ...input }), (read) => ({
      hash: read.hash,
      iccDynamicNumber: read.iccDynamicNumber,
    }));

const signatures: Kinds = {
  'oda-sda': kind({
    about: 'Signed static application data.',
    input: object({ issuer: rsaKey, signature: signed, staticData: bytes }),
    expect: object({ dac: bytesOf(2), hash, hashAlgorithm: number }),
    refusal: refusal(...signatureWords),
    run: ({ issuer, ...input }) =>
      shown(verifyStaticData({ issuerKey: issuer, ...input }), (read) => ({
        dac: read.dataAuthenticationCode,
        hash: read.hash,
        hashAlgorithm: read.hashAlgorithm,
      })),
  }),
  'oda-dda': kind({
    about: 'Signed dynamic data; terminalData is the DDOL data.',
    input: dynamicInput,
    expect: dynamicForm,
    refusal: refusal(...signatureWords),
    run: dynamic(verifyDynamicData),
  }),
  'oda-fdda': kind({
    about: 'Fast DDA of Visa contactless.',
    input: dynamicInput,
    expect: dynamicForm,
    refusal: refusal(...signatureWords),
    run: dynamic(verifyFastDynamicData),
  }),
};

const combinedForm = object({
  ac: cryptogram,
  cid: bytesOf(1),
  iccDynamicNumber,
  transactionDataHash: hash,
});

interface Combined {
  readonly ac: unknown;
  readonly cid: number;
  readonly iccDynamicNumber: unknown;
  readonly transactionDataHash: unknown;
}

const combined = (read: Combined): unknown => ({
  ac: read.ac,
  cid: Uint8Array.of(read.cid),
  iccDynamicNumber: read.iccDynamicNumber,
  transactionDataHash: read.transactionDataHash,
});

/** The answer's objects in the card's order, and what its 9F27 says. */
function answerOf(response: readonly (readonly [number, Uint8Array])[]) {
  const cid = response.find(([name]) => name === 0x9f27)?.[1][0] ?? -1;
  return { cid, answerData: encodeTlv(response.filter(([name]) => name !== 0x9f4b)) };
}

const combinations: Kinds = {
  'oda-cda': kind({
    about: 'A signed cryptogram answer; response: its data objects in order.',
    input: object({
      icc: rsaKey,
      signature: signed,
      un: unpredictable,
      pdolData: maybe(hex, ''),
      cdol1Data: maybe(hex, ''),
      cdol2Data: maybe(hex),
      response: someOf(row([tag, hex])),
    }),
    expect: combinedForm,
    refusal: refusal('length', 'format', 'hash', 'transaction-data-hash', 'cid'),
    run: ({ icc, un, cdol2Data, response, ...input }) =>
      shown(
        verifyCombinedData({
          iccKey: icc satisfies RsaPublicKey,
          unpredictableNumber: un,
          ...input,
          ...given({ cdol2Data }),
          ...answerOf(response),
        }),
        combined,
      ),
  }),
  'oda-cda-recover': kind({
    about: 'The signature part of a signed cryptogram answer.',
    input: object({ icc: rsaKey, signature: signed, un: unpredictable }),
    expect: combinedForm,
    refusal: refusal('length', 'format', 'hash'),
    run: ({ icc, signature, un }) =>
      shown(recoverCombinedData({ iccKey: icc, signature, unpredictableNumber: un }), combined),
  }),
};

/** Kinds about offline data authentication. */
export const emvOdaKinds: Kinds = { ...certificates, ...signatures, ...combinations };
