// The quick contactless answer: decision, cryptogram and signature all in GET PROCESSING OPTIONS
// (Visa VCPS 2.2 as EMV Book C-3; UnionPay QuickPass alike).
import { concatBytes, fromAscii, fromHex } from '@chipswitch/bytes';
import { type Answer, status } from './apdu.ts';
import type { ApplicationContext } from './application-context.ts';
import type { CryptogramType } from './card-state.ts';
import { signedDynamicData } from './certificates.ts';
import { dataObject, numeric } from './data-object.ts';
import { cidOf, makeCryptogram, settle, writeLog } from './generate-ac.ts';
import { exceededLimits } from './issuer-application-data.ts';
import { sfi, thirdPartyObjects } from './personalise.ts';

/** Terminal transaction qualifiers (9F66, Book C-3 annex A) as yes and no. */
interface Ttq {
  readonly offlineOnly: boolean;
  readonly onlinePin: boolean;
  readonly signature: boolean;
  readonly authenticateOnline: boolean;
  readonly onlineRequired: boolean;
  readonly cvmRequired: boolean;
  readonly deviceCvm: boolean;
}

function readTtq(bytes: Uint8Array): Ttq {
  return {
    offlineOnly: (bytes[0] & 0x08) !== 0,
    onlinePin: (bytes[0] & 0x04) !== 0,
    signature: (bytes[0] & 0x02) !== 0,
    authenticateOnline: (bytes[0] & 0x01) !== 0,
    onlineRequired: (bytes[1] & 0x80) !== 0,
    cvmRequired: (bytes[1] & 0x40) !== 0,
    deviceCvm: (bytes[2] & 0x40) !== 0,
  };
}

/** Card transaction qualifiers (9F6C), or undefined when no common method remains. */
function qualifiers(context: ApplicationContext, ttq: Ttq): Uint8Array | undefined {
  const { ctq, consumerDeviceVerified } = context.application.profile.contactless;
  const bytes = ctq === undefined ? new Uint8Array(2) : fromHex(ctq);
  if (consumerDeviceVerified === true && ttq.deviceCvm) {
    bytes[1] |= 0x80;
    return bytes;
  }
  if (!ttq.cvmRequired) return bytes;
  if (ttq.onlinePin) bytes[0] |= 0x80;
  else if (ttq.signature) bytes[0] |= 0x40;
  else return undefined;
  return bytes;
}

function decide(context: ApplicationContext, ttq: Ttq): CryptogramType {
  const { state, session, behaviour } = context;
  if (state.blocked || behaviour.declineAlways) return 'AAC';
  const limits = exceededLimits(context.facts(session.values));
  const past = limits.lowerCount || limits.lowerAmount;
  if (ttq.offlineOnly) return past ? 'AAC' : 'TC';
  return past || ttq.onlineRequired || state.goOnlineNext || behaviour.onlineAlways ? 'ARQC' : 'TC';
}

/** Signs amount, currency and qualifiers with the unpredictable number (Book C-3 annex C). */
function sign(context: ApplicationContext, ctq: Uint8Array): Uint8Array[] {
  const { session, application } = context;
  if (!application.profile.aip.includes('dda')) return [];
  const related = concatBytes(Uint8Array.of(0x01), context.random(4), ctq);
  const value = (tag: number, bytes: number): Uint8Array =>
    session.values.get(tag) ?? new Uint8Array(bytes);
  const terminalData = concatBytes(value(0x9f37, 4), value(0x9f02, 6), value(0x5f2a, 2), related);
  const dynamicNumber = concatBytes(Uint8Array.of(2), context.atcBytes());
  session.dataAuthentication = 'dda';
  session.dynamicRecords.set(
    (sfi.application << 8) | 2,
    dataObject(0x70, dataObject(0x9f69, related)),
  );
  return [dataObject(0x9f4b, signedDynamicData(application.icc, dynamicNumber, terminalData))];
}

/** The whole answer of a quick application. */
export function answerQuickly(context: ApplicationContext): Answer {
  const { application, session } = context;
  const bytes = session.values.get(0x9f66);
  if (!bytes) return { sw: status.conditionsNotSatisfied };
  const ttq = readTtq(bytes);
  const ctq = qualifiers(context, ttq);
  // 6984: no method in common over this interface, try another one (Book C-3 5.4).
  if (!ctq) return { sw: status.referencedDataInvalidated };
  const type = decide(context, ttq);
  session.first = type;
  const signs = type === 'TC' || (type === 'ARQC' && ttq.authenticateOnline);
  const signature = signs ? sign(context, ctq) : [];
  const { ac, iad } = makeCryptogram(context, session.values);
  session.phase = 'completed';
  settle(context, type);
  if (type !== 'ARQC') writeLog(context);
  const { profile } = application;
  return {
    data: dataObject(
      0x77,
      dataObject(0x82, application.aip),
      ...(signature.length > 0 ? [dataObject(0x94, application.afl)] : []),
      dataObject(0x57, application.track2),
      dataObject(0x5f34, numeric(profile.panSequenceNumber, 1)),
      dataObject(0x9f10, iad),
      dataObject(0x9f26, ac),
      dataObject(0x9f27, Uint8Array.of(cidOf[type])),
      dataObject(0x9f36, context.atcBytes()),
      dataObject(0x9f6c, ctq),
      ...thirdPartyObjects(profile),
      ...phoneObjects(profile.contactless.paymentAccountReference),
      ...signature,
    ),
    sw: status.ok,
  };
}

function phoneObjects(paymentAccountReference: string | undefined): Uint8Array[] {
  if (paymentAccountReference === undefined) return [];
  return [dataObject(0x9f24, fromAscii(paymentAccountReference))];
}
