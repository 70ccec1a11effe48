// Faults that are planted into the shipped switch by its ports, each with a guarantee that it must be seen to break.
import type { Json, PaymentJournal, PaymentRecord, PaymentStep } from '@chipswitch/ledger';
import type { IsoMessage } from '@chipswitch/transaction';
import { textOf } from '@chipswitch/transaction';
import type { Spoil } from '../src/index.ts';

/** One fault. */
export interface PlantedFault {
  readonly what: string;
  readonly breaks: string;
  readonly spoil: Spoil;
}

type Ports = Parameters<Spoil>[0];
type Awaiting = Parameters<ReturnType<Ports['linkTo']>['send']>[1];

const journal =
  (of: (journal: PaymentJournal) => Partial<PaymentJournal>): Spoil =>
  (ports) => ({ journal: { ...ports.journal, ...of(ports.journal) } });

const step = (change: (step: PaymentStep) => PaymentStep): Spoil =>
  journal((real) => ({ step: (one) => real.step(change(one)) }));

type Send = (message: IsoMessage, awaiting: Awaiting) => ReturnType<Link['send']>;
type Link = ReturnType<Ports['linkTo']>;

const link =
  (of: (real: Link, ports: Ports) => { readonly send?: Send; readonly forget?: Link['forget'] }) =>
  (ports: Ports): Partial<Ports> => ({
    linkTo: (host) => {
      const real = ports.linkTo(host);
      const spoiled = of(real, ports);
      return {
        state: real.state,
        send: spoiled.send ?? ((message, awaiting) => real.send(message, awaiting)),
        forget: spoiled.forget ?? ((message) => real.forget(message)),
      };
    },
  });

const isReversal = ({ mti }: IsoMessage): boolean => mti[1] === '4';
const isAdvice = ({ mti }: IsoMessage): boolean => mti[1] !== '4' && mti[2] === '2';
const isRequest = ({ mti }: IsoMessage): boolean => mti[2] === '0';

/** A link over which some messages go otherwise. */
const sends = (change: (message: IsoMessage, count: number) => IsoMessage): Spoil => {
  let count = 0;
  return link((real) => ({
    send: (message, awaiting) => real.send(change(message, ++count), awaiting),
  }));
};

/** A link whose answers to some messages arrive as others. */
const hears = (
  applies: (message: IsoMessage) => boolean,
  change: (answer: IsoMessage) => IsoMessage,
): Spoil =>
  link((real) => ({
    send: (message, awaiting) =>
      real.send(message, {
        ...awaiting,
        onAnswer: (answer) => awaiting.onAnswer(applies(message) ? change(answer) : answer),
      }),
  }));

const without = (facts: Readonly<Record<string, Json>> | undefined, name: string) =>
  Object.fromEntries(Object.entries(facts ?? {}).filter(([fact]) => fact !== name));

/** Every nth time. */
function everyNth(nth: number): () => boolean {
  let count = 0;
  return () => ++count % nth === 0;
}

const seen = (change: (record: PaymentRecord) => PaymentRecord): Spoil =>
  journal((real) => ({
    findByKey: async (key) => {
      const record = await real.findByKey(key);
      return record && change(record);
    },
  }));

const answers: readonly PlantedFault[] = [
  {
    what: 'an answer leaves before its commit',
    breaks: 'I2',
    spoil: journal((real) => ({
      step: async (one) => {
        void real.step(one);
        return { ok: true };
      },
    })),
  },
  {
    what: 'a repeat is answered with another amount',
    breaks: 'I4',
    spoil: seen((record) =>
      record.responseCode === '00'
        ? { ...record, facts: { ...record.facts, partialAmountMinor: '1' } }
        : record,
    ),
  },
  {
    what: 'a repeat is answered with another approval code',
    breaks: 'I4',
    spoil: seen((record) =>
      record.approvalCode === undefined ? record : { ...record, approvalCode: '000000' },
    ),
  },
  {
    what: 'an approval that was undone is given again',
    breaks: 'I4',
    spoil: seen((record) =>
      record.responseCode === '00' ? { ...record, state: 'ANSWERED' } : record,
    ),
  },
  {
    what: 'what must not change under a key is not looked at',
    breaks: 'I4',
    spoil: ({ vault }) => ({ vault: { ...vault, digest: () => 'the same' } }),
  },
  {
    what: 'every question is opened anew',
    breaks: 'I4',
    spoil: (() => {
      let count = 0;
      return journal((real) => ({
        open: (payment) => real.open({ ...payment, key: `${payment.key}/${++count}` }),
      }));
    })(),
  },
  {
    what: 'a reversal without an original leaves no tombstone',
    breaks: 'I4',
    spoil: journal((real) => ({
      open: async (payment) =>
        payment.kind === 'tombstone'
          ? {
              ok: true,
              record: { ...payment, paymentId: '0', version: 0, draws: 0, openedAtMs: 0 },
            }
          : real.open(payment),
    })),
  },
  {
    what: "a terminal's reversal is accepted and forgotten",
    breaks: 'I4',
    spoil: journal((real) => ({
      step: async (one) =>
        one.event === 'reversed by the terminal' ? { ok: true } : real.step(one),
    })),
  },
];

