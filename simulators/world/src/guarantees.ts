// The guarantees of the design, held against a world that has come to rest: the hosts' books, the disk, the terminals
// and what the switch still holds must agree.
import type { MemoryJournal, PaymentRecord } from '@chipswitch/ledger';
import {
  isForward,
  kindOf,
  outcomeOfRecord,
  paymentKinds,
  approvedMinor,
  readPaymentFacts,
} from '@chipswitch/transaction';
import { type BookedPayment, bookedOf, violationsOfLedger } from './ledger-guarantees.ts';
import type { TerminalPayment } from './terminal-messages.ts';
import type { Violation } from './violation.ts';
import type { VirtualDisk } from './virtual-disk.ts';
import type { HostLine, VirtualHost } from './virtual-host.ts';
import type { VirtualTerminal } from './virtual-terminal.ts';

/** What a world looks like at its end. */
export interface WorldAtRest {
  readonly disk: VirtualDisk;
  readonly hosts: readonly VirtualHost[];
  readonly terminals: readonly VirtualTerminal[];
  /** What each instance still holds. */
  readonly leftOver: readonly Readonly<Record<string, number>>[];
  readonly triesMax: number;
}

type Finding = readonly [guarantee: string, text: string];

/** DE 37 of a payment; undefined when it never went to a host. */
export const referenceOf = (record: PaymentRecord): string | undefined =>
  readPaymentFacts(record).outgoing?.retrievalReference;

function liveLines(hosts: readonly VirtualHost[]): Map<string, HostLine[]> {
  const live = new Map<string, HostLine[]>();
  for (const host of hosts) {
    for (const line of host.lines()) {
      if (!line.approved || line.reversed || line.amountMinor === 0n) continue;
      const known = live.get(line.retrievalReference);
      if (known === undefined) live.set(line.retrievalReference, [line]);
      else known.push(line);
    }
  }
  // A tip states the new, greater amount of what bears its reference, whichever of the two came first.
  for (const [reference, lines] of live) {
    if (!lines.some(({ namesOriginal }) => namesOriginal)) continue;
    const most = lines.reduce(
      (max, { amountMinor }) => (amountMinor > max ? amountMinor : max),
      0n,
    );
    live.set(
      reference,
      lines.filter(({ amountMinor }) => amountMinor === most),
    );
  }
  return live;
}

// A person has it on the list, and for a reason: the machine could not go on.
function isForPerson(world: WorldAtRest, record: PaymentRecord): boolean {
  const reference = referenceOf(record) ?? '';
  const { tries = 0 } = readPaymentFacts(record);
  return tries >= world.triesMax || world.hosts.some(({ refused }) => refused.has(reference));
}

/** The amount that a host was told: of a tip, the new total. */
const toldMinor = (record: PaymentRecord): bigint =>
  readPaymentFacts(record).statedMinor ?? approvedMinor(record);

function* ofPayment(
  world: WorldAtRest,
  record: PaymentRecord,
  live: readonly HostLine[],
  booked: BookedPayment,
  changes: readonly PaymentRecord[],
): Generator<Finding> {
  const { state, kind } = record;
  const { outcome, openFor } = outcomeOfRecord(record);
  const isBooked = kindOf(paymentKinds, kind).booking !== undefined && record.amountMinor > 0n;
  const stands = outcome === 'approved' && isBooked;
  if (live.length > 1) yield ['I1', `${live.length} live effects at the hosts`];
  if (booked.approvals > 1) yield ['I1', `booked ${booked.approvals} times`];
  if (stands !== booked.stands) yield ['I1', `${kind} ${state}, ${booked.text}`];
  if (stands && booked.amountMinor !== approvedMinor(record)) {
    yield ['I1', `${kind} of ${approvedMinor(record)}, ${booked.text}`];
  }
  if (openFor === 'machine') yield ['I3', `left ${state}`];
  if (openFor === 'person') {
    // Whether the host holds anything is what the person finds out.
    if (!isForPerson(world, record)) yield ['I3', `${state}, and nothing stood in the way`];
    return;
  }
  // A change of another payment is seen at that one; what a person has on the list nobody knows.
  const isUnknown = changes.some((change) => outcomeOfRecord(change).openFor === 'person');
  if (changesItem(record) || isUnknown) return;
  const effect = live.reduce((total, { amountMinor }) => total + amountMinor, 0n);
  const changed = changes
    .filter((change) => outcomeOfRecord(change).outcome === 'approved')
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const wanted = booked.stands ? toldMinor(record) + changed : 0n;
  if (effect !== wanted) yield ['I1', `${kind} ${state}: ${effect} at the hosts, ${booked.text}`];
}

function* ofSteps({ disk }: WorldAtRest, record: PaymentRecord): Generator<Finding> {
  let expected = 1;
  for (const { version, from, state, businessDate, dateThere } of disk.history.get(
    record.paymentId,
  ) ?? []) {
    if (version !== expected++) yield ['I3', `step ${version} to ${state} came out of turn`];
    // An approval that came after the host had acknowledged not to know the original.
    const isReopened = from === 'REVERSED' && state === 'REVERSAL_DUE';
    // A late answer is noted in place.
    const isForwards = from === state || isReopened || isForward(from as never, state as never);
    if (!isForwards) yield ['I3', `from ${from} to ${state}`];
    if (businessDate !== dateThere) {
      yield ['I5', `${state} on ${businessDate}, booked on ${dateThere}`];
    }
  }
}

