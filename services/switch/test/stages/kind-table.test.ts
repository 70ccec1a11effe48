// Every message type that asks for a payment × every class of processing code × what else tells kinds apart: a kind
// that is served is journaled and goes to the host as what it is; anything else is refused by its own code, goes
// nowhere, and is never taken for a format error or for another kind.
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import { openStageStand, purchaseOf } from './stage-stand.ts';

/** First two digits of DE 3: every class of ISO 8583:1987 and the codes of its neighbours. */
const processingCodes = [
  '00',
  '01',
  '02',
  '03',
  '09',
  '17',
  '19',
  '20',
  '21',
  '22',
  '28',
  '29',
  '30',
  '31',
  '38',
  '40',
  '50',
  '60',
  '63',
  '72',
  '90',
  '92',
  '99',
] as const;
const types = ['0100', '0120', '0200', '0220'] as const;

type Expected = Readonly<Partial<Record<(typeof processingCodes)[number], string>>>;

const inquiries: Expected = { '31': 'balance-inquiry' };
const anySale: Expected = {
  ...inquiries,
  '17': 'prepaid-unload',
  '28': 'prepaid-load',
  '63': 'prepaid-load',
  '72': 'prepaid-activation',
};
const sales: Expected = { ...anySale, '00': 'purchase', '01': 'cash-advance', '09': 'cash-back' };
const holds: Expected = {
  '00': 'preauthorisation',
  '03': 'preauthorisation',
  '30': 'balance-inquiry',
  '31': 'balance-inquiry',
};

/** What each message asks for: a kind, or the code of the refusal; 40 where nothing is said. */
const variants: readonly {
  readonly name: string;
  readonly more: Partial<IsoMessage>;
  readonly expected: Readonly<Record<(typeof types)[number], Expected>>;
}[] = [
  {
    name: 'as it is',
    more: {},
    expected: {
      '0100': holds,
      '0120': {},
      '0200': { ...sales, '20': 'refund' },
      '0220': { '00': 'offline-purchase', '20': 'refund' },
    },
  },
  {
    name: 'pre-authorised (DE 25 06), naming nothing',
    more: { de25: '06' },
    expected: {
      '0100': holds,
      '0120': {},
      '0200': { ...anySale, '00': '25' },
      '0220': { '00': '25' },
    },
  },
  {
    name: 'with an approval code (DE 38)',
    more: { de38: '778899' },
    expected: {
      '0100': holds,
      '0120': { '00': 'voice-approved-hold', '03': 'voice-approved-hold' },
      '0200': { ...sales, '20': 'refund' },
      '0220': { '00': 'voice-approval', '20': 'refund' },
    },
  },
  {
    name: 'naming a payment that nobody knows (DE 37)',
    more: { de37: '633599999999' },
    expected: {
      '0100': { ...holds, '00': '25', '03': '25', '20': '25' },
      '0120': {},
      '0200': { ...sales, '02': '25', '20': '25' },
      '0220': { '00': 'offline-purchase', '20': '25' },
    },
  },
  {
    name: 'of nothing (DE 4 zero)',
    more: { de4: '000000000000' },
    expected: {
      '0100': { ...holds, '00': 'account-status', '03': 'account-status' },
      '0120': {},
      '0200': {
        '00': '13',
        '01': '13',
        '09': '13',
        '17': '13',
        '20': '13',
        '28': '13',
        '31': 'balance-inquiry',
        '63': '13',
        '72': 'prepaid-activation',
      },
      '0220': { '00': '13', '20': '13' },
    },
  },
  {
    name: 'in instalments (DE 25 64, DE 62)',
    more: { de25: '64', de62: '12' },
    expected: {
      '0100': holds,
      '0120': {},
      '0200': { ...sales, '00': 'installment', '20': 'refund' },
      '0220': { '00': 'offline-purchase', '20': 'refund' },
    },
  },
  {
    name: 'by a card on file (DE 22 10)',
    more: { de22: '102' },
    expected: {
      '0100': holds,
      '0120': {},
      '0200': { ...sales, '00': 'recurring', '20': 'refund' },
      '0220': { '00': 'offline-purchase', '20': 'refund' },
    },
  },
  {
    name: 'as a tip (DE 60 34), naming nothing',
    more: { de60: '34000001' },
    expected: {
      '0100': holds,
      '0120': {},
      '0200': { ...sales, '20': 'refund' },
      '0220': { '00': '25', '20': 'refund' },
    },
  },
];

const stand = openStageStand();
let lastStan = 0;

async function play(message: IsoMessage): Promise<{ code: string; kind: string; sent: string }> {
  const before = stand.written.length;
  const asked = await stand.ask(message);
  if (stand.written.length > before) await stand.hostAnswers('00');
  const ending = `/${textOf(message, 11)}/${message.mti[1]}`;
  const record = [...stand.journal.payments.values()].find(({ key }) => key.endsWith(ending));
  return {
    code: textOf(asked.answer() ?? {}, 39) ?? 'no answer',
    kind: record?.state === 'REFUSED' ? 'refused' : (record?.kind ?? 'none'),
    sent: stand.written.at(before)?.mti ?? 'nothing',
  };
}

describe.each(variants)('a payment $name', ({ more, expected }) => {
  const cases = types.flatMap((mti) =>
    processingCodes.map((code) => [mti, code, expected[mti][code] ?? '40'] as const),
  );
  it.each(cases)('%s, DE 3 %s: %s', async (mti, code, wanted) => {
    const stan = String(++lastStan).padStart(6, '0');
    const seen = await play(purchaseOf(stan, { ...more, mti, de3: `${code}0000` }));
    if (/^\d\d$/.test(wanted)) {
      expect(seen.code).toBe(wanted);
      expect(seen.kind).toMatch(/^(?:none|refused)$/);
      expect(seen.sent).toBe('nothing');
      return;
    }
    // A refund is asked of the host, also where the terminal tells of it.
    const sent = wanted === 'refund' ? '0200' : mti;
    expect(seen).toEqual({ code: '00', kind: wanted, sent });
  });
});
