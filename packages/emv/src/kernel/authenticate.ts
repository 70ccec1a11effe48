// Offline data authentication in the kernel: choice of method, keys, SDA and DDA (Book 3 section 10.3).
import { parseDol, parseTlv } from '@chipswitch/tlv';
import { findCaKey, isRevoked } from '../oda/ca-keys.ts';
import { recoverIccCertificate } from '../oda/certificate.ts';
import { recoverIssuerKey } from '../oda/key-cache.ts';
import { verifyDynamicData, verifyStaticData } from '../oda/signed-data.ts';
import { staticDataOf } from '../oda/static-data.ts';
import { internalAuthenticateCommand } from './apdu.ts';
import { setTsi } from './bits.ts';
import { type Context, type Stop, faultStop, fillFrom, flag, note, panOf } from './context.ts';
import { type Asking, exchange } from './exchange.ts';
import { tag } from './tags.ts';

/** Methods of offline data authentication. */
export type OdaMethod = 'cda' | 'dda' | 'sda' | 'none';

/** The best method that card (AIP) and terminal (9F33 byte 3) share. */
function chooseOdaMethod(aip: Uint8Array, capabilities: Uint8Array): OdaMethod {
  const can = capabilities[2];
  if ((aip[0] & 0x01) !== 0 && (can & 0x08) !== 0) return 'cda';
  if ((aip[0] & 0x20) !== 0 && (can & 0x40) !== 0) return 'dda';
  if ((aip[0] & 0x40) !== 0 && (can & 0x80) !== 0) return 'sda';
  return 'none';
}

/** Objects each method cannot do without; one missing makes it fail (Book 3 section 7.2 table 29). */
const needed: Readonly<Record<Exclude<OdaMethod, 'none'>, readonly number[]>> = {
  sda: [tag.caKeyIndex, tag.issuerCertificate, tag.issuerExponent, tag.signedStaticData],
  dda: [
    tag.caKeyIndex,
    tag.issuerCertificate,
    tag.issuerExponent,
    tag.iccCertificate,
    tag.iccExponent,
  ],
  cda: [
    tag.caKeyIndex,
    tag.issuerCertificate,
    tag.issuerExponent,
    tag.iccCertificate,
    tag.iccExponent,
  ],
};

/** Why authentication failed, for the log. */
export type OdaFailure = string;

const empty = new Uint8Array(0);

/** The issuer key: scheme key by RID and index, certificate checks, revocation list. */
export function issuerKeyOf(context: Context): OdaFailure | undefined {
  const { data, config, oda } = context;
  const aid = data.get(tag.dfName) ?? empty;
  const date = data.get(tag.transactionDate) ?? empty;
  const index = data.get(tag.caKeyIndex)?.[0] ?? 0;
  const found = findCaKey(config.caKeys, aid, index, date);
  if (!found.ok) return `scheme key ${found.error.code}`;
  const issuer = recoverIssuerKey({
    caKey: found.key,
    certificate: data.get(tag.issuerCertificate) ?? empty,
    remainder: data.get(tag.issuerRemainder) ?? empty,
    exponent: data.get(tag.issuerExponent) ?? empty,
    pan: panOf(data) ?? '',
    date,
  });
  if (!issuer.ok) return `issuer certificate: ${issuer.error.code}`;
  if (isRevoked(config.revoked ?? [], aid, index, issuer.serial))
    return 'issuer certificate revoked';
  oda.issuerKey = issuer.key;
  return undefined;
}

/** Static data to be authenticated, or why there are none. */
function staticData(context: Context): Uint8Array | OdaFailure {
  const result = staticDataOf({
    records: context.signedRecords,
    tagList: context.data.get(tag.sdaTagList),
    aip: context.data.get(tag.aip),
  });
  return result.ok ? result.data : `static data: ${result.error.code}`;
}

/** The card key of DDA, CDA and, as a fallback, of an enciphered PIN. */
export function iccKeyOf(context: Context): OdaFailure | undefined {
  const { data, oda } = context;
  if (oda.issuerKey === undefined) return 'no issuer key';
  const signed = staticData(context);
  if (typeof signed === 'string') return signed;
  const icc = recoverIccCertificate({
    issuerKey: oda.issuerKey,
    certificate: data.get(tag.iccCertificate) ?? empty,
    remainder: data.get(tag.iccRemainder) ?? empty,
    exponent: data.get(tag.iccExponent) ?? empty,
    staticData: signed,
    pan: panOf(data) ?? '',
    date: data.get(tag.transactionDate) ?? empty,
  });
  if (!icc.ok) return `card certificate: ${icc.error.code}`;
  oda.iccKey = icc.key;
  return undefined;
}