function* ofTerminal(
  { view, approvals, row }: TerminalPayment,
  record: PaymentRecord | undefined,
): Generator<Finding> {
  const state = record?.state ?? 'not on the disk';
  const stands = record !== undefined && outcomeOfRecord(record).outcome === 'approved';
  if (view === undefined) yield ['I4', `no end for the terminal (${row.name} ${state})`];
  if (view === 'approved' && !stands)
    yield ['I2', `${row.name} approved to the terminal, ${state}`];
  if (view !== undefined && view !== 'approved' && stands) {
    yield ['I4', `${row.name} ${view} to the terminal, ${state}`];
  }
  if (approvals.size > 1) yield ['I4', `different answers: ${[...approvals].join(' and ')}`];
}

const changesItem = ({ kind }: PaymentRecord): boolean =>
  kindOf(paymentKinds, kind).changesItem === true;

/** Payments that change the amount of another: tips. */
function changesByOriginal(records: Iterable<PaymentRecord>): Map<string, PaymentRecord[]> {
  const changes = new Map<string, PaymentRecord[]>();
  for (const record of records) {
    if (record.originalId === undefined || !changesItem(record)) continue;
    changes.set(record.originalId, [...(changes.get(record.originalId) ?? []), record]);
  }
  return changes;
}

// Numbers by which a host or a terminal knows a payment (I1).
function* usedTwice({ payments }: MemoryJournal): Generator<Violation> {
  const names = new Map<string, string>();
  for (const record of payments.values()) {
    const { key, host, hostReference } = record;
    const reference = referenceOf(record);
    const used = [
      ...(reference === undefined ? [] : [`reference ${reference}`]),
      ...(hostReference === undefined ? [] : [`${host} ${hostReference}`]),
    ];
    for (const name of used) {
      const other = names.get(name);
      const isItsOriginal = record.originalId !== undefined && changesItem(record);
      if (other !== undefined && !isItsOriginal) {
        yield { guarantee: 'I1', key, text: `${name} is that of ${other} too` };
      }
      names.set(name, key);
    }
  }
}

// A batch that terminal and host agreed on holds what both say; one that they did not agree on is listed, and for a
// reason (I5).
function* ofBatches({ disk, terminals }: WorldAtRest): Generator<Violation> {
  const { closed } = disk.batches;
  for (const { terminalId, batches } of terminals) {
    for (const { batchNumber, isHonest, first, last } of batches) {
      const key = `${terminalId}/${batchNumber}`;
      const kept = closed.filter(
        ({ request }) => request.terminalId === terminalId && request.batchNumber === batchNumber,
      );
      const fault = (text: string): Violation => ({ guarantee: 'I5', key, text });
      if (kept.length !== 1) yield fault(`closed ${kept.length} times`);
      if (isHonest && first === '95') yield fault('the totals of an honest terminal do not agree');
      if (!isHonest && first === '00') yield fault('wrong totals agree');
      if (first === '95' && last === '00' && kept[0]?.how === undefined) {
        yield fault('ended for the terminal, and listed still');
      }
      if (first === '95' && last === '95') yield fault('all was uploaded, and it is not ended');
    }
  }
}

// Card numbers belong nowhere but into the enciphered column (I9).
function* cardDataIn({ disk, terminals }: WorldAtRest): Generator<Violation> {
  const pans = new Set(terminals.flatMap(({ payments }) => payments.map(({ pan }) => pan)));
  for (const record of disk.journal.payments.values()) {
    const { facts, key, fingerprint, panTruncated } = record;
    const text = JSON.stringify([facts, key, panTruncated, fingerprint]);
    for (const pan of pans) {
      if (text.includes(pan)) yield { guarantee: 'I9', key, text: 'a card number on the disk' };
    }
  }
}

function* ofHosts({ hosts, disk }: WorldAtRest): Generator<Violation> {
  const records = [...disk.journal.payments.values()];
  for (const { guarantee, retrievalReference, text } of hosts.flatMap((h) => h.complaints)) {
    const key = records.find((record) => referenceOf(record) === retrievalReference)?.key;
    yield { guarantee, key: key ?? retrievalReference, text };
  }
}

/** Everything that does not hold. */
export function* violationsOf(world: WorldAtRest): Generator<Violation> {
  const { disk, hosts, terminals, leftOver } = world;
  const { journal } = disk;
  const live = liveLines(hosts);
  const records = new Map([...journal.payments.values()].map((record) => [record.key, record]));
  const referred = new Set<string>();
  const changesOf = changesByOriginal(records.values());
  const of = (key: string, findings: Iterable<Finding>): Violation[] =>
    Array.from(findings, ([guarantee, text]) => ({ guarantee, key, text }));
  for (const [key, record] of records) {
    const reference = referenceOf(record) ?? '';
    const booked = bookedOf(disk, record);
    const changes = changesOf.get(record.paymentId) ?? [];
    yield* of(key, ofPayment(world, record, live.get(reference) ?? [], booked, changes));
    yield* of(key, ofSteps(world, record));
    referred.add(reference);
  }
  for (const reference of live.keys()) {
    if (referred.has(reference)) continue;
    yield { guarantee: 'I1', key: reference, text: 'an effect at a host, nothing on the disk' };
  }
  for (const payment of terminals.flatMap(({ payments }) => payments)) {
    yield* of(payment.key, ofTerminal(payment, records.get(payment.key)));
  }
  yield* usedTwice(journal);
  yield* violationsOfLedger(disk);
  yield* ofBatches(world);
  yield* ofHosts(world);
  for (const [what, count] of leftOver.flatMap((left) => Object.entries(left))) {
    if (count !== 0) yield { guarantee: 'I8', key: undefined, text: `${count} ${what} at rest` };
  }
  yield* cardDataIn(world);
}
