// A captured exchange read again: what was authenticated offline, which cryptograms were given (Book 3 section 10).
import { firstNonHex, fromHex, toHex } from '@chipswitch/bytes';
import { type DolEntry, parseDol, parseTlv } from '@chipswitch/tlv';
import { fastDdaTerminalData, quickCid } from '../contactless/kernel-3.ts';
import { decodeAfl } from '../decoders/afl.ts';
import { type AcAnswer, parseAcAnswer } from '../kernel/generate.ts';
import { parseGpo } from '../kernel/initiate.ts';
import { storeRecord } from '../kernel/read.ts';
import { parseFci } from '../kernel/select.ts';
import { tag } from '../kernel/tags.ts';
import type { ReadonlyTagMap, TagMap } from '../kernel/types.ts';
import type { CaKey } from '../oda/ca-keys.ts';
import { recoverIccCertificate, recoverIssuerCertificate } from '../oda/certificate.ts';
import {
  verifyCombinedData,
  verifyDynamicData,
  verifyFastDynamicData,
  verifyStaticData,
} from '../oda/signed-data.ts';
import { staticDataOf } from '../oda/static-data.ts';
import { cardNumberOf } from './arqc-request.ts';

/** One cryptogram of the exchange, with the values it was made over. */
export interface TranscriptCryptogram {
  readonly type: 'TC' | 'ARQC' | 'AAC';
  readonly ac: Uint8Array;
  /** Data objects as the card saw them: those of CDOL 1 by position. */
  readonly tags: TagMap;
}

/** What an exchange says. */
export interface Transcript {
  readonly pan: string | undefined;
  readonly psn: string | undefined;
  readonly aip: Uint8Array | undefined;
  readonly afl: Uint8Array | undefined;
  readonly oda: { readonly method: 'none' | 'sda' | 'dda' | 'cda' | 'fdda'; readonly ok: boolean };
  readonly cryptograms: readonly TranscriptCryptogram[];
  readonly data: TagMap;
}

type SignedAnswer = Extract<AcAnswer, { ok: true }>;

interface Reading {
  readonly data: TagMap;
  readonly records: Map<string, Uint8Array>;
  readonly seen: Set<number>;
  readonly cryptograms: TranscriptCryptogram[];
  readonly cdolData: Uint8Array[];
  pdolData: Uint8Array;
  dynamic: { terminalData: Uint8Array; signature: Uint8Array } | undefined;
  /** Signed answers to GENERATE AC: which one (1 or 2), and what it held. */
  readonly combined: { readonly nth: number; readonly answer: SignedAnswer }[];
}

const empty = new Uint8Array(0);

/** Values of a filled list by tag. */
function valuesOf(list: Uint8Array | undefined, filled: Uint8Array): TagMap {
  const values: TagMap = new Map();
  const parsed = list === undefined ? undefined : parseDol(list);
  const entries: readonly DolEntry[] = parsed?.ok === true ? parsed.entries : [];
  let at = 0;
  for (const entry of entries) {
    values.set(entry.tag, filled.subarray(at, at + entry.length));
    at += entry.length;
  }
  return values;
}

// What cards cover first, by position: amounts, country, TVR, currency, date, type, number.
const positions: readonly (readonly [tagNumber: number, length: number])[] = [
  [tag.amount, 6],
  [tag.amountOther, 6],
  [tag.terminalCountry, 2],
  [tag.tvr, 5],
  [tag.transactionCurrency, 2],
  [tag.transactionDate, 3],
  [tag.transactionType, 1],
  [tag.unpredictableNumber, 4],
];

/**
 * The values under a cryptogram: a card takes the first 29 bytes of its CDOL 1 data as they stand,
 * whatever the terminal calls them, so they are read by position when the list has that shape.
 */
function coveredValues(list: Uint8Array | undefined, cdol1: Uint8Array): TagMap {
  const values = valuesOf(list, cdol1);
  const parsed = list === undefined ? undefined : parseDol(list);
  const shape = parsed?.ok === true ? parsed.entries : [];
  if (!positions.every(([, length], i) => shape[i]?.length === length)) return values;
  let at = 0;
  for (const [number, length] of positions) {
    values.set(number, cdol1.subarray(at, at + length));
    at += length;
  }
  return values;
}

function dataOf(command: Uint8Array): Uint8Array {
  return command.length < 6 ? empty : command.subarray(5, 5 + command[4]);
}