const effects: readonly PlantedFault[] = [
  {
    what: 'a request is sent twice, under two numbers',
    breaks: 'I1',
    spoil: link((real, ports) => ({
      send: (message, awaiting) => {
        const stan = ports.traceNumbersOf('first').take() ?? '';
        if (isRequest(message)) real.send({ ...message, de11: stan }, awaiting);
        return real.send(message, awaiting);
      },
    })),
  },
  {
    what: 'an advice is repeated under another number',
    breaks: 'I1',
    spoil: sends((message, count) =>
      isAdvice(message) && message.mti.endsWith('1')
        ? { ...message, de11: String(500_000 + count) }
        : message,
    ),
  },
  {
    what: 'a reversal names another original',
    breaks: 'I1',
    spoil: sends((message) =>
      isReversal(message)
        ? { ...message, de90: `0200999999${textOf(message, 90)?.slice(10)}` }
        : message,
    ),
  },
  {
    what: 'a reversal states another amount',
    breaks: 'I1',
    spoil: sends((message) =>
      isReversal(message) ? { ...message, de4: '000000000001' } : message,
    ),
  },
  {
    what: 'the repeats of a reversal do not say that they are',
    breaks: 'I1',
    spoil: sends((message) => ({ ...message, mti: message.mti.replace(/1$/, '0') })),
  },
  {
    what: 'a reversal goes before its original',
    breaks: 'I6',
    spoil: link((real, { clock }) => ({
      send: (message, awaiting) => {
        if (!isRequest(message)) return real.send(message, awaiting);
        clock.after(1_800, () => void real.send(message, awaiting));
        return undefined;
      },
    })),
  },
  {
    what: 'an acknowledgement counts by its arrival',
    breaks: 'I1',
    spoil: hears(
      (message) => message.mti[2] === '2',
      (answer) => ({ ...answer, de39: '00' }),
    ),
  },
  {
    what: 'a decline is taken for an approval',
    breaks: 'I1',
    spoil: hears(isRequest, (answer) =>
      answer['de39'] === '51' ? { ...answer, de39: '00' } : answer,
    ),
  },
  {
    what: 'a late approval is ignored',
    breaks: 'I1',
    spoil: journal(() => ({ findByHostReference: async () => undefined })),
  },
  {
    what: 'the journal says declined of what owes a reversal',
    breaks: 'I1',
    spoil: step((one) => (one.state === 'REVERSAL_DUE' ? { ...one, state: 'DECLINED' } : one)),
  },
  {
    what: 'a reference is given twice',
    breaks: 'I1',
    spoil: ({ retrievalReferences }) => {
      let last: string | undefined;
      const isSecond = everyNth(2);
      return {
        retrievalReferences: {
          take: (date) => (isSecond() ? last : (last = retrievalReferences.take(date))),
        },
      };
    },
  },
  {
    what: 'trace numbers come round too soon',
    breaks: 'I1',
    spoil: (ports) => ({
      traceNumbersOf: (host) => ({
        ...ports.traceNumbersOf(host),
        inFlight: 0,
        take: () => '000001',
      }),
    }),
  },
];

const follows: readonly PlantedFault[] = [
  { what: 'reversals are forgotten', breaks: 'I3', spoil: () => ({ queue: () => undefined }) },
  {
    what: 'one reversal in twenty is lost',
    breaks: 'I3',
    spoil: ({ queue }) => {
      const isLost = everyNth(20);
      return {
        queue: (payment, delayMs) => {
          if (!isLost()) queue(payment, delayMs);
        },
      };
    },
  },
  {
    what: 'a payment that was taken up again never repeats',
    breaks: 'I3',
    spoil: ({ queue }, { starts }) => ({
      queue: (payment, delayMs) => {
        if (starts === 1 || delayMs === 0) queue(payment, delayMs);
      },
    }),
  },
  {
    what: 'advices are not taken up after a restart',
    breaks: 'I3',
    spoil: journal((real) => ({
      listByState: async (...asked) =>
        (await real.listByState(...asked)).filter(({ state }) => !state.startsWith('ADVICE')),
    })),
  },
  {
    what: 'what was abandoned is not taken up before the next start',
    breaks: 'I3',
    spoil: ({ journal: real }) => {
      let lists = 0;
      return {
        journal: {
          ...real,
          listByState: async (...asked) => (++lists > 1 ? [] : real.listByState(...asked)),
        },
      };
    },
  },
  {
    what: 'a person is asked after the first try',
    breaks: 'I3',
    spoil: ({ timersOf }) => ({ timersOf: (host) => ({ ...timersOf(host), triesMax: 1 }) }),
  },
];

