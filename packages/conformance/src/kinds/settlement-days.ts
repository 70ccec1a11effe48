// Settlement vectors about days and books: net, cut-off, value date, totals, reconciliation, reserve.
import { given } from '@chipswitch/bytes';
import {
  type MoneyLine,
  type NetItemKind,
  type ReserveEvent,
  type ReserveHolding,
  applyReserveEvent,
  businessCalendar,
  netSettlement,
  openPostingBook,
  readDecimal,
  reconcile,
  valueDate,
} from '@chipswitch/ledger';
import {
  type BatchItemKind,
  batchTotals,
  totalsDifferences,
  totalsFields,
} from '@chipswitch/transaction';
import * as v from 'valibot';
import {
  amount,
  boolean,
  currency,
  date,
  instant,
  list,
  maybe,
  name,
  named,
  numberFrom,
  object,
  oneOf,
  saying,
  someOf,
  text,
  timeOfDay,
  whole,
} from '../forms.ts';
import { type Kinds, kind } from '../kind.ts';
import { notNegative, positive, rounding, share, valueOf } from './settlement-fees.ts';

/** Good days: a whole number as text, within a year. */
const lag = v.pipe(whole, v.minValue(0n, 'is negative'), v.maxValue(366n, 'is above a year'));

const netItem = object({
  kind: oneOf(
    'sale',
    'refund',
    'reversal',
    'chargeback',
    'chargeback-reversal',
    'reserve-release',
    'adjustment',
  ),
  amount: saying(amount, 'positive; an adjustment carries its own sign'),
  fee: maybe(notNegative, '0'),
  feeReturned: maybe(notNegative, '0'),
});

function netMisfit({
  items,
  carriedForward,
}: {
  readonly items: readonly v.InferOutput<typeof netItem>[];
  readonly carriedForward: bigint;
}): string | undefined {
  if (items.length === 0 && carriedForward === 0n) return 'items: there is nothing to settle';
  const at = items.findIndex((item) => item.kind !== 'adjustment' && item.amount <= 0n);
  return at < 0 ? undefined : `items > ${at} > amount: is not positive`;
}

const days: Kinds = {
  net: kind({
    about: "A merchant's day: what is paid out and what is carried to the next.",
    input: object({
      currency,
      reserveRate: share,
      rounding,
      carriedForward: maybe(saying(amount, 'negative: the merchant owes'), '0'),
      minPayout: maybe(notNegative),
      items: list(netItem),
    }),
    misfit: netMisfit,
    expect: object({
      gross: amount,
      refunds: amount,
      reversals: amount,
      chargebacks: amount,
      fees: amount,
      reserveHeld: amount,
      reserveReleased: amount,
      adjustments: amount,
      net: amount,
      payout: amount,
      carryForward: amount,
    }),
    run: ({ items, minPayout, ...input }) => {
      const day = netSettlement(
        items.map((item) => ({
          kind: item.kind satisfies NetItemKind,
          amountMinor: item.amount,
          feeMinor: item.fee,
          feeReturnedMinor: item.feeReturned,
        })),
        {
          reserveRate: valueOf(readDecimal(input.reserveRate)),
          rounding: input.rounding,
          carriedForwardMinor: input.carriedForward,
          ...given({ minPayoutMinor: minPayout }),
        },
      );
      return {
        gross: day.grossMinor,
        refunds: day.refundsMinor,
        reversals: day.reversalsMinor,
        chargebacks: day.chargebacksMinor,
        fees: day.feesMinor,
        reserveHeld: day.reserveHeldMinor,
        reserveReleased: day.reserveReleasedMinor,
        adjustments: day.adjustmentsMinor,
        net: day.netMinor,
        payout: day.payoutMinor,
        carryForward: day.carryForwardMinor,
      };
    },
  }),
  cutoff: kind({
    about: 'Business dates of instants, and the instants of cut-offs.',
    input: object({
      timeZone: saying(text, 'IANA name'),
      cutOff: timeOfDay,
      instants: someOf(instant),
      cutOffFor: maybe(someOf(date)),
    }),
    expect: object({
      businessDates: list(date),
      cutOffInstant: maybe(saying(list(instant), 'only where cutOffFor is there')),
    }),
    run: ({ timeZone, cutOff, instants, cutOffFor }) => {
      const calendar = valueOf(businessCalendar({ timeZone, cutOff }));
      const instantOf = (day: string): string =>
        new Date(calendar.cutOffMs(day) ?? Number.NaN).toISOString().replace(/\.?0+Z$/, 'Z');
      return {
        businessDates: instants.map((one) => calendar.businessDate(Date.parse(one))),
        cutOffInstant: cutOffFor?.map(instantOf),
      };
    },
  }),
  valueDate: kind({
    about: 'Value dates of business dates: a lag of good days.',
    input: object({
      lag: saying(lag, 'good days'),
      weekend: saying(list(numberFrom(1, 7)), 'ISO weekdays, 1 = Monday'),
      calendars: named('name', list(date)),
      businessDates: someOf(date),
    }),
    expect: object({ valueDates: list(date) }),
    run: ({ lag, weekend, calendars, businessDates }) => {
      const holidays = new Set(Object.values(calendars).flat());
      const terms = { lagDays: Number(lag), weekend: new Set(weekend), holidays };
      return { valueDates: businessDates.map((day) => valueOf(valueDate(terms, day))) };
    },
  }),
};