function readGpo(reading: Reading, command: Uint8Array, answer: Uint8Array): void {
  const [template] = parseTlv(dataOf(command)).nodes;
  reading.pdolData = template?.value ?? empty;
  for (const [number, value] of valuesOf(reading.data.get(tag.pdol), reading.pdolData)) {
    reading.data.set(number, value);
  }
  const parsed = parseGpo(answer, true);
  if (!parsed.ok) return;
  for (const [number, value] of parsed.objects) reading.data.set(number, value);
  readQuickCryptogram(reading, parsed.objects);
}

/** The quick contactless flow gives its cryptogram in the answer to GET PROCESSING OPTIONS. */
function readQuickCryptogram(reading: Reading, objects: ReadonlyTagMap): void {
  const ac = objects.get(tag.cryptogram);
  if (ac?.length !== 8) return;
  const kind = quickCid(objects) >> 6;
  if (kind === 3) return;
  reading.cryptograms.push({
    type: (['AAC', 'TC', 'ARQC'] as const)[kind],
    ac,
    tags: new Map(reading.data),
  });
}

function readAc(reading: Reading, command: Uint8Array, answer: Uint8Array): void {
  const { data, cdolData, cryptograms } = reading;
  const parsed = parseAcAnswer(answer);
  cdolData.push(dataOf(command));
  const values = coveredValues(data.get(tag.cdol1), cdolData[0]);
  if (cdolData.length > 1) {
    for (const [number, value] of valuesOf(data.get(tag.cdol2), cdolData[1])) {
      values.set(number, value);
    }
  }
  for (const [number, value] of values) data.set(number, value);
  if (!parsed.ok) return;
  for (const [number, value] of parsed.objects) data.set(number, value);
  if (((command[2] ?? 0) & 0x10) !== 0 && parsed.signature !== undefined) {
    reading.combined.push({ nth: cdolData.length, answer: parsed });
  }
  const tags = new Map([...data, ...values, ...parsed.objects]);
  const ac = parsed.ac ?? empty;
  cryptograms.push({ type: parsed.type, ac, tags });
}

function readDynamic(reading: Reading, command: Uint8Array, answer: Uint8Array): void {
  const [template] = parseTlv(answer).nodes;
  if (template === undefined) return;
  const inside = template.children?.find((node) => node.tag === tag.signedDynamicData);
  reading.dynamic = { terminalData: dataOf(command), signature: (inside ?? template).value };
}

function readExchange(reading: Reading, command: Uint8Array, response: Uint8Array): void {
  const answer = response.subarray(0, Math.max(0, response.length - 2));
  const sw = toHex(response, Math.max(0, response.length - 2));
  if (sw !== '9000') return;
  switch (toHex(command, 0, 2)) {
    case '00A4':
      for (const node of parseFci(answer)?.objects ?? []) reading.data.set(node.tag, node.value);
      reading.data.set(tag.dfName, parseFci(answer)?.name ?? empty);
      return;
    case '80A8':
      readGpo(reading, command, answer);
      return;
    case '00B2':
      reading.records.set(`${command[3] >> 3}.${command[2]}`, answer);
      storeRecord(reading.data, answer, reading.seen);
      return;
    case '0088':
      readDynamic(reading, command, answer);
      return;
    case '80AE':
      readAc(reading, command, answer);
      return;
    default:
  }
}

/** Records that the locator signs, in its order. */
function signedRecords(reading: Reading): { sfi: number; record: Uint8Array }[] {
  const afl = decodeAfl(reading.data.get(tag.afl) ?? empty);
  if (!afl.ok) return [];
  return afl.data.reads
    .filter(({ authenticated }) => authenticated)
    .map(({ sfi, record }) => ({ sfi, record: reading.records.get(`${sfi}.${record}`) ?? empty }));
}

function methodOf({ combined, dynamic, data, cdolData }: Reading): Transcript['oda']['method'] {
  if (combined.length > 0) return 'cda';
  if (dynamic !== undefined) return 'dda';
  if (cdolData.length === 0 && data.has(tag.signedDynamicData)) return 'fdda';
  return data.has(tag.signedStaticData) ? 'sda' : 'none';
}

