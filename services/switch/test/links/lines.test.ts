// Lines of a host: several, one for each message, dialled in, over TLS; the breaker and draining.
import { connect, createServer } from 'node:net';
import type { Message } from 'iso8583-js';
import { describe, expect, it } from 'vitest';
import { Breaker } from '../../src/links/breaker.ts';
import { lineChooser } from '../../src/links/line-choice.ts';
import {
  type ScriptedAnswer,
  ask,
  dialIn,
  makeLink,
  message,
  onlyNetwork,
  openRigHost,
  settingsOf,
} from './link-rig.ts';

const approving = (m: Message): ScriptedAnswer => onlyNetwork(m) ?? { de39: '00' };
const payments = (heard: readonly Message[]): number =>
  heard.filter(({ mti }) => mti[1] !== '8').length;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => void server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('several lines of a host', () => {
  async function openPair(lineChoice: string, weights = [1, 1]) {
    const hosts = [await openRigHost(approving), await openRigHost(approving)];
    const lines = hosts.map(({ port }, i) => ({ host: '127.0.0.1', port, weight: weights[i] }));
    const rig = makeLink(settingsOf({ lines, lineChoice, inFlightMax: 100 }, 0));
    await expect
      .poll(() => rig.link.status().lines.map(({ state }) => state))
      .toEqual(['up', 'up']);
    return { ...rig, hosts };
  }
  async function carry(link: Parameters<typeof ask>[0], count: number, from = 1): Promise<void> {
    const asked = Array.from({ length: count }, (_, i) => ask(link, message('0200', from + i)));
    await expect.poll(() => asked.filter(({ answers }) => answers.length === 1).length).toBe(count);
  }
  it.each([
    ['primary-standby', [1, 1], [12, 0]],
    ['round-robin', [1, 3], [6, 6]],
    ['weighted', [1, 3], [3, 9]],
  ])('%s', async (choice, weights, wanted) => {
    const { link, hosts } = await openPair(choice, weights);
    await carry(link, 12);
    expect(hosts.map(({ heard }) => payments(heard))).toEqual(wanted);
  });
  it('one breaks: what it carried is lost, the rest goes on over the other', async () => {
    const { link, hosts } = await openPair('primary-standby');
    await carry(link, 2);
    hosts[0].close();
    await expect.poll(() => link.status().lines[0].state).not.toBe('up');
    expect(link.state).toBe('up');
    await carry(link, 3, 10);
    expect(payments(hosts[1].heard)).toBe(3);
  });
  it('an answer is taken from whichever line brings it', async () => {
    const first = await openRigHost(onlyNetwork);
    const second = await openRigHost(onlyNetwork);
    const lines = [first, second].map(({ port }) => ({ host: '127.0.0.1', port }));
    const { link } = makeLink(settingsOf({ lines }, 0));
    await expect.poll(() => link.status().lines.map(({ state }) => state)).toEqual(['up', 'up']);
    const { answers } = ask(link, message('0200', 1));
    second.say({ mti: '0210', de11: '000001', de39: '00', de41: 'TERM0001' });
    await expect.poll(() => answers.length).toBe(1);
  });
});

describe('who is next', () => {
  it.each([
    ['primary-standby', [0, 1, 2], [0, 0, 0, 0]],
    ['primary-standby', [2], [2, 2]],
    ['round-robin', [0, 1, 2], [0, 1, 2, 0]],
    ['round-robin', [1, 2], [1, 2, 1]],
    ['weighted', [0, 1], [0, 1, 0, 0, 1, 0]],
    ['weighted', [], [undefined]],
  ] as const)('%s of %o', (choice, able, wanted) => {
    const choose = lineChooser([{ weight: 2 }, { weight: 1 }, { weight: 5 }], choice);
    expect(
      wanted.map(() => choose((index) => (able as readonly number[]).includes(index))),
    ).toEqual(wanted);
  });
});

