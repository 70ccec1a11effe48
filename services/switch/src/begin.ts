// Stage 7: the payment becomes durable and is in flight: journaled as on its way to a host, with
// everything that its reversal would need.
import { given } from '@chipswitch/bytes';
import { truncatePan } from '@chipswitch/cardholder-data';
import { type NewPayment, type PaymentRecord, isDrawError } from '@chipswitch/ledger';
import {
  type OutgoingFacts,
  type Payment,
  type RefusalReason,
  type RouteReason,
  type RouteRow,
  holdExpiresOn,
  hostRequest,
  kindOf,
  openingState,
  originalDataElements,
  outgoingFacts,
  paymentKinds,
  terminalAnswer,
  originalOf,
  readPaymentFacts,
  writtenFacts,
} from '@chipswitch/transaction';
import type { Asked } from './asked.ts';
import type { HostConfig } from './config.ts';
import type { Desk } from './desk.ts';
import type { Drawn, Named } from './draw-on-original.ts';
import { hostReferenceOf } from './in-flight/host-reference.ts';
import { InFlightPayment } from './in-flight/in-flight-payment.ts';
import type { Asking, Reply } from './in-flight/ports.ts';
import { entryOf } from './journal-entry.ts';
import type { Opening } from './open-payment.ts';

/** What the stages before found out. */
export interface Prepared extends Named {
  readonly route: RouteRow;
  readonly hosts: readonly string[];
  /** Why these hosts. */
  readonly reason: RouteReason;
  readonly pinBlock?: Uint8Array;
}

/** A payment in flight, or the one that has the key, or why it cannot begin. */
export type Begun =
  | { readonly ok: true; readonly payment: InFlightPayment; readonly paymentId: string }
  | {
      readonly ok: false;
      readonly error: { readonly code: 'key-exists'; readonly record: PaymentRecord };
    }
  | { readonly ok: false; readonly error: { readonly code: RefusalReason } };

/** The answer to the terminal, logged and counted as it leaves. */
function replyTo(desk: Desk, asked: Asked): Reply {
  const { message, frame, request } = asked;
  const startedMs = desk.clock.nowMs();
  return (responseCode, answer) => {
    desk.log({
      event: 'answered',
      mti: message.mti,
      kind: request.kind,
      terminalId: request.terminalId,
      stan: request.stan,
      pan: truncatePan(request.pan),
      amountMinor: String(request.amountMinor),
      currency: request.currency,
      responseCode,
      ms: Math.round((desk.clock.nowMs() - startedMs) * 10) / 10,
    });
    const answered = terminalAnswer(message, responseCode, answer);
    return frame.answer(answered);
  };
}

/** The question as a payment in flight sees it. */
export function askingOf(desk: Desk, asked: Asked): Asking {
  const { giveUp, msLeft } = asked.frame;
  return { reply: replyTo(desk, asked), giveUp, msLeft };
}

/** What DE 4 states, where that is not the amount of the payment. */
function statedMinor(request: Asked['request'], amountMinor: bigint): bigint | undefined {
  return request.amountMinor === amountMinor ? undefined : request.amountMinor;
}

/** The code that an issuer gave by voice. */
function voiceApprovalCode({ kind, approvalCode }: Asked['request']): string | undefined {
  const isTold = kindOf(paymentKinds, kind).host === 'advice';
  return isTold ? approvalCode?.trim() : undefined;
}

function newPayment(
  asked: Asked,
  prepared: Prepared,
  hosts: readonly string[],
  record: PaymentRecord,
): Payment {
  const { request, terminal } = asked;
  return {
    state: 'NEW',
    version: 0,
    kind: request.kind,
    amountMinor: record.amountMinor,
    ...given({ statedMinor: statedMinor(request, record.amountMinor) }),
    currency: request.currency,
    merchant: terminal.acceptorId.trim(),
    scheme: prepared.route.scheme,
    paymentId: '',
    hosts,
    tries: 0,
    booked: false,
    ...given({
      original: originalOf(readPaymentFacts(record)),
      approvalCode: voiceApprovalCode(request),
    }),
  };
}

// An exchanged key is one host's alone.
const pinZoneOf = (host: HostConfig | undefined): string | undefined =>
  host?.pin?.session === true ? `host/${host.name}` : host?.pinKey;

// A PIN block is under one host's key: only hosts that share it may take the payment over.
function hostsOf(desk: Desk, prepared: Prepared): readonly string[] {
  // Only the host that has the original can draw on it.
  const host = prepared.drawn?.record.host;
  if (host !== undefined && prepared.hosts.includes(host)) return [host];
  if (prepared.pinBlock === undefined) return prepared.hosts;
  const pinKeyOf = (name: string): string | undefined => pinZoneOf(desk.hosts.get(name));
  const first = pinKeyOf(prepared.hosts[0]);
  return prepared.hosts.filter((name) => pinKeyOf(name) === first);
}

function acceptorNameLocation(terminal: Asked['terminal']): string {
  const { name, city, country } = terminal;
  return `${name.slice(0, 25).padEnd(25)}${city.padEnd(13)}${country}`;
}

