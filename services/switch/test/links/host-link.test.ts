// The link to a host over a real socket: what it takes at send, and that all of it is given back.
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import type { Message } from 'iso8583-js';
import { describe, expect, it } from 'vitest';
import {
  type RigHost,
  type RigLink,
  type ScriptedAnswer,
  makeLink,
  message,
  onlyNetwork,
  openRigHost,
  settingsOf,
} from './link-rig.ts';

async function openLink(
  script: (message: Message) => ScriptedAnswer,
  more: { echoMs?: number; answerMs?: number; inFlightMax?: number } = {},
): Promise<RigLink & { host: RigHost }> {
  const host = await openRigHost(script);
  const { answerMs = 1_000, ...settings } = more;
  const speaks = { inFlightMax: 3, ...settings, timers: { answerMs } };
  const opened = makeLink(settingsOf(speaks, host.port));
  await expect.poll(() => opened.link.state).toBe('up');
  return { ...opened, host };
}

const nobody = { onAnswer: () => undefined, onLinkLost: () => undefined };

describe('R01: a place is given back on every way out', () => {
  it('when nobody waits any longer; the answer that comes then is an orphan', async () => {
    const { link, host, orphans } = await openLink((m) =>
      m.mti === '0100' ? { de39: '00' } : onlyNetwork(m),
    );
    for (const stan of [1, 2, 3]) expect(link.send(message('0200', stan), nobody)).toBeUndefined();
    expect(link.send(message('0200', 4), nobody)).toBe('overloaded');
    for (const stan of [1, 2, 3]) link.forget(message('0200', stan));
    expect(link.inFlight).toBe(0);
    expect(link.send(message('0100', 4), nobody)).toBeUndefined();
    link.forget(message('0100', 4));
    await expect.poll(() => orphans.length).toBe(1);
    expect(host.heard.map(({ mti }) => mti)).toEqual(['0800', '0200', '0200', '0200', '0100']);
  });
  it('of an echo that is not answered, with its trace number', async () => {
    const { link, host, numbers } = await openLink(
      (m) => (m.de70 === '001' ? { de39: '00' } : undefined),
      {
        echoMs: 250,
        answerMs: 20,
      },
    );
    const heard = (code: string): number => host.heard.filter((m) => m.de70 === code).length;
    await expect.poll(() => heard('301')).toBe(1);
    // Still on the first connection: its end would free everything.
    await expect
      .poll(() => [link.inFlight, numbers.inFlight, heard('001'), link.state], { interval: 5 })
      .toEqual([0, 0, 1, 'up']);
  });
  it('of everything when the link breaks, and everybody hears of it once', async () => {
    const { link, host, numbers } = await openLink(onlyNetwork);
    const lost: number[] = [];
    for (const stan of [1, 2, 3]) {
      link.send(message('0200', stan), { ...nobody, onLinkLost: () => lost.push(stan) });
    }
    await expect.poll(() => host.heard.length).toBe(4);
    host.breakLinks();
    await expect.poll(() => lost).toEqual([1, 2, 3]);
    await expect.poll(() => link.state).toBe('up');
    expect([link.inFlight, numbers.inFlight]).toEqual([0, 0]);
  });
  it('of a message that does not fit the dialect: it is not sent', async () => {
    const { link, notes } = await openLink(onlyNetwork);
    const wrong = message('0200', 1, { de4: '12' });
    expect(link.send(wrong, nobody)).toBe('does-not-fit');
    expect(link.inFlight).toBe(0);
    expect(notes.at(-1)).toBe('0200 does not fit iso1987Ascii: too-short at 4');
  });
  it('a table full of requests has places for reversals and advices, not for ever', async () => {
    const { link } = await openLink(onlyNetwork);
    for (const stan of [1, 2, 3]) link.send(message('0200', stan), nobody);
    expect(link.send(message('0420', 4), nobody)).toBeUndefined();
    expect(link.send(message('0220', 5), nobody)).toBeUndefined();
    expect(link.send(message('0421', 6), nobody)).toBe('overloaded');
  });
});

describe('an answer is matched by class, function, trace number and terminal', () => {
  it('and never by less', async () => {
    const { link, orphans } = await openLink((m) => ({ de39: m.mti === '0800' ? '00' : '51' }));
    const answers: (string | undefined)[] = [];
    const awaiting = { ...nobody, onAnswer: (m: IsoMessage) => void answers.push(textOf(m, 39)) };
    expect(link.send(message('0200', 1), awaiting)).toBeUndefined();
    expect(link.send(message('0200', 1), awaiting)).toBe('key-in-flight');
    expect(link.send(message('0200', 1, { de41: 'TERM0002' }), awaiting)).toBeUndefined();
    await expect.poll(() => answers).toEqual(['51', '51']);
    expect(orphans).toEqual([]);
  });
  it('a link that is down sends nothing', async () => {
    const { link } = await openLink(onlyNetwork);
    link.close();
    expect(link.send(message('0200', 1), nobody)).toBe('link-down');
    expect(link.inFlight).toBe(0);
  });
});
