// Kinds of emv vectors about offline data authentication: certificates and signatures (Book 2).
import { given } from '@chipswitch/bytes';
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
import { encodeTlv } from '@chipswitch/tlv';
import type * as v from 'valibot';
import { hex, list, maybe, number, object, refusal, row, saying, tag, text } from '../forms.ts';
import { type Kinds, kind, shown } from '../kind.ts';

const certificateWords = ['length', 'format', 'hash', 'pan', 'expired'] as const;

/** A certification authority's public key, in a vector. */
export const caKeyForm = object({ rid: hex, index: tag, modulus: hex, exponent: hex });
const rsaKey = object({ modulus: hex, exponent: hex });
const certificate = {
  certificate: hex,
  remainder: maybe(hex, ''),
  exponent: hex,
  pan: text,
  date: maybe(saying(hex, 'YYMMDD; only where expiry is to be checked')),
};

const dateOf = (date: Uint8Array | undefined) => (date === undefined ? {} : { date });

const certificates: Kinds = {
  'oda-issuer': kind({
    about: 'Recovers and checks an issuer certificate.',
    input: object({ ca: caKeyForm, ...certificate }),
    expect: object({
      issuerId: text,
      expiry: text,
      serial: hex,
      hashAlgorithm: number,
      keyAlgorithm: number,
      modulus: hex,
      hash: hex,
    }),
    refusal: refusal(...certificateWords),
    run: ({ ca, date, ...input }) =>
      shown(recoverIssuerCertificate({ caKey: ca, ...input, ...dateOf(date) }), (read) => {
        const { issuerId, expiry, serial, hashAlgorithm, keyAlgorithm, hash, key } = read;
        const { modulus } = key;
        return { issuerId, expiry, serial, hashAlgorithm, keyAlgorithm, hash, modulus };
      }),
  }),
  'oda-icc': kind({
    about: 'Recovers and checks a card certificate; staticData as by oda-static-data.',
    input: object({ issuer: rsaKey, staticData: maybe(hex, ''), ...certificate }),
    expect: object({
      pan: text,
      expiry: text,
      serial: hex,
      hashAlgorithm: number,
      keyAlgorithm: number,
      modulus: hex,
      hash: hex,
    }),
    refusal: refusal(...certificateWords),
    run: ({ issuer, date, ...input }) =>
      shown(recoverIccCertificate({ issuerKey: issuer, ...input, ...dateOf(date) }), (read) => {
        const { pan, expiry, serial, hashAlgorithm, keyAlgorithm, hash, key } = read;
        const { modulus } = key;
        return { pan, expiry, serial, hashAlgorithm, keyAlgorithm, hash, modulus };
      }),
  }),
};

const dynamicInput = object({ icc: rsaKey, signature: hex, terminalData: hex });
const dynamicForm = object({ hash: hex, iccDynamicNumber: hex });
const signatureWords = ['length', 'format', 'hash'] as const;

const dynamic =
  (verify: typeof verifyDynamicData) =>
  ({ icc, ...input }: v.InferOutput<typeof dynamicInput>): unknown =>
    shown(verify({ iccKey: icc, ...input }), ({ hash, iccDynamicNumber }) => {
      return { hash, iccDynamicNumber };
    });

const signatures: Kinds = {
  'oda-sda': kind({
    about: 'Signed static application data.',
    input: object({ issuer: rsaKey, signature: hex, staticData: hex }),
    expect: object({ dac: hex, hash: hex, hashAlgorithm: number }),
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

const combinedForm = object({ ac: hex, cid: hex, iccDynamicNumber: hex, transactionDataHash: hex });

interface Combined {
  readonly ac: unknown;
  readonly cid: number;
  readonly iccDynamicNumber: unknown;
  readonly transactionDataHash: unknown;
}

const combined = ({ ac, cid, iccDynamicNumber, transactionDataHash }: Combined): unknown => ({
  ac,
  cid: Uint8Array.of(cid),
  iccDynamicNumber,
  transactionDataHash,
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
      signature: hex,
      un: hex,
      pdolData: maybe(hex, ''),
      cdol1Data: maybe(hex, ''),
      cdol2Data: maybe(hex),
      response: list(row([tag, hex])),
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
    input: object({ icc: rsaKey, signature: hex, un: hex }),
    expect: combinedForm,
    refusal: refusal('length', 'format', 'hash'),
    run: ({ icc, signature, un }) =>
      shown(recoverCombinedData({ iccKey: icc, signature, unpredictableNumber: un }), combined),
  }),
};

/** Kinds about offline data authentication. */
export const emvOdaKinds: Kinds = { ...certificates, ...signatures, ...combinations };
