// Kinds of emv vectors about single values: bits, codes, lists of cardholder verification, issuer data.
import { given } from '@chipswitch/bytes';
import {
  type DecodedData,
  decodeCvmList,
  decodeCvmResults,
  decodeIad,
  decodeIssuerResponse,
  decodeTagBits,
  decodeValue,
} from '@chipswitch/emv';
import * as v from 'valibot';
import { aidText, arc, csu } from '../card-forms.ts';
import {
  boolean,
  bytes,
  bytesByTag,
  bytesOf,
  date,
  digits,
  digitsOf,
  hex,
  list,
  maybe,
  number,
  object,
  oneOf,
  orNull,
  refusal,
  saying,
  tag,
  text,
} from '../forms.ts';
import { type Kinds, kind, shown } from '../kind.ts';

const time = v.pipe(
  v.string(),
  v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, 'is no time of day'),
  v.title('time of day'),
);

// One form per kind of data, in the order of the notation.
const valueForms = [
  object({ number: saying(number, 'binary numbers and amounts') }),
  object({ date }),
  object({ time }),
  object({ pan: saying(digits, '5A') }),
  object({
    pan: saying(digits, '57'),
    expiry: digitsOf(4),
    serviceCode: digitsOf(3),
    discretionary: text,
  }),
  object({ text: saying(text, '50, 9F12') }),
  object({ numeric: list(digits), alpha: saying(list(orNull(text)), '9F3B; null: not known') }),
  object({ languages: saying(list(orNull(text)), '5F2D; null for what is none') }),
  object({
    type: saying(oneOf('AAC', 'TC', 'ARQC', 'RFU'), '9F27'),
    advice: boolean,
    paymentSystemSpecific: maybe(saying(hex, 'bits 6-5; left out when off')),
    reason: maybe(
      oneOf('service-not-allowed', 'pin-tries-exceeded', 'issuer-authentication-failed', 'rfu'),
    ),
  }),
  object({ entries: saying(list(object({ id: hex, value: hex })), '9F0A') }),
  object({
    meaning: saying(v.literal('form-factor-indicator'), '9F6E'),
    formFactor: text,
    version: number,
    features: list(text),
    technology: text,
  }),
  object({
    meaning: v.literal('third-party-data'),
    country: digits,
    uniqueIdentifier: hex,
    deviceType: maybe(saying(text, 'left out when the identifier says so')),
    proprietary: hex,
  }),
  object({
    meaning: v.literal('enhanced-contactless-reader-capabilities'),
    set: list(
      oneOf(
        'contact',
        'magstripe-mode',
        'full-online',
        'partial-online',
        'mobile',
        'try-another-interface',
        'mobile-cvm',
        'online-pin',
        'signature',
        'plaintext-pin-offline',
        'offline-only',
        'cvm-required',
        'exempt-from-no-cvm',
        'delayed-authorisation',
        'transit',
      ),
    ),
    kernelVersion: oneOf('2.2-2.3', '2.4-2.6', '2.7'),
  }),
] as const;

// 9F6E by its three meanings: a form factor, third party data, reader capabilities.
const formFactor = ['meaning', 'formFactor', 'version', 'features', 'technology'];
const thirdParty = ['country', 'uniqueIdentifier', 'deviceType', 'proprietary'];
const capabilities = ['set', 'kernelVersion'];

/** The properties that the notation shows of each type of decoded value. */
const shownOf: Readonly<Partial<Record<DecodedData['type'], readonly string[]>>> = {
  number: ['number'],
  amount: ['number'],
  date: ['date'],
  time: ['time'],
  pan: ['pan'],
  track2: ['pan', 'expiry', 'serviceCode', 'discretionary'],
  text: ['text'],
  currencies: ['numeric', 'alpha'],
  languages: ['languages'],
  cid: ['advice', 'paymentSystemSpecific', 'reason'],
  asrpd: ['entries'],
  'form-factor': [...formFactor, ...thirdParty, ...capabilities],
};

/** A decoded value as the notation shows it; data that it does not name have no form. */
function formOf(data: DecodedData): unknown {
  const names = shownOf[data.type];
  if (names === undefined) throw new Error(`the format has no form for ${data.type}`);
  const form = Object.fromEntries(Object.entries(data).filter(([name]) => names.includes(name)));
  // What decides here which kind of data it is, is the type of the cryptogram there.
  return data.type === 'cid' ? { type: data.cryptogram, ...form } : form;
}

const values: Kinds = {
  'tag-bits': kind({
    about: 'Names of the bits that are on, from the vocabulary of the file, in its order.',
    input: object({ tag, value: bytes }),
    expect: object({ set: list(text) }),
    mayBeEmpty: 'no bit may be on',
    run: ({ tag: name, value }) => {
      const result = decodeTagBits(name, value);
      if (result?.ok !== true) throw new Error(result?.error.code ?? 'no bit string');
      return { set: result.data.set };
    },
  }),
  'tag-value': kind({
    about: 'A value by its tag; context: the AID, or values by tag. What cannot be read: format.',
    input: object({
      tag,
      value: hex,
      context: maybe(v.union([object({ aid: aidText }), bytesByTag]), {}),
    }),
    expect: v.union(valueForms),
    refusal: refusal('format'),
    run: ({ tag: name, value, context }) => {
      const { aid, ...objects } = context as { aid?: string } & Record<string, Uint8Array>;
      const known = new Map(
        Object.entries(objects).map(([one, bytes]) => [Number.parseInt(one, 16), bytes]),
      );
      const result = decodeValue(name, value, {
        objects: known,
        ...given({ aid }),
      });
      // The notation has one word for every value that cannot be read.
      return result.ok ? formOf(result.data) : { error: 'format' };
    },
  }),
};

