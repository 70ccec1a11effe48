// 0302: the file of hot cards is changed by a terminal that may, and by nobody else; every refusal has its own code.
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import type { Desk } from '../../src/desk.ts';
import type { HotCardChange, HotCardFile, HotCardOutcome } from '../../src/hot-card-file.ts';
import { type StageStand, openStageStand, purchaseOf } from './stage-stand.ts';

function standOf(
  outcome: HotCardOutcome,
  options: { readonly may?: boolean; readonly served?: boolean } = {},
): { stand: StageStand; changes: HotCardChange[] } {
  const { may = true, served = true } = options;
  const changes: HotCardChange[] = [];
  const hotCards: HotCardFile = {
    change: async (change) => {
      changes.push(change);
      return outcome;
    },
  };
  const stand = openStageStand(({ terminals }: Desk) => ({
    ...(served ? { hotCards } : {}),
    terminals: new Map(
      [...terminals].map(([id, terminal]) => [id, { ...terminal, updatesFiles: may }]),
    ),
  }));
  return { stand, changes };
}

const update = (more: Partial<IsoMessage> = {}): IsoMessage =>
  purchaseOf('000001', {
    mti: '0302',
    de3: undefined,
    de4: undefined,
    de91: '1',
    de101: 'HOTCARD',
    ...more,
  });

async function answerTo(stand: StageStand, message: IsoMessage): Promise<string> {
  const { answer } = await stand.ask(message);
  const given = answer();
  return given === undefined ? 'no answer' : `${given.mti} ${textOf(given, 39)}`;
}

describe('0302: the file of hot cards', () => {
  it.each([
    ['1', 'add'],
    ['2', 'change'],
    ['3', 'delete'],
    ['5', 'ask'],
  ])('DE 91 %s: %s', async (de91, action) => {
    const { stand, changes } = standOf('done');
    expect(await answerTo(stand, update({ de91 }))).toBe('0312 00');
    expect(changes).toMatchObject([{ action, by: 'TERM0001', panTruncated: '476173******0119' }]);
    expect(JSON.stringify(changes)).not.toContain('4761739001010119');
    expect(stand.written).toEqual([]);
    expect(stand.journal.payments.size).toBe(0);
  });
  it.each([
    ['done', '00'],
    ['not-found', '25'],
    ['already-there', '26'],
    ['unavailable', '29'],
  ] as const)('what came of it: %s is %s', async (outcome, code) => {
    expect(await answerTo(standOf(outcome).stand, update())).toBe(`0312 ${code}`);
  });
  it.each([
    ['a repeat is the same question', { mti: '0303' }, '0312 00'],
    ['another file', { de101: 'STOPLIST' }, '0312 24'],
    ['no file', { de101: undefined }, '0312 24'],
    ['an action that is none', { de91: '9' }, '0312 27'],
    ['no action', { de91: undefined }, '0312 27'],
    ['a card that is none', { de2: '4761739001010118' }, '0312 14'],
    ['no card', { de2: undefined }, '0312 14'],
    ['a terminal that nobody knows', { de41: 'NOBODY01' }, '0312 03'],
  ])('%s', async (_name, more, words) => {
    expect(await answerTo(standOf('done').stand, update(more))).toBe(words);
  });
  it('a terminal that may not is refused 58, a switch without the file 40', async () => {
    const barred = standOf('done', { may: false });
    expect(await answerTo(barred.stand, update())).toBe('0312 58');
    expect(barred.changes).toEqual([]);
    const without = standOf('done', { served: false });
    expect(await answerTo(without.stand, update())).toBe('0312 40');
  });
});
