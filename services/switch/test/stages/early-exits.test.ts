// Every way out of `authorize.ts` before a host is asked, stage by stage and by its name: the code that the terminal
// hears, that nothing is written to a host, and whether the refusal is remembered under the question's key.
import type { PaymentJournal } from '@chipswitch/ledger';
import {
  type IsoMessage,
  type RefusalReason,
  type RouteDecision,
  refusalCode,
  textOf,
} from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import { authorize } from '../../src/authorize.ts';
import type { Desk } from '../../src/desk.ts';
import { type StageStand, openStageStand, purchaseOf } from './stage-stand.ts';

type Spoil = (desk: Desk) => Partial<Desk>;

const terminalAs =
  (more: Partial<ReturnType<Desk['terminals']['get']> & object>): Spoil =>
  ({ terminals }) => ({
    terminals: new Map([...terminals].map(([id, one]) => [id, { ...one, ...more }])),
  });

/** What of a payment's reason is kept in the journal. */
function remembered({ journal }: StageStand): string | undefined {
  const refused = [...journal.payments.values()].find(({ state }) => state === 'REFUSED');
  const reason = refused?.facts['reason'];
  return typeof reason === 'string' ? reason : undefined;
}

async function codeOf(stand: StageStand, message: IsoMessage): Promise<string> {
  const { answer, isGivenUp } = await stand.ask(message);
  if (isGivenUp()) return 'no answer';
  return textOf(answer() ?? { mti: '' }, 39) ?? 'pending';
}

describe('stage: read the request', () => {
  const without = (element: number): Partial<IsoMessage> => ({ [`de${element}`]: undefined });
  it.each([
    ...[3, 11, 12, 13, 22, 41, 42, 49, 4, 2].map((e) => [`DE ${e} missing`, without(e)] as const),
    ['DE 3 of letters', { de3: '00000A' }],
    ['DE 12 that is no time', { de12: '240000' }],
    ['DE 13 that is no date', { de13: '0231' }],
    ['DE 14 that is no month', { de14: '2913' }],
    ['DE 22 of one digit', { de22: '0' }],
    ['DE 35 of another card', { de35: '4111111111111111=29122011143878089' }],
    ['DE 35 that is none', { de35: 'ABC' }],
    ['DE 48 with an id that is none', { de48: '6303A-B' }],
    ['DE 61 of a sequence backwards', { de48: '61040201' }],
  ] as const)('format-error: %s', async (_name, more) => {
    const stand = openStageStand();
    const code = await codeOf(stand, purchaseOf('000001', more));
    expect(['30', '03', '14']).toContain(code);
    expect(code).toBe(_name === 'DE 2 missing' ? '14' : '30');
    expect(stand.written).toEqual([]);
    expect(stand.journal.payments.size).toBe(0);
  });
  it.each([
    ['function-not-supported', { de3: '500000' }],
    ['function-not-supported', { mti: '0202' }],
    ['invalid-amount', { de4: '000000000000' }],
    ['invalid-card', { de2: '4761739001010118' }],
    ['invalid-card', { de2: '47617390' }],
    ['currency-not-allowed', { de49: '000' }],
  ] as const)('%s: %o', async (reason, more) => {
    const stand = openStageStand();
    expect(await codeOf(stand, purchaseOf('000001', more))).toBe(refusalCode[reason]);
    expect(stand.journal.payments.size).toBe(0);
  });
});

describe('stage: identify the terminal', () => {
  const cases: readonly (readonly [RefusalReason, Partial<IsoMessage>, Spoil, string])[] = [
    ['unknown-terminal', { de41: 'NOBODY01' }, () => ({}), '03'],
    ['unknown-terminal', { de42: 'ANOTHERMERCHANT' }, () => ({}), '03'],
    ['terminal-blocked', {}, terminalAs({ blocked: true }), '58'],
    ['overloaded', {}, () => ({ mayAsk: () => false }), 'no answer'],
  ];
  it.each(cases)('%s: %o', async (_reason, more, spoil, code) => {
    const stand = openStageStand(spoil);
    expect(await codeOf(stand, purchaseOf('000001', more))).toBe(code);
    expect(stand.written).toEqual([]);
    expect(remembered(stand)).toBeUndefined();
  });
  it.each([
    ['TERM0001', undefined],
    ['TERM0009', '63'],
  ])('certificate-differs: a link of %s', async (certifiedTerminalId, code) => {
    const stand = openStageStand();
    let answered: string | undefined;
    void authorize(stand.desk, {
      decoded: { ok: true, message: purchaseOf('000001') },
      bytes: 0,
      msLeft: () => 1_000,
      judged: () => undefined,
      connection: 1,
      certifiedTerminalId,
      answer: async (message) => {
        answered = textOf(message, 39);
        return true;
      },
      giveUp: () => undefined,
    });
    await stand.pass(1);
    expect(answered).toBe(code);
    expect(stand.written).toHaveLength(code === undefined ? 1 : 0);
  });
});

