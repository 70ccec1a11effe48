// What a terminal hears to a message type that is not served, and to a MAC that nobody holds a key for: a code of
// its own, or that no answer comes.
import { textOf } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import { type StageStand, openStageStand, purchaseOf } from './stage-stand.ts';

async function heard(
  stand: StageStand,
  more: Parameters<typeof purchaseOf>[1],
): Promise<string | undefined> {
  const { answer, isGivenUp } = await stand.ask(purchaseOf('000001', more));
  if (isGivenUp()) return 'no answer comes';
  const message = answer();
  return message && `${message.mti} ${textOf(message, 39)}`;
}

describe('I13: a message type that is not served', () => {
  it.each([
    ['0302', '0312 40'],
    ['0202', '0212 40'],
    ['0140', '0150 40'],
    ['0600', '0610 40'],
    ['0844', '0854 40'],
    ['0210', 'no answer comes'],
    ['0430', 'no answer comes'],
    ['0810', 'no answer comes'],
    ['1200', 'no answer comes'],
    ['2100', 'no answer comes'],
    ['0290', 'no answer comes'],
    ['0000', 'no answer comes'],
  ])('%s: %s', async (mti, words) => {
    const stand = openStageStand();
    expect(await heard(stand, { mti })).toBe(words);
    expect(stand.written).toEqual([]);
    expect(stand.journal.payments.size).toBe(0);
  });
});

describe('A1: who sends what cannot be worked on', () => {
  it.each([
    ['a known terminal', {}, ['known']],
    ['a terminal that nobody knows', { de41: 'NOBODY01' }, ['unknown-terminal']],
    ['a known terminal of another acceptor', { de42: 'SOMEBODY ELSE  ' }, ['unknown-terminal']],
  ])('is judged: %s', async (_who, more, judged) => {
    for (const wrong of [{ mti: '0302' }, { de3: '990000' }, { mti: '0200', de49: undefined }]) {
      const stand = openStageStand();
      const { judgements } = await stand.ask(purchaseOf('000001', { ...more, ...wrong }));
      expect(judgements()).toEqual(judged);
    }
  });
});

describe('I14: a MAC that nobody holds a key for', () => {
  const mac = new Uint8Array([0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77]);
  const withConfig =
    (macs: 'refuse' | 'ignore') =>
    ({ config }: StageStand['desk']) => ({
      config: { ...config, listen: { ...config.listen, macs } },
    });
  it.each([
    ['0200', 'de64', '0210 40'],
    ['0200', 'de128', '0210 40'],
    ['0400', 'de64', '0410 40'],
    ['0800', 'de64', '0810 40'],
    ['0320', 'de128', '0330 40'],
  ] as const)('%s with %s is refused by default: %s', async (mti, element, words) => {
    const stand = openStageStand();
    expect(await heard(stand, { mti, [element]: mac })).toBe(words);
    expect(stand.written).toEqual([]);
    expect(stand.journal.payments.size).toBe(0);
  });
  it('is ignored where the configuration says so', async () => {
    const stand = openStageStand(withConfig('ignore'));
    const asked = await stand.ask(purchaseOf('000001', { de64: mac }));
    await stand.hostAnswers('00');
    expect(textOf(asked.answer() ?? { mti: '' }, 39)).toBe('00');
  });
  it('changes nothing for a message without one', async () => {
    const stand = openStageStand(withConfig('refuse'));
    const asked = await stand.ask(purchaseOf('000001'));
    await stand.hostAnswers('00');
    expect(textOf(asked.answer() ?? { mti: '' }, 39)).toBe('00');
  });
});