const count = v.pipe(v.string(), v.regex(/^\d{10}$/), v.title('10 digits'));
const sum = v.pipe(v.string(), v.regex(/^\d{16}$/), v.title('16 digits'));
const totalsForm = object({
  DE74: count,
  DE75: count,
  DE76: count,
  DE77: count,
  DE86: sum,
  DE87: sum,
  DE88: sum,
  DE89: sum,
  DE97: v.pipe(v.string(), v.regex(/^[CD]\d{16}$/), v.title('C or D and 16 digits')),
});

const lineType = maybe(oneOf('sale', 'refund', 'reversal'), 'sale');
const ledgerLine = object({ ref: name, amount, type: lineType });
const clearingLine = object({ ref: name, amount, seq: maybe(name), type: lineType });
const moneyLine = (line: v.InferOutput<typeof clearingLine>): MoneyLine => ({
  ref: line.ref,
  amountMinor: line.amount,
  type: line.type,
  ...given({ seq: line.seq }),
});

const comparisons: Kinds = {
  totals: kind({
    about: 'Totals of a batch as ISO 8583 carries them (DE 74-77, 86-89, 97), and what differs.',
    input: object({
      currency,
      transactions: list(
        object({
          type: oneOf('sale', 'sale-reversal', 'refund', 'refund-reversal'),
          amount: positive,
        }),
      ),
      terminal: totalsForm,
    }),
    expect: object({ host: totalsForm, differences: list(text), agreed: boolean }),
    run: ({ transactions, terminal }) => {
      const items = transactions.map((one) => ({
        kind: one.type satisfies BatchItemKind,
        amountMinor: one.amount,
      }));
      const host = valueOf(totalsFields(batchTotals(items)));
      const differences = totalsDifferences(host, terminal);
      return { host, differences, agreed: differences.length === 0 };
    },
  }),
  reconcile: kind({
    about: 'Switch, ledger and clearing against each other, by reference.',
    input: object({
      businessDate: date,
      overCapture: maybe(share, '0'),
      switch: list(
        object({
          ref: name,
          amount,
          status: oneOf('approved', 'declined', 'reversed'),
          businessDate: date,
          afterFileCut: maybe(boolean, false),
        }),
      ),
      ledger: list(ledgerLine),
      clearing: list(clearingLine),
    }),
    misfit: ({ switch: lines }) =>
      new Set(lines.map(({ ref }) => ref)).size === lines.length
        ? undefined
        : 'switch: a reference stands twice',
    expect: object({
      matched: list(text),
      exceptions: list(
        object({
          code: oneOf(
            'AMOUNT_MISMATCH',
            'AWAITING_CLEARING',
            'CLEARED_BUT_DECLINED',
            'CLEARED_BUT_REVERSED',
            'CURRENCY_MISMATCH',
            'DUPLICATE_IN_CLEARING',
            'NOT_IN_CLEARING',
            'NOT_IN_LEDGER',
            'NOT_IN_SWITCH',
            'OVER_CAPTURE',
            'POSTED_BUT_DECLINED',
            'REVERSAL_NOT_POSTED',
          ),
          ref: text,
          amount,
        }),
      ),
    }),
    run: (input) => {
      const { matched, exceptions } = reconcile({
        businessDate: input.businessDate,
        switchLines: input.switch.map(({ amount: amountMinor, ...line }) => ({
          ...line,
          amountMinor,
          type: 'sale',
        })),
        ledgerLines: input.ledger.map(moneyLine),
        clearingLines: input.clearing.map(moneyLine),
        overCapture: valueOf(readDecimal(input.overCapture)),
      });
      const rows = exceptions.map(({ code, ref, amountMinor }) => ({
        code,
        ref,
        amount: amountMinor,
      }));
      return { matched, exceptions: rows };
    },
  }),
};

