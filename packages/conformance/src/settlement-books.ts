// Settlement vectors about days and books: net, cut-off, value date, totals, reconciliation, reserve.
import {
  type MoneyLine,
  type NetItem,
  type NetItemKind,
  type ReserveEvent,
  type ReserveHolding,
  type ReserveMovement,
  type SwitchLine,
  applyReserveEvent,
  businessCalendar,
  netItemKinds,
  netSettlement,
  openPostingBook,
  reconcile,
  valueDate,
} from '@chipswitch/ledger';
import {
  type BatchItem,
  type BatchItemKind,
  batchTotals,
  totalsDifferences,
  totalsFields,
} from '@chipswitch/transaction';
import type { SettlementRule } from './kinds-settlement.ts';
import { catching, decimalIn, roundingIn, valueOf } from './settlement-prices.ts';
import {
  AnyOf,
  Balances,
  type Fields,
  amountOf,
  fieldsOf,
  pick,
  pickList,
  textOf,
} from './vector-values.ts';

const optionalAmount = (value: unknown): bigint | undefined =>
  value === undefined || value === null ? undefined : amountOf(value);

/** Kinds of items that vectors may write in another way. */
const netKinds: Readonly<Record<string, NetItemKind>> = {
  ...Object.fromEntries(netItemKinds.map((kind) => [kind, kind])),
  purchase: 'sale',
  representment: 'chargeback-reversal',
  'carried-forward': 'adjustment',
  'carry-forward': 'adjustment',
};

const net = catching((input) => {
  const items = pickList(input, 'items').map((value): NetItem => {
    const fields = fieldsOf(value);
    const kind = netKinds[String(fields['kind'] ?? fields['type'])];
    if (kind === undefined) throw new Error('an item of a kind that is not known');
    return {
      kind,
      amountMinor: amountOf(fields['amount'], 0n),
      feeMinor: amountOf(fields['fee'], 0n),
      feeReturnedMinor: amountOf(fields['feeReturned'], 0n),
    };
  });
  const carried = pick(input, 'carriedForward', 'carryForward', 'broughtForward', 'carried');
  const minPayoutMinor = optionalAmount(pick(input, 'minPayout', 'minimumPayout'));
  const day = netSettlement(items, {
    reserveRate: decimalIn(input['reserveRate'] ?? '0'),
    rounding: roundingIn(input),
    carriedForwardMinor: amountOf(carried, 0n),
    ...(minPayoutMinor === undefined ? {} : { minPayoutMinor }),
  });
  return {
    gross: day.grossMinor,
    refunds: day.refundsMinor,
    reversals: day.reversalsMinor,
    chargebacks: day.chargebacksMinor,
    fees: day.feesMinor,
    reserveHeld: day.reserveHeldMinor,
    reserveReleased: day.reserveReleasedMinor,
    adjustments: day.adjustmentsMinor,
    carriedForward: new AnyOf(day.carriedForwardMinor, day.carryForwardMinor),
    broughtForward: day.carriedForwardMinor,
    net: day.netMinor,
    payout: day.payoutMinor,
    carryForward: day.carryForwardMinor,
  };
});

/** An instant as RFC 3339 in UTC, with a fraction only where there is one. */
function instantText(instantMs: number | undefined): string | undefined {
  if (instantMs === undefined) return undefined;
  return new Date(instantMs).toISOString().replace('.000Z', 'Z');
}

const cutoff = catching((input) => {
  const timeZone = String(input['timeZone']);
  const calendar = valueOf(businessCalendar({ timeZone, cutOff: String(input['cutOff']) }));
  const businessDates = pickList(input, 'instants').map((instant) =>
    calendar.businessDate(Date.parse(String(instant))),
  );
  const cuts = pickList(input, 'cutOffFor').map((date) =>
    instantText(calendar.cutOffMs(String(date))),
  );
  return { businessDates, cutOffInstant: cuts, cutOffInstants: cuts };
});

const valueDates = catching((input) => {
  const calendars = fieldsOf(input['calendars']);
  const used = pickList(input, 'use', 'apply').map(String);
  const holidays = Object.entries(calendars)
    .filter(([name]) => used.length === 0 || used.includes(name))
    .flatMap(([, dates]) => (Array.isArray(dates) ? dates.map(String) : []));
  const terms = {
    lagDays: Number(textOf(input['lag']) ?? '0'),
    weekend: new Set(pickList(input, 'weekend').map(Number)),
    holidays: new Set(holidays),
  };
  const dates = pickList(input, 'businessDates').map((date) =>
    valueOf(valueDate(terms, String(date))),
  );
  return { valueDates: dates };
});

const batchKinds: Readonly<Record<string, BatchItemKind>> = {
  sale: 'sale',
  purchase: 'sale',
  'sale-reversal': 'sale-reversal',
  'purchase-reversal': 'sale-reversal',
  refund: 'refund',
  'refund-reversal': 'refund-reversal',
};