describe('a connection for each message', () => {
  const speaks = { connection: 'per-message' };
  it('is opened for it, without a sign-on, and closed with its answer', async () => {
    const host = await openRigHost(approving);
    const { link } = makeLink(settingsOf(speaks, host.port));
    expect(link.state).toBe('up');
    const asked = [1, 2].map((stan) => ask(link, message('0200', stan)));
    await expect.poll(() => asked.map(({ answers }) => answers.length)).toEqual([1, 1]);
    expect([host.connections(), host.heard.map(({ mti }) => mti)]).toEqual([2, ['0200', '0200']]);
    expect([asked[0].ends, link.inFlight]).toEqual([[], 0]);
  });
  it('that cannot be opened says that nothing was sent', async () => {
    const { link } = makeLink(settingsOf(speaks, await freePort()));
    const { refused, ends } = ask(link, message('0200', 1));
    expect(refused).toBeUndefined();
    await expect.poll(() => ends).toEqual(['not sent: link-down']);
    expect([link.state, link.status().reason]).toEqual(['down', 'ECONNREFUSED']);
  });
  it('that breaks after the message has left is lost', async () => {
    const host = await openRigHost(() => undefined);
    const { link } = makeLink(settingsOf(speaks, host.port));
    const { ends } = ask(link, message('0200', 1));
    await expect.poll(() => host.heard.length).toBe(1);
    host.breakLinks();
    await expect.poll(() => ends).toEqual(['lost']);
  });
  it('is given up when nobody waits any longer', async () => {
    const host = await openRigHost(() => undefined);
    const { link } = makeLink(settingsOf(speaks, host.port));
    const asked = message('0200', 1);
    const { ends } = ask(link, asked);
    await expect.poll(() => host.heard.length).toBe(1);
    link.forget(asked);
    expect([link.inFlight, ends]).toEqual([0, []]);
  });
  it('is up again once one is open', async () => {
    const port = await freePort();
    const { link } = makeLink(settingsOf(speaks, port));
    ask(link, message('0200', 1));
    await expect.poll(() => link.state).toBe('down');
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
    await expect.poll(() => link.state).toBe('up');
    link.close();
    server.close();
  });
});

describe('a host that dials in', () => {
  const speaks = { connection: 'dials-in', signOn: 'by-host', echo: 'none' };
  it('is asked over its connection, once it has signed on', async () => {
    const port = await freePort();
    const { link } = makeLink(settingsOf(speaks, port));
    expect(link.status().reason).toContain('the host has not dialled in');
    const host = dialIn(connect({ host: '127.0.0.1', port }), approving);
    await expect.poll(() => link.state).toBe('signing-on');
    host.say({ mti: '0800', de11: '900001', de70: '001' });
    await expect.poll(() => link.state).toBe('up');
    const { answers } = ask(link, message('0200', 1));
    await expect.poll(() => answers.length).toBe(1);
  });
  it('dials in again: the newest connection counts, what the old one carried is lost', async () => {
    const port = await freePort();
    const { link, notes } = makeLink(settingsOf({ ...speaks, signOn: 'none' }, port));
    dialIn(connect({ host: '127.0.0.1', port }), () => undefined);
    await expect.poll(() => link.state).toBe('up');
    const { ends } = ask(link, message('0200', 1));
    const second = dialIn(connect({ host: '127.0.0.1', port }), approving);
    await expect.poll(() => ends).toEqual(['lost']);
    await expect.poll(() => link.state).toBe('up');
    const { answers } = ask(link, message('0200', 2));
    await expect.poll(() => answers.length).toBe(1);
    expect(payments(second.heard)).toBe(1);
    expect(notes.join()).toContain('the host has dialled in again');
  });
  it('from elsewhere is turned away', async () => {
    const port = await freePort();
    const { link, notes } = makeLink(settingsOf({ ...speaks, allowFrom: ['192.0.2.1'] }, port));
    const socket = connect({ host: '127.0.0.1', port });
    const closed = new Promise((resolve) => void socket.once('close', resolve));
    socket.resume();
    await closed;
    expect(link.state).toBe('down');
    expect(notes.join()).toContain('nobody may dial in from 127.0.0.1');
  });
  it('a port that is taken is said', async () => {
    const host = await openRigHost(approving);
    const { notes } = makeLink(settingsOf(speaks, host.port));
    await expect.poll(() => notes.join()).toContain('EADDRINUSE');
  });
});

describe('TLS towards a host', () => {
  it.each([
    ['authorityFile', { authorityFile: '/nowhere/authority.pem' }],
    ['go together', { authorityFile: '/nowhere/a.pem', certificateFile: '/nowhere/b.pem' }],
  ])('%s: what cannot be used is named', (problem, tls) => {
    expect(() => makeLink(settingsOf({ tls }, 1))).toThrow('config.hosts.a.tls');
    expect(() => makeLink(settingsOf({ tls }, 1))).toThrow(problem);
  });
});