const biometrics = ['facial', 'finger', 'palm', 'iris', 'voice'].flatMap((one) => [
  `${one}-biometric-icc`,
  `${one}-biometric-online`,
]);
const methods = [
  'fail',
  'plaintext-pin-icc',
  'enciphered-pin-online',
  'plaintext-pin-icc-and-signature',
  'enciphered-pin-icc',
  'enciphered-pin-icc-and-signature',
  ...biometrics,
  'signature',
  'no-cvm',
  'scheme-specific',
  'issuer-specific',
  'not-available',
  'rfu',
];
const condition = oneOf(
  'always',
  'unattended-cash',
  'not-cash-or-cashback',
  'if-supported',
  'manual-cash',
  'cashback',
  'under-x',
  'over-x',
  'under-y',
  'over-y',
  'scheme-specific',
  'rfu',
);

const verification: Kinds = {
  'cvm-list': kind({
    about: 'Amounts X and Y, and the rules (Book 3 tables 43 and 44).',
    input: object({ hex }),
    expect: object({
      x: number,
      y: number,
      rules: list(object({ method: oneOf(...methods), condition, continueIfFailed: boolean })),
    }),
    refusal: refusal('format'),
    run: ({ hex: bytes }) =>
      shown(decodeCvmList(bytes), ({ data: { x, y, rules } }) => ({
        x,
        y,
        rules: rules.map(({ method, condition: when, continueIfFailed }) => {
          return { method, condition: when, continueIfFailed };
        }),
      })),
  }),
  'cvm-results': kind({
    about: 'Value of 9F34; 3F: not performed.',
    input: object({ hex: bytesOf(3) }),
    expect: object({
      method: oneOf(...methods, 'not-performed'),
      condition,
      result: oneOf('unknown', 'failed', 'successful'),
    }),
    run: ({ hex: bytes }) =>
      shown(decodeCvmResults(bytes), ({ data: { method, condition: when, result } }) => {
        return { method, condition: when, result };
      }),
  }),
};

const iadForms = v.variant('format', [
  object({ format: v.literal('visa-0-1-3'), dki: hex, cvn: hex, cvr: hex, discretionary: hex }),
  object({ format: v.literal('visa-2-4'), dki: hex, cvn: hex, cvr: hex }),
  object({
    format: v.literal('mchip'),
    dki: hex,
    cvn: hex,
    sessionKey: oneOf('mc-skd', 'csk'),
    countersIncluded: boolean,
    cvr: hex,
    dac: hex,
    counters: hex,
  }),
  object({
    format: v.literal('ccd'),
    cci: hex,
    algorithm: oneOf('tdes', 'aes'),
    dki: hex,
    cvr: hex,
    counters: hex,
    discretionary: hex,
  }),
  object({
    format: v.literal('unionpay'),
    dki: hex,
    cvn: hex,
    cvr: hex,
    algorithm: maybe(saying(hex, 'left out where the data ends before it')),
  }),
  object({ format: v.literal('unknown') }),
]);

/** Exactly the properties that the format of issuer application data has. */
function iadForm(data: Readonly<Record<string, unknown>>): unknown {
  const form = iadForms.options.find((one) => one.entries.format.literal === data['format']);
  if (form === undefined) return { format: 'unknown' };
  const names = Object.keys(form.entries);
  return Object.fromEntries(Object.entries(data).filter(([name]) => names.includes(name)));
}

const csuWord = oneOf(
  'proprietary-data-included',
  'issuer-approves',
  'card-block',
  'application-block',
  'update-pin-try-counter',
  'go-online-next',
  'csu-by-proxy',
  'counters-set-to-upper-limits',
  'counters-reset-to-zero',
  'counters-add-transaction',
);

const issuer: Kinds = {
  iad: kind({
    about: 'Issuer application data by scheme; aid null: not known. Nothing is guessed.',
    input: object({ hex: bytes, aid: orNull(aidText) }),
    expect: iadForms,
    run: ({ hex: bytes, aid }) =>
      shown(decodeIad(bytes, aid), ({ data }) =>
        iadForm(data as unknown as Record<string, unknown>),
      ),
  }),
  'issuer-response': kind({
    about: 'What an issuer sends back in DE 55; each property only when it is there.',
    input: object({ hex: bytes }),
    expect: object({
      authorisationCode: maybe(text),
      responseCode: maybe(text),
      arpc: maybe(bytesOf(4, 8)),
      arc: maybe(saying(arc, 'method 1')),
      csu: maybe(saying(csu, 'method 2')),
      csuSet: maybe(list(csuWord)),
      scripts: maybe(
        list(
          object({
            template: oneOf('71', '72'),
            id: maybe(saying(hex, 'only with 9F18')),
            commands: list(bytes),
          }),
        ),
      ),
    }),
    whereStated: { csuSet: 'it says in words what csu says in hex; files may leave it to csu' },
    run: ({ hex: bytes }) =>
      shown(decodeIssuerResponse(bytes), ({ data }) => ({
        authorisationCode: data.authorisationCode,
        responseCode: data.responseCode,
        arpc: data.arpc,
        arc: data.arc,
        csu: data.csu,
        csuSet: data.csuSet,
        scripts: data.scripts.length === 0 ? undefined : data.scripts,
      })),
  }),
};

/** Kinds about single values. */
export const emvValueKinds: Kinds = { ...values, ...verification, ...issuer };