const totals = catching((input) => {
  const items = pickList(input, 'transactions').flatMap((value): BatchItem[] => {
    const fields = fieldsOf(value);
    if ((fields['status'] ?? 'approved') !== 'approved') return [];
    const kind = batchKinds[String(fields['type'])];
    if (kind === undefined) throw new Error(`type ${String(fields['type'])} is not known`);
    return [{ kind, amountMinor: amountOf(fields['amount']) }];
  });
  const host = valueOf(totalsFields(batchTotals(items)));
  const differences = totalsDifferences(host, fieldsOf(input['terminal']));
  return { host, differences, agreed: differences.length === 0 };
});

function moneyLine(value: unknown): MoneyLine {
  const fields = fieldsOf(value);
  const seq = textOf(fields['seq']);
  const currency = textOf(fields['currency']);
  return {
    ref: String(fields['ref']),
    amountMinor: amountOf(fields['amount']),
    type: lineType(fields),
    ...(seq === undefined ? {} : { seq }),
    ...(currency === undefined ? {} : { currency }),
  };
}

function lineType(fields: Fields): 'sale' | 'refund' | 'reversal' {
  const type = fields['type'];
  return type === 'refund' || type === 'reversal' ? type : 'sale';
}

function switchLine(value: unknown, businessDate: string): SwitchLine {
  const fields = fieldsOf(value);
  return {
    ref: String(fields['ref']),
    amountMinor: amountOf(fields['amount']),
    type: lineType(fields),
    status: (textOf(fields['status']) ?? 'approved') as SwitchLine['status'],
    businessDate: textOf(fields['businessDate']) ?? businessDate,
    afterFileCut: fields['afterFileCut'] === true,
  };
}

const reconciliation = catching((input) => {
  const businessDate = String(input['businessDate']);
  const { matched, exceptions } = reconcile({
    businessDate,
    switchLines: pickList(input, 'switch').map((value) => switchLine(value, businessDate)),
    ledgerLines: pickList(input, 'ledger').map(moneyLine),
    clearingLines: pickList(input, 'clearing').map(moneyLine),
    overCapture: decimalIn(input['overCapture'] ?? '0'),
  });
  const rows = exceptions.map(({ code, ref, amountMinor }) => ({ code, ref, amount: amountMinor }));
  return { matched, exceptions: rows };
});

/** Legs as objects; a vector may also write them as `{ account: amount }`. */
function listedLegs(transaction: Fields): Fields[] {
  const listed = pickList(transaction, 'postings', 'entries', 'legs').map(fieldsOf);
  const byAccount = fieldsOf(pick(transaction, 'postings', 'entries', 'legs'));
  const named = Object.entries(byAccount).map(([account, amount]) => ({ account, amount }));
  return [...listed, ...named];
}

const postings = catching((input) => {
  const book = openPostingBook();
  const ids: Record<'booked' | 'repeated' | 'refused', string[]> = {
    booked: [],
    repeated: [],
    refused: [],
  };
  const results = pickList(input, 'transactions', 'entries').map((value) => {
    const fields = fieldsOf(value);
    const id = String(fields['id']);
    const legs = listedLegs(fields).map((leg) => {
      const account = String(leg['account']);
      const currency = textOf(leg['currency']);
      // Positive is a debit; a vector may also name the side.
      const credit = leg['credit'] === undefined ? undefined : 0n - amountOf(leg['credit']);
      const amountMinor = amountOf(pick(leg, 'amount', 'debit') ?? credit);
      return currency === undefined ? { account, amountMinor } : { account, amountMinor, currency };
    });
    const outcome = book.post({ id, postings: legs });
    ids[outcome].push(id);
    const booked = outcome === 'booked';
    const words = {
      booked: ['booked', 'posted', 'accepted', 'applied', 'ok', true],
      repeated: ['repeated', 'duplicate', 'ignored', 'no-effect', 'repeat', false],
      refused: ['refused', 'rejected', 'unbalanced', false],
    }[outcome];
    const word = new AnyOf(...words);
    const row = { id, status: word, result: word, outcome: word, accepted: booked };
    return new AnyOf(...words, row);
  });
  const sum = [...book.balances.values()].reduce((total: bigint, one) => total + one, 0n);
  return {
    balances: new Balances(book.balances),
    accepted: ids.booked,
    posted: ids.booked,
    booked: ids.booked,
    applied: ids.booked,
    refused: ids.refused,
    rejected: ids.refused,
    repeated: ids.repeated,
    duplicates: ids.repeated,
    ignored: ids.repeated,
    results,
    transactions: results,
    sum,
    total: sum,
    trialBalance: sum,
  };
});

