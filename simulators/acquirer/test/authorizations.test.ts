// The issuer behind a host: what each kind does to the card's account, to what is held of it, and to the book.
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import { HostAuthorizations } from '../src/authorizations.ts';
import { HostBook } from '../src/book.ts';
import { IssuerDesk } from '../src/issuer.ts';

const pan = '4761739001010119';

function open(balanceMinor = '10000') {
  const book = new HostBook();
  const account = { pan, pin: '1234', status: 'active', balanceMinor } as const;
  const issuers = new IssuerDesk([], [account], '0123456789ABCDEFFEDCBA9876543210');
  const host = new HostAuthorizations({ name: 'a', issuers, book });
  /** Ledger balance and free balance. */
  const balances = (): [number, number] => {
    const text = issuers.balances({ mti: '0200', de2: pan, de3: '310000', de49: '156' });
    const of = (at: number): number =>
      Number(text.slice(at + 8, at + 20)) * (text[at + 7] === 'D' ? -1 : 1);
    return [of(0), of(20)];
  };
  return { book, host, balances };
}

let lastStan = 0;
function message(amount: number, more: Partial<IsoMessage> = {}): IsoMessage {
  const stan = String(++lastStan).padStart(6, '0');
  return {
    mti: '0200',
    de2: pan,
    de3: '000000',
    de4: String(amount).padStart(12, '0'),
    de7: '1122021107',
    de11: stan,
    de37: `6335${stan.padStart(8, '0')}`,
    de41: 'TERM0001',
    de49: '156',
    ...more,
  };
}
const de90 = (original: IsoMessage): string =>
  [original.mti, textOf(original, 11), textOf(original, 7), '0'.repeat(22)].join('');
const hold = (amount: number): IsoMessage => message(amount, { mti: '0100', de3: '030000' });
const reversalOf = (original: IsoMessage, more: Partial<IsoMessage> = {}): IsoMessage => ({
  ...original,
  mti: '0420',
  de90: de90(original),
  ...more,
});

describe('one message of each kind', () => {
  it.each([
    ['a sale', message(1_000), [9_000, 9_000]],
    ['cash at a counter', message(1_000, { de3: '010000' }), [9_000, 9_000]],
    ['goods with cash', message(1_000, { de3: '090000' }), [9_000, 9_000]],
    ['a refund', message(1_000, { de3: '200000' }), [11_000, 11_000]],
    ['a load', message(1_000, { de3: '280000' }), [11_000, 11_000]],
    ['a load by cash', message(1_000, { de3: '630000' }), [11_000, 11_000]],
    ['an activation', message(1_000, { de3: '720000' }), [11_000, 11_000]],
    ['an unload', message(1_000, { de3: '170000' }), [9_000, 9_000]],
    ['a hold', hold(1_000), [10_000, 9_000]],
    ['a status inquiry', hold(0), [10_000, 10_000]],
    ['a balance inquiry', message(0, { de3: '310000' }), [10_000, 10_000]],
  ] as const)('%s moves the account, and its reversal moves it back', (_name, asked, after) => {
    const { host, balances, book } = open();
    expect(host.request(asked).responseCode).toBe('00');
    expect(balances()).toEqual(after);
    // The same again has no second effect.
    expect(host.request(asked).responseCode).toBe('00');
    expect(balances()).toEqual(after);
    expect(host.reversal(reversalOf(asked))).toBe('00');
    expect(host.reversal(reversalOf(asked, { mti: '0421' }))).toBe('00');
    expect(balances()).toEqual([10_000, 10_000]);
    const sum = (of: 'movedMinor' | 'heldMinor'): number =>
      book.entries.reduce((total, entry) => total + Number(entry[of]), 0);
    expect([sum('movedMinor'), sum('heldMinor')]).toEqual([0, 0]);
  });
  it('a balance inquiry is answered with DE 54, held money apart', () => {
    const { host } = open();
    host.request(hold(1_000));
    expect(host.request(message(0, { de3: '310000' })).additionalAmounts).toBe(
      '0001156C0000000100000002156C000000009000',
    );
  });
  it.each([
    ['what is on it', message(10_100), '51'],
    ['a processing code that is not served', message(100, { de3: '990000' }), '12'],
    ['an increment of nothing', { ...hold(100), de90: de90(hold(1)) }, '25'],
    ['a completion of nothing', message(100, { de25: '06' }), '25'],
    ['a refund of nothing that was', message(100, { de3: '200000', de90: de90(hold(1)) }), '25'],
    ['another card', message(100, { de2: '4111111111111111' }), '14'],
  ] as const)('beyond %s is declined and moves nothing', (_name, asked, code) => {
    const { host, balances } = open();
    expect(host.request(asked).responseCode).toBe(code);
    expect(balances()).toEqual([10_000, 10_000]);
  });
  it('a part that is approved moves that part', () => {
    const { host, balances } = open();
    expect(host.request(message(1_010))).toMatchObject({ responseCode: '10', amountMinor: 505n });
    expect(balances()).toEqual([9_495, 9_495]);
  });
});

