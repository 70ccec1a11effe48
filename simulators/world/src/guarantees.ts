// The guarantees of the design, held against a world that has come to rest: the hosts' books, the disk, the terminals
// and what the switch still holds must agree.
import { type MemoryJournal, type PaymentRecord, checkPostings } from '@chipswitch/ledger';
import { outcomeOfRecord } from '@chipswitch/transaction';
import type { HostLine, VirtualHost } from './virtual-host.ts';
import type { TerminalRecord } from './virtual-terminal.ts';

/** One guarantee that did not hold; `key` names the payment, where it is one's. */
export interface Violation {
  readonly guarantee: string;
  readonly key: string | undefined;
  readonly text: string;
}

/** What a world looks like at its end. */
export interface WorldAtRest {
  readonly journal: MemoryJournal;
  readonly hosts: readonly VirtualHost[];
  readonly terminals: readonly TerminalRecord[];
  readonly leftOver: Readonly<Record<string, number>>;
  readonly triesMax: number;
}

/** DE 37 of a payment; undefined when it never went to a host. */
export function referenceOf(record: PaymentRecord): string | undefined {
  const { outgoing } = record.facts;
  if (typeof outgoing !== 'object' || outgoing === null) return undefined;
  const reference = Object.entries(outgoing).find(([name]) => name === 'retrievalReference')?.[1];
  return typeof reference === 'string' ? reference : undefined;
}

function liveLines(hosts: readonly VirtualHost[]): Map<string, HostLine[]> {
  const live = new Map<string, HostLine[]>();
  for (const host of hosts) {
    for (const line of host.lines()) {
      if (!line.approved || line.reversed) continue;
      const known = live.get(line.retrievalReference);
      if (known === undefined) live.set(line.retrievalReference, [line]);
      else known.push(line);
    }
  }
  return live;
}

const books = ['capture', 'hold'];
const booksBack = ['capture-reversal', 'hold-release'];

/** What a payment leaves in the books, in minor units. */
function bookedMinor({ bookings }: MemoryJournal, { paymentId }: PaymentRecord): bigint {
  const amountOf = (kind: string): bigint =>
    bookings.get(`${kind}:${paymentId}`)?.postings[0]?.amountMinor ?? 0n;
  const sum = (kinds: readonly string[]): bigint =>
    kinds.reduce((total, kind) => total + amountOf(kind), 0n);
  return sum(books) - sum(booksBack);
}

// A person has it on the list, and for a reason: the machine could not go on.
function isForPerson(world: WorldAtRest, record: PaymentRecord): boolean {
  const reference = referenceOf(record) ?? '';
  const tries = Number(record.facts['tries'] ?? 0);
  return tries >= world.triesMax || world.hosts.some(({ refused }) => refused.has(reference));
}

function* ofPayment(
  world: WorldAtRest,
  record: PaymentRecord,
  live: readonly HostLine[],
): Generator<readonly [string, string]> {
  const { state, kind } = record;
  const { outcome, openFor } = outcomeOfRecord(record);
  const stands = outcome === 'approved';
  const booked = bookedMinor(world.journal, record);
  if (live.length > 1) yield ['I1', `${live.length} live effects at the hosts`];
  if (stands !== (booked !== 0n)) yield ['I1', `${state}, booked ${booked}`];
  if (openFor === 'machine') yield ['I3', `left ${state}`];
  if (openFor === 'person') {
    // Whether the host holds anything is what the person finds out.
    if (!isForPerson(world, record)) yield ['I3', `${state}, and nothing stood in the way`];
    return;
  }
  const effect = live.reduce((total, { amountMinor }) => total + amountMinor, 0n);
  if (effect !== booked) {
    yield ['I1', `${kind} ${state}: ${effect} at the hosts, ${booked} in the books`];
  }
}

function* ofTerminal(
  { key, view, approvals }: TerminalRecord,
  record: PaymentRecord | undefined,
): Generator<readonly [string, string]> {
  const state = record?.state ?? 'not on the disk';
  const stands = record !== undefined && outcomeOfRecord(record).outcome === 'approved';
  if (view === undefined) yield ['I4', `no end for the terminal (${state})`];
  if (view === 'approved' && !stands) yield ['I2', `approved to the terminal, ${state}`];
  if (view !== undefined && view !== 'approved' && stands) {
    yield ['I4', `${view} to the terminal, ${state}`];
  }
  if (approvals.size > 1) yield ['I4', `different answers: ${[...approvals].join(' and ')}`];
  if (record !== undefined && record.key !== key) yield ['I4', `under the key ${record.key}`];
}

// Card numbers belong nowhere but into the enciphered column (I9).
function* cardDataIn({ journal, terminals }: WorldAtRest): Generator<Violation> {
  const pans = new Set(terminals.map(({ pan }) => pan));
  for (const record of journal.payments.values()) {
    const { facts, key, fingerprint, panTruncated } = record;
    const text = JSON.stringify([facts, key, panTruncated, fingerprint]);
    for (const pan of pans) {
      if (text.includes(pan)) yield { guarantee: 'I9', key, text: 'a card number on the disk' };
    }
  }
}

/** Everything that does not hold. */
export function* violationsOf(world: WorldAtRest): Generator<Violation> {
  const { journal, hosts, terminals, leftOver } = world;
  const live = liveLines(hosts);
  const records = new Map([...journal.payments.values()].map((record) => [record.key, record]));
  for (const [key, record] of records) {
    const reference = referenceOf(record) ?? '';
    for (const [guarantee, text] of ofPayment(world, record, live.get(reference) ?? [])) {
      yield { guarantee, key, text };
    }
    live.delete(reference);
  }
  for (const reference of live.keys()) {
    yield { guarantee: 'I1', key: reference, text: 'an effect at a host, nothing on the disk' };
  }
  for (const terminal of terminals) {
    for (const [guarantee, text] of ofTerminal(terminal, records.get(terminal.key))) {
      yield { guarantee, key: terminal.key, text };
    }
  }
  for (const booking of journal.bookings.values()) {
    const fault = checkPostings(booking);
    if (fault !== undefined) {
      yield { guarantee: 'I5', key: undefined, text: `${booking.reference}: ${fault.code}` };
    }
  }
  for (const complaint of hosts.flatMap(({ complaints }) => complaints)) {
    const [, guarantee, reference, text] = /^(\S+) (\S+): (.*)$/.exec(complaint) ?? [];
    const key = [...records.values()].find((record) => referenceOf(record) === reference)?.key;
    yield { guarantee, key: key ?? reference, text };
  }
  for (const [what, count] of Object.entries(leftOver)) {
    if (count !== 0) yield { guarantee: 'I8', key: undefined, text: `${count} ${what} at rest` };
  }
  yield* cardDataIn(world);
}