function reserveEvent(value: unknown): ReserveEvent[] {
  const fields = fieldsOf(value);
  const date = String(fields['date']);
  const sales = pick(fields, 'sales', 'volume', 'gross');
  const isDraw = fields['kind'] === 'draw' || fields['type'] === 'draw';
  const drawn = fields['draw'] ?? (isDraw ? fields['amount'] : undefined);
  const dueDate = textOf(pick(fields, 'due', 'dueDate', 'releaseDate'));
  const events: ReserveEvent[] = [];
  if (sales !== undefined || drawn === undefined) {
    const day = { kind: 'day', date, salesMinor: amountOf(sales ?? fields['amount'], 0n) } as const;
    events.push(dueDate === undefined ? day : { ...day, dueDate });
  }
  if (drawn !== undefined) events.push({ kind: 'draw', date, amountMinor: amountOf(drawn) });
  return events;
}

/** The reserve's events in order of their dates; a day that also draws is two events. */
function reserveEvents(input: Fields): ReserveEvent[] {
  const days = pickList(input, 'days', 'events', 'movements').flatMap(reserveEvent);
  const draws = pickList(input, 'draws').map((value): ReserveEvent => {
    const { date, amount } = fieldsOf(value);
    return { kind: 'draw', date: String(date), amountMinor: amountOf(amount) };
  });
  if (draws.length === 0) return days;
  return [...days, ...draws].sort((a, b) => Date.parse(a.date) - Date.parse(b.date));
}

/** The number of days something is held, under whatever name the vector gives it. */
function holdDaysIn(input: Fields): number {
  const whole = Object.entries(input).filter(([, value]) => /^\d{1,4}$/.test(textOf(value) ?? ''));
  const named = (form: RegExp) => whole.find(([name]) => form.test(name))?.[1];
  return Number(named(/days/i) ?? named(/after|hold|lag|delay|term|period/i));
}

function holdingRows(holdings: readonly ReserveHolding[]): Fields[] {
  return holdings.map(({ dueDate, amountMinor }) => ({
    due: dueDate,
    dueDate,
    releaseDate: dueDate,
    amount: amountMinor,
  }));
}

function mergeByDate(rows: readonly (Fields & { date: string })[]): Fields[] {
  const merged: (Fields & { date: string })[] = [];
  for (const row of rows) {
    const last = merged.at(-1);
    if (last === undefined || last.date !== row.date || !row['isDraw']) {
      merged.push(row);
      continue;
    }
    const { released, held } = last;
    merged[merged.length - 1] = { ...row, released, held };
  }
  return merged;
}

const reserve = catching((input) => {
  const target = optionalAmount(pick(input, 'target', 'targetAmount', 'cap'));
  const terms = {
    rate: decimalIn(pick(input, 'rate', 'reserveRate', 'holdRate')),
    rounding: roundingIn(input),
    holdDays: holdDaysIn(input),
    ...(target === undefined ? {} : { targetMinor: target }),
  };
  let holdings: readonly ReserveHolding[] = pickList(input, 'holdings', 'opening').map((value) => {
    const fields = fieldsOf(value);
    const dueDate = String(pick(fields, 'due', 'dueDate', 'releaseDate'));
    return { dueDate, amountMinor: amountOf(fields['amount']) };
  });
  const moved: ReserveMovement[] = [];
  const rows = reserveEvents(input).map((event) => {
    const movement = valueOf(applyReserveEvent(terms, holdings, event));
    holdings = movement.holdings;
    moved.push(movement);
    return {
      date: event.date,
      isDraw: event.kind === 'draw',
      released: movement.releasedMinor,
      held: movement.heldMinor,
      drawn: movement.drawnMinor,
      shortfall: movement.shortfallMinor,
      balance: movement.balanceMinor,
      reserve: movement.balanceMinor,
      holdings: holdingRows(movement.holdings),
    };
  });
  const list = new AnyOf(rows, mergeByDate(rows));
  const column = (of: (movement: ReserveMovement) => bigint) =>
    new AnyOf(
      moved.map(of),
      moved.reduce((sum, movement) => sum + of(movement), 0n),
    );
  const balance = moved.at(-1)?.balanceMinor ?? 0n;
  return {
    days: list,
    results: list,
    events: list,
    movements: list,
    released: column((movement) => movement.releasedMinor),
    held: column((movement) => movement.heldMinor),
    drawn: column((movement) => movement.drawnMinor),
    balances: moved.map((movement) => movement.balanceMinor),
    balance: new AnyOf(
      balance,
      moved.map((movement) => movement.balanceMinor),
    ),
    holdings: holdingRows(holdings),
  };
});

/** Checks about days and books, by kind. */
export const settlementBooks: Readonly<Record<string, SettlementRule>> = {
  net,
  cutoff,
  valueDate: valueDates,
  totals,
  reconcile: reconciliation,
  postings,
  reserve,
};