function authenticateStatic(context: Context): OdaFailure | undefined {
  const { data, oda } = context;
  const failure = issuerKeyOf(context);
  if (failure !== undefined || oda.issuerKey === undefined) return failure;
  const signed = staticData(context);
  if (typeof signed === 'string') return signed;
  const result = verifyStaticData({
    issuerKey: oda.issuerKey,
    signature: data.get(tag.signedStaticData) ?? empty,
    staticData: signed,
  });
  if (!result.ok) return `signed static data: ${result.error.code}`;
  data.set(tag.dataAuthenticationCode, result.dataAuthenticationCode);
  return undefined;
}

const defaultDdol = Uint8Array.of(0x9f, 0x37, 0x04);

/** The DDOL to use, which must ask for the unpredictable number (Book 2 section 6.5.1). */
function ddolEntries(context: Context): { tag: number; length: number }[] | OdaFailure {
  const list = context.data.get(tag.ddol) ?? context.application?.defaultDdol ?? defaultDdol;
  const parsed = parseDol(list);
  if (!parsed.ok || parsed.dataLength > 252) return 'DDOL malformed';
  if (!parsed.entries.some((entry) => entry.tag === tag.unpredictableNumber)) {
    return 'DDOL without unpredictable number';
  }
  return [...parsed.entries];
}

/** 9F4B out of an answer in format 1 (80) or 2 (77). */
function signatureOf(answer: Uint8Array): Uint8Array | undefined {
  const parsed = parseTlv(answer);
  const [template] = parsed.nodes;
  if (!parsed.ok || parsed.nodes.length !== 1) return undefined;
  if (template.tag === tag.responseFormat1) return template.value;
  if (template.tag !== tag.responseFormat2) return undefined;
  return template.children?.find((node) => node.tag === tag.signedDynamicData)?.value;
}

function* authenticateDynamic(context: Context): Asking<OdaFailure | Stop | undefined> {
  const { data, oda } = context;
  const failure = issuerKeyOf(context) ?? iccKeyOf(context);
  if (failure !== undefined || oda.iccKey === undefined) return failure;
  const entries = ddolEntries(context);
  if (typeof entries === 'string') return entries;
  const terminalData = fillFrom(entries, data);
  const answer = yield* exchange('authenticate', internalAuthenticateCommand(terminalData));
  if (!answer.ok) return faultStop(context, answer.error.code, true);
  if (answer.sw !== 0x9000) return 'INTERNAL AUTHENTICATE refused';
  const signature = signatureOf(answer.data);
  if (signature === undefined) return 'answer to INTERNAL AUTHENTICATE malformed';
  const result = verifyDynamicData({ iccKey: oda.iccKey, signature, terminalData });
  if (!result.ok) return `signed dynamic data: ${result.error.code}`;
  data.set(tag.signedDynamicData, signature);
  data.set(tag.iccDynamicNumber, result.iccDynamicNumber);
  return undefined;
}

const failedBit = { sda: 'sda-failed', dda: 'dda-failed', cda: 'cda-failed' } as const;

function failOda(context: Context, method: Exclude<OdaMethod, 'none'>, why: string): undefined {
  context.oda.failed = true;
  note(context, 'authenticate', `${method.toUpperCase()} failed: ${why}`);
  flag(context, 'authenticate', failedBit[method]);
  setTsi(context.tsi, 'oda');
  return undefined;
}

/** Chooses and performs offline data authentication; CDA ends with GENERATE AC. */
export function* authenticateData(context: Context): Asking<Stop | undefined> {
  const { data, config, oda } = context;
  const method = chooseOdaMethod(data.get(tag.aip) ?? new Uint8Array(2), config.capabilities);
  oda.method = method;
  if (method === 'none') {
    flag(context, 'authenticate', 'oda-not-performed');
    return undefined;
  }
  note(context, 'authenticate', `${method.toUpperCase()} selected`);
  if (method === 'sda') flag(context, 'authenticate', 'sda-selected');
  if (needed[method].some((number) => !data.has(number))) {
    flag(context, 'authenticate', 'icc-data-missing');
    return failOda(context, method, 'data missing');
  }
  let failure: OdaFailure | Stop | undefined;
  if (method === 'sda') failure = authenticateStatic(context);
  else if (method === 'dda') failure = yield* authenticateDynamic(context);
  else failure = issuerKeyOf(context) ?? iccKeyOf(context);
  if (typeof failure === 'string') return failOda(context, method, failure);
  if (failure !== undefined) return failure;
  if (method !== 'cda') setTsi(context.tsi, 'oda');
  note(context, 'authenticate', method === 'cda' ? 'card key recovered' : 'authentic');
  return undefined;
}
