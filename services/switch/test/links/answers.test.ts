// What comes back over a link: found by its keys, judged by what is needed, explained where it matches nothing.
import { toHex } from '@chipswitch/bytes';
import { textOf } from '@chipswitch/transaction';
import { type Message, encodeFrame, encodeMessage, specs } from 'iso8583-js';
import { describe, expect, it } from 'vitest';
import {
  type RigHost,
  type RigLink,
  type ScriptedAnswer,
  type Speaks,
  ask,
  makeLink,
  message,
  onlyNetwork,
  openRigHost,
  settingsOf,
} from './link-rig.ts';

async function openedUp(
  script: (message: Message) => ScriptedAnswer,
  speaks: Speaks = {},
): Promise<RigLink & { host: RigHost }> {
  const host = await openRigHost((m) => onlyNetwork(m) ?? script(m), speaks);
  const rig = makeLink(settingsOf(speaks, host.port));
  await expect.poll(() => rig.link.state).toBe('up');
  return { host, ...rig };
}

/** An answer in ASCII whose bytes are changed before they leave. */
function spoiled(asked: Message, more: Partial<Message>, from: string, to: string): Uint8Array {
  const { de2, de3, de4, de7, de11, de41, de49 } = asked;
  const answer = { mti: '0210', de2, de3, de4, de7, de11, de39: '00', de41, de49, ...more };
  const encoded = encodeMessage<Message>(specs['iso1987Ascii'], answer);
  if (!encoded.ok) throw new Error(encoded.error.path);
  const hex = toHex(encoded.bytes);
  const at = hex.indexOf(from);
  if (at < 0) throw new Error('there is nothing to spoil');
  const bytes = Uint8Array.from(Buffer.from(hex.replace(from, to), 'hex'));
  return encodeFrame({ length: 'binary2' }, bytes);
}

describe('I9: a message is judged by what is needed of it', () => {
  const hexOf = (text: string): string => Buffer.from(text, 'latin1').toString('hex').toUpperCase();
  it.each([
    [48, { de48: 'cafX' }, 'cafX', '636166E9'],
    [44, { de44: 'okay' }, 'okay', '6F6BB8F6'],
    [43, { de43: 'S'.padEnd(40) }, 'S       ', '80C4E3BAC3000000'],
    [63, { de63: 'AAAA' }, 'AAAA', '00010203'],
  ])('DE %i that nobody can read stays as bytes', async (element, more, from, to) => {
    const { link, notes } = await openedUp((m) => spoiled(m, more, hexOf(from), to));
    const { answers } = ask(link, message('0200', 1));
    await expect.poll(() => answers.length).toBe(1);
    expect(textOf(answers[0], 39)).toBe('00');
    expect(toHex(answers[0][`de${element}`] as Uint8Array)).toContain(to);
    expect(notes).toContain(`DE ${element} cannot be read: kept as bytes`);
  });
  it.each([
    ['DE 39', 'de39', '3030', '30E9'],
    ['DE 4', '000000001000', hexOf('000000001000'), hexOf('00000000100X')],
    ['DE 38, which the terminal needs', { de38: 'ABC123' }, hexOf('ABC123'), '41424380C1C2'],
  ])('%s that cannot be read is no answer', async (_what, more, from, to) => {
    const values = typeof more === 'string' ? {} : more;
    const { link, counters } = await openedUp((m) => spoiled(m, values, from, to));
    const { answers } = ask(link, message('0200', 1));
    await expect.poll(() => counters.snapshot().hostFaults).toBe(1);
    expect(answers).toEqual([]);
    expect(link.state).toBe('up');
  });
  it('a length that leads nowhere is no answer either', async () => {
    const { link, counters } = await openedUp((m) =>
      spoiled(m, { de48: 'ABC' }, hexOf('003ABC'), hexOf('999ABC')),
    );
    const { answers } = ask(link, message('0200', 1));
    await expect.poll(() => counters.snapshot().hostFaults).toBe(1);
    expect(answers).toEqual([]);
  });
  it('what a host is allowed by its settings is read as if it were right', async () => {
    const { link, notes } = await openedUp(
      (m) => spoiled(m, { de38: 'ABC123' }, hexOf('ABC123'), hexOf('AB-123')),
      { lenient: ['charset'] },
    );
    const { answers } = ask(link, message('0200', 1));
    await expect.poll(() => answers.length).toBe(1);
    expect([answers[0].de38, notes.filter((note) => note.startsWith('DE'))]).toEqual([
      'AB-123',
      [],
    ]);
  });
});