/** How the host knows the original. */
function originalSent(drawn: Drawn | undefined): Pick<OutgoingFacts, 'original'> {
  const outgoing = drawn && readPaymentFacts(drawn.record).outgoing;
  if (drawn === undefined || outgoing === undefined) return {};
  const { approvalCode } = drawn.record;
  return { original: { data: originalDataElements(outgoing), ...given({ approvalCode }) } };
}

function noteRoute(desk: Desk, paymentId: string, host: string, prepared: Prepared): void {
  const { reason, drawn } = prepared;
  const isOriginals = drawn?.record.host === host;
  const { configurationVersion } = desk;
  const isNoted = desk.noteRoute({ paymentId, configurationVersion, host, reason, isOriginals });
  if (!isNoted) desk.counters.add('routesNotNoted');
}

/** Journals the payment and, when the commit is there, puts it in flight. */
export function beginPayment(
  desk: Desk,
  asked: Asked,
  opening: Opening,
  prepared: Prepared,
): Promise<Begun> {
  return desk.inFlight.open(opening.key, () => openAndBegin(desk, asked, opening, prepared));
}

/** What the payment remembers of the question. */
function factsOf(
  asked: Asked,
  prepared: Prepared,
  outgoing: OutgoingFacts,
  hosts: readonly string[],
): NewPayment['facts'] {
  const { request } = asked;
  return writtenFacts({
    outgoing,
    scheme: prepared.route.scheme,
    hosts,
    terminalTransmission: request.transmission,
    statedMinor: statedMinor(request, prepared.drawn?.amountMinor ?? request.amountMinor),
    givenApprovalCode: voiceApprovalCode(request),
  });
}

/** The last date of a hold. */
function expiresOn(
  desk: Desk,
  asked: Asked,
  opening: Opening,
  { route }: Prepared,
): string | undefined {
  const isHold = kindOf(paymentKinds, asked.request.kind).expires === true;
  return isHold ? holdExpiresOn(desk.kindRules, route.scheme, opening.businessDate) : undefined;
}

/** What a tip adds to a sale goes by the reference of the sale. */
function referenceOf(desk: Desk, opening: Opening, drawn: Drawn | undefined): string | undefined {
  const outgoing = drawn && readPaymentFacts(drawn.record).outgoing;
  const isChange = drawn !== undefined && drawn.limits.adds === true && outgoing !== undefined;
  const known = isChange && drawn.limits.alone.length > 0 ? outgoing.retrievalReference : undefined;
  return known ?? desk.retrievalReferences.take(opening.businessDate);
}

async function openAndBegin(
  desk: Desk,
  asked: Asked,
  opening: Opening,
  prepared: Prepared,
): Promise<Begun> {
  const { request, terminal } = asked;
  const { drawn } = prepared;
  const hosts = hostsOf(desk, prepared);
  const [host] = hosts;
  const stan = desk.traceNumbersOf(host).take();
  if (stan === undefined) return { ok: false, error: { code: 'overloaded' } };
  const retrievalReference = referenceOf(desk, opening, drawn);
  if (retrievalReference === undefined) {
    desk.traceNumbersOf(host).release(stan);
    return { ok: false, error: { code: 'overloaded' } };
  }
  const transmission = desk.transmission();
  const outgoing = outgoingFacts(request, {
    stan,
    transmission,
    acquirerId: desk.config.acquirerId,
    retrievalReference,
    ...originalSent(prepared.drawn),
    ...given({ privateData: prepared.privateData }),
  });
  const opened = await desk.journal.open({
    ...entryOf(desk, asked, opening),
    state: openingState(request.kind),
    panEncrypted: desk.vault.encipherPan(request.pan, opening.key),
    host,
    hostReference: hostReferenceOf(stan, request.terminalId, transmission),
    amountMinor: drawn?.amountMinor ?? request.amountMinor,
    facts: factsOf(asked, prepared, outgoing, hosts),
    ...given({
      original: drawn?.limits,
      expiresOn: expiresOn(desk, asked, opening, prepared),
    }),
  });
  if (!opened.ok) {
    desk.traceNumbersOf(host).release(stan);
    const { error } = opened;
    if (error.code === 'key-exists') return { ok: false, error };
    if (isDrawError(error.code)) return { ok: false, error: { code: error.code } };
    desk.counters.add('journalFaults');
    const overloaded = error.code === 'journal-overloaded';
    return { ok: false, error: { code: overloaded ? 'overloaded' : 'journal-unavailable' } };
  }
  desk.counters.add('requests');
  noteRoute(desk, opened.record.paymentId, host, prepared);
  const inFlight = new InFlightPayment(desk, {
    key: opening.key,
    payment: newPayment(asked, prepared, hosts, opened.record),
    terminalId: request.terminalId,
    outgoing,
    pan: request.pan,
    request: hostRequest(request, {
      outgoing,
      merchantCategory: terminal.merchantCategory,
      acceptorNameLocation: acceptorNameLocation(terminal),
      ...given({ pinBlock: prepared.pinBlock }),
    }),
    asking: askingOf(desk, asked),
  });
  desk.inFlight.add(inFlight);
  return { ok: true, payment: inFlight, paymentId: opened.record.paymentId };
}
