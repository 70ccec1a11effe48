// A reversal that comes before its original: the original is refused when it arrives, whatever its class.
import type { PaymentJournal } from '@chipswitch/ledger';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import type { Desk } from '../../src/desk.ts';
import { type StageStand, openStageStand, purchaseOf } from './stage-stand.ts';

const originals: readonly (readonly [string, Partial<IsoMessage>])[] = [
  ['a purchase (0200)', {}],
  ['a pre-authorization (0100)', { mti: '0100', de3: '030000', de25: '06' }],
  ['an account status (0100)', { mti: '0100', de4: '000000000000' }],
  ['an offline purchase (0220)', { mti: '0220' }],
];

async function codeOf(stand: StageStand, message: IsoMessage): Promise<string | undefined> {
  const { answer } = await stand.ask(message);
  return textOf(answer() ?? { mti: '' }, 39);
}

const reversalOf = ({ de25: _condition, ...message }: IsoMessage): IsoMessage => ({
  ...message,
  mti: '0400',
});

function withSecondOpenAway({ journal }: Desk): Partial<Desk> {
  let opens = 0;
  const away = { ok: false, error: { code: 'journal-unavailable' } } as const;
  const open: PaymentJournal['open'] = async (payment) =>
    ++opens === 2 ? away : journal.open(payment);
  return { journal: { ...journal, open } };
}

describe('I3: the reversal of an original that nobody knows', () => {
  it.each(originals)('lets it be refused when it comes: %s', async (_name, more) => {
    const stand = openStageStand();
    const message = purchaseOf('000001', more);
    expect(await codeOf(stand, reversalOf(message))).toBe('25');
    expect(await codeOf(stand, message)).toBe('12');
    expect(stand.written).toEqual([]);
  });
  it.each(originals)('is 25 again when it is repeated, and before %s too', async (_name, more) => {
    const stand = openStageStand();
    const message = purchaseOf('000001', more);
    expect(await codeOf(stand, reversalOf(message))).toBe('25');
    expect(await codeOf(stand, reversalOf(message))).toBe('00');
    expect(await codeOf(stand, message)).toBe('12');
  });
  it.each(originals)(
    'is put everywhere by its repeat, where it was away half way: %s',
    async (_name, more) => {
      const stand = openStageStand(withSecondOpenAway);
      const message = purchaseOf('000001', more);
      expect(await codeOf(stand, reversalOf(message))).toBe('96');
      expect(await codeOf(stand, reversalOf(message))).toBe('00');
      expect(await codeOf(stand, message)).toBe('12');
    },
  );
  it('undoes an original that came when half of them were there', async () => {
    const stand = openStageStand(withSecondOpenAway);
    const message = purchaseOf('000001', { mti: '0100', de3: '030000', de25: '06' });
    expect(await codeOf(stand, reversalOf(message))).toBe('96');
    await stand.ask(message);
    await stand.hostAnswers('00');
    expect(await codeOf(stand, reversalOf(message))).toBe('00');
    const states = [...stand.journal.payments.values()].map(({ kind, state }) => [kind, state]);
    expect(states).toEqual([
      ['tombstone', 'REVERSED'],
      ['preauthorisation', 'REVERSAL_SENT'],
    ]);
  });
  it('that DE 90 says the class of touches no other', async () => {
    const stand = openStageStand();
    const message = purchaseOf('000001', { mti: '0100', de3: '030000', de25: '06' });
    const de90 = `0200000001112212000000000000000000000000000${'0'.repeat(42)}`.slice(0, 42);
    expect(await codeOf(stand, { ...reversalOf(message), de90 })).toBe('25');
    expect(await codeOf(stand, message)).toBeUndefined();
    expect(stand.written).toHaveLength(1);
  });
});