describe('stage: screen', () => {
  const cases: readonly (readonly [RefusalReason, Partial<IsoMessage>, Spoil])[] = [
    ['currency-not-allowed', { de49: '840' }, () => ({})],
    ['over-terminal-limit', { de4: '000000005001' }, terminalAs({ amountMinorMax: 5_000n })],
    ['expired-card', { de14: '2610' }, () => ({})],
    [
      'chip-card-swiped',
      { de14: undefined, de22: '902', de35: '4761739001010119=29122011143878089' },
      () => ({}),
    ],
    [
      'chip-card-swiped',
      { de14: undefined, de22: '022', de35: '4761739001010119=29126011143878089' },
      () => ({}),
    ],
    [
      'card-blocked',
      {},
      ({ vault }) => ({
        vault: { ...vault, panHmac: () => 'hot' },
        blockedPanHmacs: new Set(['hot']),
      }),
    ],
  ];
  it.each(cases)('%s: %o', async (reason, more, spoil) => {
    const stand = openStageStand(spoil);
    const message = purchaseOf('000001', more);
    expect(await codeOf(stand, message)).toBe(refusalCode[reason]);
    expect(remembered(stand)).toBe(reason);
    expect(await codeOf(stand, { ...message, mti: '0201' })).toBe(refusalCode[reason]);
    expect(stand.written).toEqual([]);
  });
  it.each([
    ['a stripe without a chip', { de22: '902', de35: '4761739001010119=29121011143878089' }],
    ['a stripe after the chip failed', { de22: '802', de35: '4761739001010119=29122011143878089' }],
    ['the last day of the card’s month', { de14: '2611' }],
  ])('lets pass: %s', async (_name, more) => {
    const stand = openStageStand();
    const given = 'de35' in more ? { ...more, de14: undefined } : more;
    expect(await codeOf(stand, purchaseOf('000001', given))).toBe('pending');
    expect(stand.written).toHaveLength(1);
  });
});

describe('stage: hold against the original', () => {
  const open: Spoil = ({ batches, terminals }) => ({
    batches: { ...batches, isClosed: async () => false },
    terminals: new Map(
      [...terminals].map(([id, one]) => [id, { ...one, merchantCategory: '5812' }]),
    ),
  });
  const closed: Spoil = (desk) => ({
    ...open(desk),
    batches: { ...desk.batches, isClosed: async () => true },
  });
  const grocery: Spoil = ({ batches }) => ({
    batches: { ...batches, isClosed: async () => false },
  });
  const sale = purchaseOf('000001');
  const hold = purchaseOf('000001', { mti: '0100', de3: '030000', de25: '06' });
  const named = { de61: '000001000001', de38: '123456' };
  const refund = { mti: '0220', de3: '200000', ...named };
  const aVoid = { de3: '200000', ...named };
  const completion = { de25: '06', ...named };
  const tip = { mti: '0220', de60: '34000001', ...named };
  const cases: readonly (readonly [
    string,
    RefusalReason,
    IsoMessage,
    Partial<IsoMessage>,
    Spoil,
  ])[] = [
    [
      'refund of nothing that was',
      'original-not-found',
      sale,
      { ...refund, de61: '000001000009' },
      open,
    ],
    ['void that names nothing', 'original-not-found', hold, { mti: '0200', de25: '06' }, open],
    [
      'refund with another card, named by trace number',
      'original-not-found',
      sale,
      { ...refund, de2: '4111111111111111' },
      open,
    ],
    ['refund of a hold', 'original-differs', hold, refund, open],
    ['completion of a sale', 'original-differs', sale, completion, open],
    [
      'increment of a sale',
      'original-differs',
      sale,
      { mti: '0100', de3: '030000', ...named },
      open,
    ],
    ['void after the batch was closed', 'batch-closed', sale, aVoid, closed],
    [
      'tip after the batch was closed',
      'batch-closed',
      sale,
      { ...tip, de4: '000000001100' },
      closed,
    ],
    ['tip that lowers the amount', 'invalid-amount', sale, { ...tip, de4: '000000000900' }, open],
    [
      'tip where none are known',
      'not-for-this-merchant',
      sale,
      { ...tip, de4: '000000001100' },
      grocery,
    ],
    ['refund beyond the sale', 'original-used-up', sale, { ...refund, de4: '000000001001' }, open],
    ['void of a part', 'original-used-up', sale, { ...aVoid, de4: '000000000999' }, open],
    ['tip beyond the rule', 'original-used-up', sale, { ...tip, de4: '000000001251' }, open],
    [
      'completion beyond the rule',
      'original-used-up',
      hold,
      { ...completion, de4: '000000001201' },
      open,
    ],
  ];
  it.each(cases)('%s: %s', async (_name, reason, original, more, spoil) => {
    const stand = openStageStand(spoil);
    expect(await codeOf(stand, original)).toBe('pending');
    await stand.hostAnswers('00');
    await stand.pass(10);
    const before = stand.written.length;
    expect(await codeOf(stand, purchaseOf('000002', more))).toBe(refusalCode[reason]);
    expect(stand.written).toHaveLength(before);
    expect(remembered(stand)).toBe(reason);
  });
  it('already-reversed: refund of what was undone', async () => {
    const stand = openStageStand(open);
    await codeOf(stand, sale);
    await stand.hostAnswers('00');
    await stand.pass(10);
    expect(await codeOf(stand, { ...sale, mti: '0400' })).toBe('00');
    expect(await codeOf(stand, purchaseOf('000002', refund))).toBe('12');
  });
  it('original-in-use: the last completion while another is on its way', async () => {
    const stand = openStageStand(open);
    await codeOf(stand, hold);
    await stand.hostAnswers('00');
    await stand.pass(10);
    const part = { ...completion, de4: '000000000300', de48: '61040102' };
    expect(await codeOf(stand, purchaseOf('000002', part))).toBe('pending');
    const last = { ...completion, de4: '000000000400' };
    expect(await codeOf(stand, purchaseOf('000003', last))).toBe('19');
  });
});

