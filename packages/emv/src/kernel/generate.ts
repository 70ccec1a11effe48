// GENERATE AC: the command's data, the answer in both formats, CDA (Book 3 section 6.5.5, Book 2 section 6.6).
import { concatBytes, equalBytes } from '@chipswitch/bytes';
import { type TlvNode, parseDol, parseTlv } from '@chipswitch/tlv';
import { sha1 } from '../oda/hash.ts';
import { verifyCombinedData } from '../oda/signed-data.ts';
import type { RequestedCryptogram } from './action.ts';
import { generateAcCommand, statusText } from './apdu.ts';
import { setTsi } from './bits.ts';
import { type Context, type Stop, faultStop, fillFrom, fillList, flag, note } from './context.ts';
import { type Asking, exchange } from './exchange.ts';
import { storeCardObjects } from './read.ts';
import { tag } from './tags.ts';
import type { Cryptogram, TagMap } from './types.ts';

/** Why an answer to GENERATE AC cannot be used. */
export type AcErrorCode = 'format' | 'missing' | 'cid';

/** What the card answered. */
export type AcAnswer =
  | {
      readonly ok: true;
      readonly type: 'TC' | 'ARQC' | 'AAC';
      readonly cid: number;
      readonly atc: Uint8Array;
      /** Absent in a CDA answer, where it stands inside the signature. */
      readonly ac: Uint8Array | undefined;
      readonly iad: Uint8Array | undefined;
      /** 9F4B, when the answer is signed. */
      readonly signature: Uint8Array | undefined;
      /** All objects of a format 2 answer but 9F4B, tag and length included, in order. */
      readonly signedObjects: Uint8Array;
      readonly objects: ReadonlyMap<number, Uint8Array>;
    }
  | { readonly ok: false; readonly error: { readonly code: AcErrorCode } };

const typeOfCid = ['AAC', 'TC', 'ARQC'] as const;

function finish(objects: TagMap, signedObjects: Uint8Array): AcAnswer {
  const cid = objects.get(tag.cid);
  const atc = objects.get(tag.atc);
  const ac = objects.get(tag.cryptogram);
  const signature = objects.get(tag.signedDynamicData);
  const iad = objects.get(tag.issuerApplicationData);
  if (cid === undefined || atc === undefined || (ac === undefined && signature === undefined)) {
    return { ok: false, error: { code: 'missing' } };
  }
  if (cid.length !== 1 || atc.length !== 2 || (ac !== undefined && ac.length !== 8)) {
    return { ok: false, error: { code: 'format' } };
  }
  if (iad !== undefined && iad.length > 32) return { ok: false, error: { code: 'format' } };
  // 11 in the first two bits was the referral of old and is reserved now.
  const kind = cid[0] >> 6;
  if (kind === 3) return { ok: false, error: { code: 'cid' } };
  const type = typeOfCid[kind];
  return { ok: true, type, cid: cid[0], atc, ac, iad, signature, signedObjects, objects };
}

/**
 * Reads the data of an answer to GENERATE AC (without its status word).
 *
 * @example parseAcAnswer(fromHex('800B4000021122334455667788')) // { ok: true, type: 'TC', … }
 */
export function parseAcAnswer(answer: Uint8Array): AcAnswer {
  const parsed = parseTlv(answer);
  if (!parsed.ok || parsed.nodes.length !== 1) return { ok: false, error: { code: 'format' } };
  const [template] = parsed.nodes;
  const objects: TagMap = new Map();
  if (template.tag === tag.responseFormat1) {
    const { value } = template;
    if (value.length < 11 || value.length > 43) return { ok: false, error: { code: 'format' } };
    objects.set(tag.cid, value.subarray(0, 1));
    objects.set(tag.atc, value.subarray(1, 3));
    objects.set(tag.cryptogram, value.subarray(3, 11));
    if (value.length > 11) objects.set(tag.issuerApplicationData, value.subarray(11));
    return finish(objects, new Uint8Array(0));
  }
  if (template.tag !== tag.responseFormat2) return { ok: false, error: { code: 'format' } };
  const children: readonly TlvNode[] = template.children ?? [];
  const signed: Uint8Array[] = [];
  for (const node of children) {
    if (objects.has(node.tag)) return { ok: false, error: { code: 'format' } };
    objects.set(node.tag, node.value);
    if (node.tag !== tag.signedDynamicData) signed.push(node.encoded);
  }
  return finish(
    objects,
    objects.has(tag.signedDynamicData) ? concatBytes(...signed) : new Uint8Array(0),
  );
}

const rank = { AAC: 0, ARQC: 1, TC: 2 } as const;

/** Whether the card may answer so: the type asked for or a lesser one. */
function mayAnswer(asked: RequestedCryptogram, answered: 'TC' | 'ARQC' | 'AAC'): boolean {
  return rank[answered] <= rank[asked];
}

/**
 * Says in the TVR that the default TDOL will be used: a list asks for the TC hash and the card has
 * no TDOL. It comes before action analysis, which may send such a transaction online.
 */