describe('A10: the breaker', () => {
  it('opens after so many in a row, lets one through after a while, closes with an answer', () => {
    const breaker = new Breaker({ unansweredMax: 3, openMs: 100 });
    expect([1, 2, 3].map((ms) => breaker.onUnanswered(ms))).toEqual([false, false, true]);
    expect([breaker.state, breaker.allows(50), breaker.allows(103)]).toEqual(['open', false, true]);
    breaker.onSent();
    expect([breaker.state, breaker.allows(200)]).toEqual(['half-open', false]);
    expect(breaker.onUnanswered(300)).toBe(false);
    expect([breaker.state, breaker.allows(399), breaker.allows(400)]).toEqual([
      'open',
      false,
      true,
    ]);
    breaker.onAnswered();
    expect([breaker.state, breaker.allows(0)]).toEqual(['closed', true]);
  });
  it('an answer between starts the count again', () => {
    const breaker = new Breaker({ unansweredMax: 2, openMs: 100 });
    breaker.onUnanswered(1);
    breaker.onAnswered();
    expect([breaker.onUnanswered(2), breaker.state]).toEqual([false, 'closed']);
  });
  it('requests that go unanswered hold requests back, not reversals; an answer to one of these lets them go on', async () => {
    const host = await openRigHost((m) => (m.mti === '0420' ? { de39: '00' } : onlyNetwork(m)));
    const speaks = { breaker: { unansweredMax: 2, openMs: 60_000 }, timers: { answerMs: 10 } };
    const { link, notes } = makeLink(settingsOf(speaks, host.port));
    await expect.poll(() => link.state).toBe('up');
    for (const stan of [1, 2]) {
      const asked = message('0200', stan);
      ask(link, asked);
      await new Promise((resolve) => void setTimeout(resolve, 12));
      link.forget(asked);
    }
    expect(ask(link, message('0200', 3)).refused).toBe('breaker-open');
    expect([link.state, link.status().lines[0].breaker]).toEqual(['up', 'open']);
    expect(notes.join()).toContain('requests are held back');
    const reversal = ask(link, message('0420', 4));
    await expect.poll(() => reversal.answers.length).toBe(1);
    expect(ask(link, message('0200', 5)).refused).toBeUndefined();
  });
  it('a line that does not answer an echo then is given up at once', async () => {
    const host = await openRigHost((m) => (m.de70 === '001' ? { de39: '00' } : undefined));
    const speaks = { breaker: { unansweredMax: 1 }, timers: { answerMs: 10 } };
    const { link } = makeLink(settingsOf(speaks, host.port));
    await expect.poll(() => link.state).toBe('up');
    const asked = message('0200', 1);
    ask(link, asked);
    await new Promise((resolve) => void setTimeout(resolve, 12));
    link.forget(asked);
    await expect.poll(() => host.connections()).toBe(2);
  });
  it('one that is given up before its time says nothing of the host', async () => {
    const host = await openRigHost(onlyNetwork);
    const { link } = makeLink(settingsOf({ breaker: { unansweredMax: 1 } }, host.port));
    await expect.poll(() => link.state).toBe('up');
    const asked = message('0200', 1);
    ask(link, asked);
    link.forget(asked);
    expect(ask(link, message('0200', 2)).refused).toBeUndefined();
  });
});

describe('draining', () => {
  it('takes no more requests, and lets reversals and answers through', async () => {
    const host = await openRigHost((m) => (m.mti === '0420' ? { de39: '00' } : onlyNetwork(m)));
    const { link } = makeLink(settingsOf({}, host.port));
    await expect.poll(() => link.state).toBe('up');
    const before = ask(link, message('0200', 1));
    link.drain();
    expect(ask(link, message('0200', 2)).refused).toBe('draining');
    const reversal = ask(link, message('0420', 3));
    await expect.poll(() => reversal.answers.length).toBe(1);
    host.say({ mti: '0210', de11: '000001', de39: '00', de41: 'TERM0001' });
    await expect.poll(() => before.answers.length).toBe(1);
    expect(link.status()).toMatchObject({ state: 'up', isDraining: true });
    link.resume();
    expect(ask(link, message('0200', 2)).refused).toBeUndefined();
  });
});