const reserveEvent = v.union([object({ date, sales: amount }), object({ date, draw: amount })]);

const eventOf = (event: v.InferOutput<typeof reserveEvent>): ReserveEvent =>
  'sales' in event
    ? { kind: 'day', date: event.date, salesMinor: event.sales }
    : { kind: 'draw', date: event.date, amountMinor: event.draw };

const books: Kinds = {
  postings: kind({
    about: 'A book that refuses what does not sum to zero and books an id once. True: booked.',
    input: object({
      transactions: someOf(
        object({ id: name, postings: someOf(object({ account: name, amount })) }),
      ),
    }),
    expect: object({
      transactions: list(boolean),
      balances: named('account', amount),
      total: amount,
    }),
    run: ({ transactions }) => {
      const book = openPostingBook();
      const booked = transactions.map(({ id, postings }) => {
        const legs = postings.map((leg) => ({ account: leg.account, amountMinor: leg.amount }));
        return book.post({ id, postings: legs }) === 'booked';
      });
      const total = [...book.balances.values()].reduce((all: bigint, one) => all + one, 0n);
      return { transactions: booked, balances: book.balances, total };
    },
  }),
  reserve: kind({
    about: 'A rolling reserve: a day releases, then holds; a draw takes the oldest first.',
    input: object({
      currency,
      rate: share,
      days: saying(numberFrom(1, 3650), 'calendar days from holding to the due date'),
      target: notNegative,
      rounding,
      events: someOf(reserveEvent),
    }),
    misfit: ({ events }) => {
      const at = events.findIndex(({ date: day }, index) => day < (events[index - 1]?.date ?? day));
      return at < 0 ? undefined : `events > ${at} > date: is before the one above`;
    },
    expect: object({
      steps: list(
        v.union([
          object({ date, released: amount, held: amount, balance: amount }),
          object({ date, drawn: amount, shortfall: amount, balance: amount }),
        ]),
      ),
    }),
    run: ({ rate, days: holdDays, target, rounding: rounded, events }) => {
      const reserveRate = valueOf(readDecimal(rate));
      const terms = { rate: reserveRate, rounding: rounded, holdDays, targetMinor: target };
      let holdings: readonly ReserveHolding[] = [];
      const steps = events.map((event) => {
        const moved = valueOf(applyReserveEvent(terms, holdings, eventOf(event)));
        ({ holdings } = moved);
        const balance = moved.balanceMinor;
        return 'sales' in event
          ? { date: event.date, released: moved.releasedMinor, held: moved.heldMinor, balance }
          : { date: event.date, drawn: moved.drawnMinor, shortfall: moved.shortfallMinor, balance };
      });
      return { steps };
    },
  }),
};

/** Kinds about days and books. */
export const dayKinds: Kinds = { ...days, ...comparisons, ...books };