export function flagDefaultTdol(context: Context): void {
  const { data } = context;
  if (data.has(tag.tdol)) return;
  const asks = [tag.cdol1, tag.cdol2].some((number) => {
    const list = parseDol(data.get(number) ?? new Uint8Array(0));
    return list.entries.some((entry) => entry.tag === tag.tcHash);
  });
  if (asks) flag(context, 'analyse-action', 'default-tdol');
}

/** Fills a CDOL; where it asks for the TC hash (98), the TDOL is hashed first. */
export function fillCdol(context: Context, list: Uint8Array): Uint8Array | undefined {
  const parsed = parseDol(list);
  if (!parsed.ok || parsed.dataLength > 252) return undefined;
  if (parsed.entries.some((entry) => entry.tag === tag.tcHash)) {
    const { data, application } = context;
    const tdol = data.get(tag.tdol) ?? application?.defaultTdol ?? new Uint8Array(0);
    const hashed = fillList(tdol, data);
    if (hashed !== undefined) data.set(tag.tcHash, sha1(hashed));
  }
  return fillFrom(parsed.entries, context.data);
}

/** Outcome of one GENERATE AC. */
export type AcResult =
  | {
      readonly cryptogram: Cryptogram;
      /** The answer should have been signed and was not, or not well. */
      readonly cdaFailed: boolean;
    }
  | Stop;

/** What one GENERATE AC is made of. */
export interface AcRequest {
  readonly step: 'generate-ac-1' | 'generate-ac-2';
  readonly asked: RequestedCryptogram;
  readonly cda: boolean;
  readonly cdolData: Uint8Array;
}

/** Whether the last bytes are these: data storage may put its own in front. */
function endsWith(whole: Uint8Array, end: Uint8Array): boolean {
  return equalBytes(whole.subarray(Math.max(0, whole.length - end.length)), end);
}

function checkCda(
  context: Context,
  request: AcRequest,
  answer: Extract<AcAnswer, { ok: true }>,
): Uint8Array | string {
  const { oda, pdolData, cdol1Data, data } = context;
  if (answer.signature === undefined) return 'answer not signed';
  if (oda.iccKey === undefined) return 'no card key';
  const result = verifyCombinedData({
    iccKey: oda.iccKey,
    signature: answer.signature,
    unpredictableNumber: data.get(tag.unpredictableNumber) ?? new Uint8Array(4),
    pdolData,
    cdol1Data,
    ...(request.step === 'generate-ac-2' ? { cdol2Data: request.cdolData } : {}),
    answerData: answer.signedObjects,
    cid: answer.cid,
  });
  if (!result.ok) return result.error.code;
  const { relayData } = context;
  if (relayData !== undefined && !endsWith(result.further, relayData)) return 'relay data';
  data.set(tag.iccDynamicNumber, result.iccDynamicNumber);
  return result.ac;
}

/** Sends one GENERATE AC and reads what comes back. */
export function* generateAc(context: Context, request: AcRequest): Asking<AcResult> {
  const { step, asked, cda, cdolData } = request;
  const signed = cda ? ' with CDA' : '';
  note(context, step, `${asked} asked for${signed}`);
  const reply = yield* exchange(step, generateAcCommand(asked, cda, cdolData));
  if (!reply.ok) return faultStop(context, reply.error.code, true);
  if (reply.sw !== 0x9000) {
    note(context, step, `refused: ${statusText(reply.sw)}`);
    return { type: 'terminated', reason: 'card-status-error' };
  }
  return judgeAcAnswer(context, request, reply.data);
}

/** Judges an answer to GENERATE AC, or to RECOVER AC, which answers the same. */
export function judgeAcAnswer(context: Context, request: AcRequest, data: Uint8Array): AcResult {
  const { step, asked, cda } = request;
  const answer = parseAcAnswer(data);
  if (!answer.ok) {
    note(context, step, `answer not usable: ${answer.error.code}`);
    const reason = answer.error.code === 'missing' ? 'card-data-missing' : 'card-data-error';
    return { type: 'terminated', reason };
  }
  note(context, step, `the card answers ${answer.type}`);
  if (!mayAnswer(asked, answer.type)) {
    return { type: 'terminated', reason: 'cryptogram-type-invalid' };
  }
  setTsi(context.tsi, 'card-risk-management');
  let { ac } = answer;
  let cdaFailed = false;
  // An AAC need not be signed (Book 2 section 6.6).
  if (cda && answer.type !== 'AAC') {
    setTsi(context.tsi, 'oda');
    const checked = checkCda(context, request, answer);
    if (typeof checked === 'string') {
      cdaFailed = true;
      context.oda.failed = true;
      note(context, step, `CDA failed: ${checked}`);
      flag(context, step, 'cda-failed');
    } else ac = checked;
  }
  if (ac === undefined && !cdaFailed) return { type: 'terminated', reason: 'card-data-missing' };
  const { type, cid, atc, iad } = answer;
  storeCardObjects(context.data, answer.objects);
  if (ac !== undefined) context.data.set(tag.cryptogram, ac);
  if ((cid & 0x08) !== 0) context.adviceRequired = true;
  return { cryptogram: { type, cid, ac: ac ?? new Uint8Array(8), atc, iad }, cdaFailed };
}