const books: readonly PlantedFault[] = [
  {
    what: 'nothing is booked',
    breaks: 'I1',
    spoil: step(({ booking: _booking, ...one }) => one),
  },
  {
    what: 'a reversal is not booked',
    breaks: 'I1',
    spoil: step(({ booking, ...one }) =>
      booking === undefined || one.state.startsWith('REVERS') ? one : { ...one, booking },
    ),
  },
  {
    what: 'of a partial approval the part is forgotten',
    breaks: 'I1',
    spoil: step((one) => ({ ...one, facts: without(one.facts, 'partialAmountMinor') })),
  },
  {
    what: 'a completion lets the hold stand',
    breaks: 'I5',
    spoil: step((one) => {
      const { booking } = one;
      if (booking === undefined || booking.postings.length < 4) return one;
      return { ...one, booking: { ...booking, postings: booking.postings.slice(0, 2) } };
    }),
  },
  {
    what: 'every step is booked on the first day',
    breaks: 'I5',
    spoil: () => ({ businessDate: () => '2026-11-22' }),
  },
  {
    what: 'what is given back is not held against the sale',
    breaks: 'I5',
    spoil: journal((real) => ({
      open: ({ original: _original, ...payment }) => real.open(payment),
    })),
  },
  {
    what: 'a batch forgets its refunds',
    breaks: 'I5',
    spoil: ({ batches }) => ({
      batches: {
        ...batches,
        close: (request, judge) =>
          batches.close(request, (at) => {
            const refund = { count: 0n, amountMinor: 0n };
            const totals = { ...at.open.totals, refund };
            return judge({ ...at, open: { ...at.open, totals } });
          }),
      },
    }),
  },
  {
    what: 'uploaded items are not kept',
    breaks: 'I5',
    spoil: ({ batches }) => ({ batches: { ...batches, keepItem: async () => undefined } }),
  },
];

const bounds: readonly PlantedFault[] = [
  {
    what: 'a database that hangs is waited for without end',
    breaks: 'I10',
    spoil: ({ clock, config, journal: real }) => {
      const hangs = everyNth(50);
      const { terminalMs } = config.listen;
      return {
        clock: {
          ...clock,
          after: (ms, work) => (ms === terminalMs ? () => undefined : clock.after(ms, work)),
        },
        journal: {
          ...real,
          open: (payment) => (hangs() ? new Promise(() => undefined) : real.open(payment)),
        },
      };
    },
  },
  {
    what: "places in a host's table are not given back",
    breaks: 'I8',
    spoil: link(() => ({ forget: () => undefined })),
  },
  {
    what: 'trace numbers are not given back',
    breaks: 'I8',
    spoil: (ports) => ({
      traceNumbersOf: (host) => {
        const real = ports.traceNumbersOf(host);
        return {
          take: real.take,
          hold: real.hold,
          release: () => undefined,
          get inFlight() {
            return real.inFlight;
          },
        };
      },
    }),
  },
  {
    what: 'a payment that came to rest stays in flight',
    breaks: 'I8',
    spoil: () => ({ onLeft: () => undefined }),
  },
  {
    what: 'a card number is logged',
    breaks: 'I9',
    spoil: ({ vault, log }) => ({
      vault: {
        ...vault,
        panHmac: (pan) => {
          log({ event: 'digest', pan });
          return vault.panHmac(pan);
        },
      },
    }),
  },
  {
    what: 'a card number is among the facts',
    breaks: 'I9',
    spoil: ({ vault, journal: real }) => {
      let last = '';
      return {
        vault: {
          ...vault,
          encipherPan: (pan, context) => {
            last = pan;
            return vault.encipherPan(pan, context);
          },
        },
        journal: {
          ...real,
          open: (payment) => real.open({ ...payment, facts: { ...payment.facts, pan: last } }),
        },
      };
    },
  },
];

/** All of them. */
export const plantedFaults: readonly PlantedFault[] = [
  ...answers,
  ...effects,
  ...follows,
  ...books,
  ...bounds,
];