describe('stages: route, cryptogram, PIN', () => {
  const chip = { de22: '051', de55: new Uint8Array([0x9f, 0x26, 0x01, 0x00]) };
  const pin = { de52: new Uint8Array(8) };
  const decided =
    (decision: RouteDecision): Spoil =>
    ({ routing }) => ({ routing: { ...routing, decide: () => decision } });
  const verified = decided({
    ok: true,
    route: {
      prefix: '4',
      scheme: 'visa',
      hosts: ['only'],
      cryptogram: 'verify-here',
      issuerKey: 'none',
    },
    hosts: ['only'],
    reason: { choose: 'primary-secondary', passedOver: [] },
  });
  const cases: readonly (readonly [RefusalReason, Partial<IsoMessage>, Spoil])[] = [
    ['no-route', {}, decided({ ok: false, error: { code: 'no-range' } })],
    ['host-unavailable', {}, decided({ ok: false, error: { code: 'all-drained' } })],
    ['cryptogram-failed', chip, verified],
    ['cryptogram-failed', { de22: '051', de55: new Uint8Array([0xff]) }, verified],
    ['pin-not-translated', pin, () => ({})],
  ];
  it.each(cases)('%s', async (reason, more, spoil) => {
    const stand = openStageStand(spoil);
    expect(await codeOf(stand, purchaseOf('000001', more))).toBe(refusalCode[reason]);
    expect(remembered(stand)).toBe(reason);
    expect(stand.written).toEqual([]);
  });
});

describe('stage: begin', () => {
  const journalOf =
    (more: Partial<PaymentJournal>): Spoil =>
    ({ journal }) => ({ journal: { ...journal, ...more } });
  const failed = (code: 'journal-unavailable' | 'journal-overloaded' | 'not-storable') =>
    journalOf({ open: async () => ({ ok: false, error: { code } }) });
  const cases: readonly (readonly [string, string, Spoil])[] = [
    ['journal-unavailable', 'no answer', failed('journal-unavailable')],
    ['journal-overloaded', '96', failed('journal-overloaded')],
    ['not-storable', 'no answer', failed('not-storable')],
  ];
  it.each(cases)('%s: %s', async (_name, code, spoil) => {
    const stand = openStageStand(spoil);
    expect(await codeOf(stand, purchaseOf('000001'))).toBe(code);
    expect(stand.written).toEqual([]);
    expect(stand.desk.inFlight.size).toBe(0);
  });
  it.each([
    [
      'no trace number is free',
      (({ traceNumbersOf }) => ({
        traceNumbersOf: (host) => ({ ...traceNumbersOf(host), take: () => undefined }),
      })) satisfies Spoil,
    ],
    [
      'no reference is left',
      (({ retrievalReferences }) => ({
        retrievalReferences: { ...retrievalReferences, take: () => undefined },
      })) satisfies Spoil,
    ],
  ])('overloaded: %s', async (_name, spoil) => {
    const stand = openStageStand(spoil);
    expect(await codeOf(stand, purchaseOf('000001'))).toBe('96');
    expect(stand.written).toEqual([]);
  });
});