describe('what draws on another', () => {
  const sequence = (amount: number, original: IsoMessage, of = ''): IsoMessage =>
    message(amount, {
      de25: '06',
      de90: de90(original),
      ...(of === '' ? {} : { de48: `6104${of}` }),
    });
  it('an increment raises the hold, completions take it, the last one ends it', () => {
    const { host, balances } = open();
    const held = hold(1_000);
    host.request(held);
    host.request({ ...hold(500), de90: de90(held) });
    expect(balances()).toEqual([10_000, 8_500]);
    host.request(sequence(400, held, '0102'));
    expect(balances()).toEqual([9_600, 8_500]);
    host.request(sequence(600, held, '0202'));
    expect(balances()).toEqual([9_000, 9_000]);
    expect(host.request(sequence(1, held)).responseCode).toBe('64');
  });
  it('a completion that is told, and its reversal: the hold stands again', () => {
    const { host, balances } = open();
    const held = hold(1_000);
    host.request(held);
    const told = sequence(900, held);
    expect(host.advice({ ...told, mti: '0220' })).toBe('00');
    expect(host.advice({ ...told, mti: '0221' })).toBe('00');
    expect(balances()).toEqual([9_100, 9_100]);
    host.reversal(reversalOf({ ...told, mti: '0220' }));
    expect(balances()).toEqual([10_000, 9_000]);
  });
  it('a void of a hold lets go what is left', () => {
    const { host, balances } = open();
    const held = hold(1_000);
    host.request(held);
    host.request(sequence(300, held, '0102'));
    host.request(message(700, { mti: '0100', de3: '200000', de90: de90(held) }));
    expect(balances()).toEqual([9_700, 9_700]);
  });
  it('refunds stay within the sale and its tip', () => {
    const { host, balances } = open();
    const sale = message(1_000);
    host.request(sale);
    host.advice({ ...message(1_200), mti: '0220', de90: de90(sale) });
    expect(balances()).toEqual([8_800, 8_800]);
    const refund = (amount: number): IsoMessage =>
      message(amount, { de3: '200000', de90: de90(sale) });
    expect(host.request(refund(1_201)).responseCode).toBe('64');
    expect(host.request(refund(700)).responseCode).toBe('00');
    expect(host.request(refund(501)).responseCode).toBe('64');
    expect(host.request(refund(500)).responseCode).toBe('00');
    expect(balances()).toEqual([10_000, 10_000]);
  });
  it.each([
    ['a sale', message(1_000), [9_400, 9_400]],
    ['a hold', hold(1_000), [10_000, 9_400]],
  ] as const)('DE 95 takes back a part of %s', (_name, asked, after) => {
    const { host, balances, book } = open();
    host.request(asked);
    const de95 = `000000000600${'0'.repeat(12)}D00000000D00000000`;
    expect(host.reversal(reversalOf(asked, { de95 }))).toBe('00');
    expect(balances()).toEqual(after);
    expect(book.entries.at(-1)).toMatchObject({ effect: 'partly-reversed' });
  });
  it('an advice about what was referred is its approval', () => {
    const { host, balances } = open();
    const asked = message(1_001);
    expect(host.request(asked).responseCode).toBe('01');
    host.advice({ ...message(1_001), mti: '0220', de38: '778899', de90: de90(asked) });
    expect(balances()).toEqual([8_999, 8_999]);
  });
  it('a first payment by a stored credential is given the id of the scheme', () => {
    const { host } = open();
    expect(host.request(message(1_000, { de48: '2204C103' })).privateData).toMatch(
      /^6315SIM\d{12}$/,
    );
    expect(host.request(message(1_000, { de48: '2204M103' })).privateData).toBeUndefined();
  });
  it('a reversal that overtook its original keeps it from having an effect', () => {
    const { host, balances } = open();
    const sale = message(1_000);
    expect(host.reversal(reversalOf(sale))).toBe('00');
    expect(host.request(sale).responseCode).toBe('94');
    expect(host.reversal({ ...reversalOf(sale), de90: 'none' })).toBe('30');
    expect(balances()).toEqual([10_000, 10_000]);
  });
});