describe('an answer is found', () => {
  it('by the elements that this host echoes', async () => {
    const { link } = await openedUp(() => ({ de39: '00', de41: undefined }), { matchOn: [11, 37] });
    const first = ask(link, message('0200', 1));
    const second = ask(link, message('0200', 1, { de37: '600000000002' }));
    await expect.poll(() => [first.answers.length, second.answers.length]).toEqual([1, 1]);
    expect(first.answers[0].de37).toBe('600000000001');
  });
  it('and by nothing less: 09 waits on for the true one', async () => {
    const { host, link } = await openedUp(() => ({ de39: '09' }));
    const { answers } = ask(link, message('0200', 1));
    await expect.poll(() => answers.length).toBe(1);
    expect(link.inFlight).toBe(1);
    host.say({ mti: '0210', de11: '000001', de39: '00', de41: 'TERM0001' });
    await expect.poll(() => answers.map(({ de39 }) => de39)).toEqual(['09', '00']);
    expect(link.inFlight).toBe(0);
  });
  it('that repeats an amount in the words of another edition repeats ours', async () => {
    const { link } = await openedUp(() => ({ de39: '400' }), { dialect: 'iso1993Ascii' });
    const de95 = `000000000400${'0'.repeat(12)}D00000000D00000000`;
    const { answers } = ask(link, message('0420', 1, { de39: '17', de95 }));
    await expect.poll(() => answers.length).toBe(1);
    expect(answers[0]).toMatchObject({ mti: '0430', de4: '000000001000', de39: '400' });
  });
  it('with the codes of this host in those of the standard', async () => {
    const { link } = await openedUp(() => ({ de39: 'N1' }), { responseCodes: { N1: '51' } });
    const { answers } = ask(link, message('0200', 1));
    await expect.poll(() => answers.map(({ de39 }) => de39)).toEqual(['51']);
  });
});

describe('the match doctor says why an answer matches nothing', () => {
  const told = async ({ link }: RigLink, wanted: string): Promise<void> => {
    await expect.poll(() => link.status().lastUnmatched).toBe(wanted);
  };
  it.each([
    ['another terminal', { de41: 'TERM0009' }, '0210: DE 41 is "TERM0009", asked was "TERM0001"'],
    [
      'no terminal',
      { de41: undefined },
      '0210: DE 41 is missing, asked was "TERM0001"; matchOn 11 would find it',
    ],
    ['another trace number', { de11: '000777' }, '0210: DE 11 is "000777", asked was "000001"'],
    [
      'another trace number and terminal',
      { de11: '000777', de41: 'TERM0009' },
      '0210 answers nothing that was asked',
    ],
  ])('%s', async (_what, more, wanted) => {
    const rig = await openedUp(() => ({ de39: '00', ...more }));
    ask(rig.link, message('0200', 1));
    await told(rig, wanted);
    expect(rig.notes).toContain(`unmatched answer: ${wanted}`);
    expect([rig.orphans.length, rig.link.status().unmatched]).toEqual([1, 1]);
  });
  it('answered before; and the orphan bears what the host did not echo', async () => {
    const { host, ...rig } = await openedUp(() => ({ de39: '00' }));
    const { answers } = ask(rig.link, message('0200', 1));
    await expect.poll(() => answers.length).toBe(1);
    host.say({ mti: '0210', de11: '000001', de39: '05', de41: 'TERM0001' });
    await told(rig, '0210 answers once more what was answered before');
    expect(rig.orphans).toMatchObject([{ de7: '1122021107', de11: '000001', de39: '05' }]);
  });
  it('too late', async () => {
    const { host, ...rig } = await openedUp(() => undefined);
    const asked = message('0200', 1);
    ask(rig.link, asked);
    rig.link.forget(asked);
    host.say({ mti: '0210', de11: '000001', de39: '00', de41: 'TERM0001' });
    await expect
      .poll(() => rig.link.status().lastUnmatched)
      .toMatch(/^0210 came \d+ ms after it was asked for, when nobody waited any longer$/);
  });
  it('and shows no card number, whatever the key is', async () => {
    const rig = await openedUp(() => ({ de2: '4111111111111111', de39: '00' }), {
      matchOn: [2, 11],
    });
    ask(rig.link, message('0200', 1));
    await told(rig, '0210: DE 2 is another, asked was another');
  });
});

describe('a fault at run time', () => {
  it('I2: of one line ends that line, not the process', async () => {
    const { host, link, counters } = await openedUp(() => undefined);
    host.sayBytes(Uint8Array.of(0xff, 0xff, 0xff));
    await expect.poll(() => counters.snapshot().hostFaults).toBe(1);
    await expect.poll(() => host.connections()).toBe(2);
    await expect.poll(() => link.state).toBe('up');
  });
  it('of whoever waits for an answer costs that payment its answer, and the line nothing', async () => {
    const { link, counters } = await openedUp(() => ({ de39: '00' }));
    const asked = message('0200', 1);
    link.send(asked, {
      onAnswer: () => {
        throw new Error('no room');
      },
      onLinkLost: () => undefined,
    });
    await expect.poll(() => counters.snapshot().hostFaults).toBe(1);
    const { answers } = ask(link, message('0200', 2));
    await expect.poll(() => answers.length).toBe(1);
    expect([link.state, link.inFlight]).toEqual(['up', 1]);
  });
});