function authenticate(reading: Reading, caKeys: readonly CaKey[]): Transcript['oda'] {
  const { data } = reading;
  const value = (number: number): Uint8Array => data.get(number) ?? empty;
  const method = methodOf(reading);
  const rid = toHex(value(tag.dfName), 0, 5);
  const caKey = caKeys.find(
    (key) => key.index === value(tag.caKeyIndex)[0] && toHex(key.rid) === rid,
  );
  const failed = { method, ok: false } as const;
  if (method === 'none' || caKey === undefined) return failed;
  const pan = cardNumberOf(data) ?? '';
  const issuer = recoverIssuerCertificate({
    caKey,
    certificate: value(tag.issuerCertificate),
    remainder: value(tag.issuerRemainder),
    exponent: value(tag.issuerExponent),
    pan,
  });
  const statics = staticDataOf({
    records: signedRecords(reading),
    tagList: data.get(tag.sdaTagList),
    aip: data.get(tag.aip),
  });
  if (!issuer.ok || !statics.ok) return failed;
  if (method === 'sda') {
    const signature = value(tag.signedStaticData);
    const signed = { issuerKey: issuer.key, signature, staticData: statics.data };
    return { method, ok: verifyStaticData(signed).ok };
  }
  const icc = recoverIccCertificate({
    issuerKey: issuer.key,
    certificate: value(tag.iccCertificate),
    remainder: value(tag.iccRemainder),
    exponent: value(tag.iccExponent),
    staticData: statics.data,
    pan,
  });
  if (!icc.ok) return failed;
  return { method, ok: verifyDynamic(reading, icc.key) };
}

function verifyDynamic(
  reading: Reading,
  iccKey: { modulus: Uint8Array; exponent: Uint8Array },
): boolean {
  const { combined, dynamic, data } = reading;
  if (methodOf(reading) === 'fdda') {
    const signature = data.get(tag.signedDynamicData) ?? empty;
    return verifyFastDynamicData({ iccKey, signature, terminalData: fastDdaTerminalData(data) }).ok;
  }
  if (combined.length === 0) {
    return dynamic !== undefined && verifyDynamicData({ iccKey, ...dynamic }).ok;
  }
  return combined.every(({ nth, answer }) => openCombined(reading, iccKey, nth, answer));
}

/** Verifies one signed answer and takes the cryptogram out of its signature. */
function openCombined(
  reading: Reading,
  iccKey: { modulus: Uint8Array; exponent: Uint8Array },
  nth: number,
  answer: SignedAnswer,
): boolean {
  const { cdolData, pdolData, data, cryptograms } = reading;
  const [cdol1Data, cdol2Data] = cdolData;
  const values = valuesOf(data.get(tag.cdol1), cdol1Data);
  const result = verifyCombinedData({
    iccKey,
    signature: answer.signature ?? empty,
    unpredictableNumber: values.get(tag.unpredictableNumber) ?? empty,
    pdolData,
    cdol1Data,
    ...(nth > 1 ? { cdol2Data } : {}),
    answerData: answer.signedObjects,
    cid: answer.cid,
  });
  if (!result.ok) return false;
  const cryptogram = cryptograms[nth - 1];
  if (cryptogram?.ac.length === 0) {
    cryptogram.tags.set(tag.cryptogram, result.ac);
    cryptograms[nth - 1] = { ...cryptogram, ac: result.ac };
  }
  return true;
}

/** Answers that came in parts (61xx, then GET RESPONSE) as one, under the command they belong to. */
function joinParts(
  apdus: readonly (readonly [command: string, response: string])[],
): (readonly [command: string, response: string])[] {
  const joined: (readonly [string, string])[] = [];
  let pending: readonly [command: string, data: string] | undefined;
  for (const [command, response] of apdus) {
    const [asked, before] =
      pending !== undefined && command.startsWith('00C0') ? pending : [command, ''];
    const more = /^61..$/i.test(response.slice(-4));
    pending = more ? [asked, before + response.slice(0, -4)] : undefined;
    if (!more) joined.push([asked, before + response]);
  }
  return joined;
}

/**
 * Reads a captured exchange: data objects, offline authentication against the scheme keys given,
 * and each cryptogram with the values under it, ready for `arqcRequestOf`.
 *
 * @param apdus commands and responses in hex, in order
 */
export function readTranscript(
  apdus: readonly (readonly [command: string, response: string])[],
  caKeys: readonly CaKey[],
): Transcript {
  const reading: Reading = {
    data: new Map(),
    records: new Map(),
    seen: new Set(),
    cryptograms: [],
    cdolData: [],
    pdolData: empty,
    dynamic: undefined,
    combined: [],
  };
  for (const [command, response] of joinParts(apdus)) {
    // Lines of a capture that are no bytes say nothing.
    if (firstNonHex(command) >= 0 || firstNonHex(response) >= 0) continue;
    readExchange(reading, fromHex(command), fromHex(response));
  }
  const { data } = reading;
  const oda = authenticate(reading, caKeys);
  const psn = data.get(tag.panSequenceNumber);
  return {
    pan: cardNumberOf(data),
    psn: psn === undefined ? undefined : toHex(psn),
    aip: data.get(tag.aip),
    afl: data.get(tag.afl),
    oda,
    cryptograms: reading.cryptograms,
    data,
  };
}
