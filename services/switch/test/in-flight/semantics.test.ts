// The exact semantics of payments at a host, each under its number: what is unknown, what is reversed and how, what is
// repeated, what comes late, what a crash leaves.
import { type IsoMessage, paymentKinds, textOf } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import { moveRecorded, recover } from '../../src/in-flight/recovery.ts';
import { ask, begin, leftOver, nothing, openRig, timers } from './rig.ts';

const silent = (message: IsoMessage): string | undefined =>
  message.mti.startsWith('04') ? '00' : undefined;
const deaf = (): undefined => undefined;

describe('(b) 2: no answer is unknown, not declined', () => {
  it.each([
    ['nothing comes', silent],
    ['nothing comes to the reversal either', deaf],
  ])(
    '(b) 2: %s: a reversal is owed, and only it makes room for another try',
    async (_name, script) => {
      const rig = openRig(script);
      const asking = ask();
      await begin(rig, '7', { asking });
      await rig.clock.advance(timers.answerMs + 1);
      expect(asking.codes).toEqual(['91']);
      expect(rig.stateOf('7')).toMatch(/^REVERS/);
      expect(rig.host.heard[1]).toBe('0420');
    },
  );
  it('(b) 2: the reversal of a void that timed out is a reversal too', async () => {
    const rig = openRig(silent);
    await begin(rig, '7', { kind: 'refund' });
    await rig.clock.advance(timers.answerMs + 50);
    expect(rig.stateOf('7')).toBe('REVERSED');
    expect(rig.host.heard).toEqual(['0200', '0420']);
  });
});

describe('(b) 3: timers nest', () => {
  it('(b) 3: the terminal is answered when the time of the host is over, before its own is', async () => {
    const rig = openRig(silent);
    const asking = ask();
    await begin(rig, '7', { asking });
    await rig.clock.advance(timers.answerMs - 1);
    expect(asking.codes).toEqual([]);
    await rig.clock.advance(1);
    expect(asking.codes).toEqual(['91']);
  });
});

describe('(b) 4: contents of a reversal', () => {
  it('(b) 4: after a time-out: amount unchanged, the original as it went out, no approval code, 68', async () => {
    const rig = openRig(silent);
    await begin(rig, '7', { amountMinor: 1_251n });
    await rig.clock.advance(timers.answerMs + 50);
    const [request, reversal] = rig.host.sent;
    expect(reversal).toMatchObject({ mti: '0420', de4: '000000001251', de39: '68' });
    expect(reversal['de38']).toBeUndefined();
    const { mti, stan, transmission } = rig.recordOf('7').facts['outgoing'] as Record<
      string,
      string
    >;
    expect(textOf(reversal, 90)).toBe(`${mti}${stan}${transmission}12345678901${'0'.repeat(11)}`);
    expect(stan).toBe(textOf(request, 11));
  });
  it('(b) 4: of an approval: its code, and 17', async () => {
    const rig = openRig(() => '00');
    const answer = rig.host.answer.bind(rig.host);
    rig.host.answer = (message, code) => answer({ ...message, de38: '778899' }, code);
    await begin(rig, '7');
    await rig.clock.advance(10);
    await moveRecorded(rig.ports, rig.recordOf('7'), { type: 'reversal-requested' });
    await rig.clock.advance(50);
    expect(rig.host.sent[1]).toMatchObject({ mti: '0420', de38: '778899', de39: '17' });
  });
});

describe('(b) 5: 0420, then 0421 until 0430', () => {
  it('(b) 5: same trace number, time and original, with growing pauses; then a person', async () => {
    const rig = openRig(deaf);
    await begin(rig, '7');
    await rig.clock.advance(timers.answerMs);
    await rig.clock.advance(60_000);
    const reversals = rig.host.sent.slice(1);
    expect(reversals.map(({ mti }) => mti)).toEqual(['0420', '0421', '0421', '0421']);
    for (const element of [7, 11, 90] as const) {
      expect(new Set(reversals.map((message) => textOf(message, element))).size).toBe(1);
    }
    expect(rig.stateOf('7')).toBe('MANUAL');
    expect(leftOver(rig)).toEqual(nothing);
  });
});

describe('(b) 6: how a host is reversed is the host’s', () => {
  it('(b) 6: tries and pauses are those of the host that was asked', async () => {
    const rig = openRig(deaf);
    const ports = {
      ...rig.ports,
      timersOf: (host: string) => (host === 'b' ? { ...timers, triesMax: 2 } : timers),
    };
    await begin({ ...rig, ports }, '7', { hosts: ['b'] });
    await rig.clock.advance(60_000);
    expect(rig.hosts['b'].heard).toEqual(['0200', '0420', '0421']);
  });
});

describe('(b) 7, 8: late answers', () => {
  it.each(['approved', 'declined', 'unknown'] as const)(
    '(b) 7: one that is %s is noted on the payment and changes no outcome',
    async (answer) => {
      const rig = openRig(silent);
      const asking = ask();
      await begin(rig, '7', { asking });
      await rig.clock.advance(timers.answerMs + 50);
      await moveRecorded(rig.ports, rig.recordOf('7'), { type: 'late-answer', answer });
      await rig.clock.advance(50);
      expect(rig.recordOf('7')).toMatchObject({ state: 'REVERSED', facts: { lateAnswer: answer } });
      expect(asking.codes).toEqual(['91']);
    },
  );
  it.each(['approved', 'declined'] as const)(
    '(b) 8: one that is %s before the reversal has left does not keep it back',
    async (answer) => {
      const rig = openRig(silent);
      await begin(rig, '7');
      rig.host.isUp = true;
      await rig.clock.advance(timers.answerMs - 1);
      rig.host.isUp = false;
      await rig.clock.advance(1);
      await moveRecorded(rig.ports, rig.recordOf('7'), { type: 'late-answer', answer });
      expect(rig.stateOf('7')).toBe('REVERSAL_DUE');
      rig.host.isUp = true;
      rig.queue.onUp('a');
      await rig.clock.advance(1_000);
      expect(rig.host.heard).toEqual(['0200', '0420']);
      expect(rig.stateOf('7')).toBe('REVERSED');
    },
  );
});

describe('(b) 9: no reversal of what was declined or never sent', () => {
  it.each(['05', '51', '14', '91', '96'])('(b) 9: declined %s', async (code) => {
    const rig = openRig(() => code);
    await begin(rig, '7');
    await rig.clock.advance(60_000);
    expect(rig.host.heard).toEqual(['0200']);
    expect(rig.stateOf('7')).toBe('DECLINED');
  });
  it.each(['link-down', 'overloaded', 'does-not-fit'] as const)(
    '(b) 9: not written (%s)',
    async (why) => {
      const rig = openRig();
      rig.host.refuses = why;
      const asking = ask();
      await begin(rig, '7', { asking });
      await rig.clock.advance(60_000);
      expect(rig.host.heard).toEqual([]);
      expect(rig.stateOf('7')).toBe('REFUSED');
      expect(asking.codes).toEqual(['91']);
    },
  );
});

describe('(b) 10: which messages owe a reversal', () => {
  const asked = [...paymentKinds.values()].filter(
    ({ host, original }) => host === 'request' && original === undefined,
  );
  it.each(asked)('(b) 10: $name: $owesReversal', async ({ name, owesReversal }) => {
    const rig = openRig(silent);
    await begin(rig, '7', { kind: name });
    await rig.clock.advance(timers.answerMs + 1_000);
    expect(rig.host.heard).toEqual(owesReversal ? ['0200', '0420'] : ['0200']);
    expect(rig.stateOf('7')).toBe(owesReversal ? 'REVERSED' : 'REFUSED');
  });
  it('(b) 10: an advice is repeated instead', async () => {
    const rig = openRig(deaf);
    await begin(rig, '7', { kind: 'offline-purchase' });
    await rig.clock.advance(60_000);
    expect(new Set(rig.host.heard)).toEqual(new Set(['0220', '0221']));
  });
});

describe('(b) 15: 09 keeps waiting, within a cap', () => {
  it('(b) 15: it may come several times before the true answer', async () => {
    const rig = openRig(silent);
    const asking = ask();
    await begin(rig, '7', { asking });
    const [{ onAnswer }] = rig.host.awaited.values();
    const [request] = rig.host.sent;
    const answer = (de39: string): unknown => onAnswer({ ...request, mti: '0210', de39 });
    for (const _ of [1, 2, 3]) {
      expect(answer('09')).toBe('wait');
      await rig.clock.advance(200);
    }
    expect(asking.codes).toEqual([]);
    answer('00');
    await rig.clock.advance(10);
    expect(asking.codes).toEqual(['00']);
    expect(rig.stateOf('7')).toBe('ANSWERED');
  });
  it('(b) 15: the time of the host is the cap, however often it comes', async () => {
    const rig = openRig(silent);
    const asking = ask();
    await begin(rig, '7', { asking });
    const [{ onAnswer }] = rig.host.awaited.values();
    const [request] = rig.host.sent;
    for (let ms = 0; ms < timers.answerMs; ms += 100) {
      onAnswer({ ...request, mti: '0210', de39: '09' });
      await rig.clock.advance(100);
    }
    await rig.clock.advance(50);
    expect(asking.codes).toEqual(['91']);
    expect(rig.host.heard[1]).toBe('0420');
  });
});

describe('(b) 19: the order of reversals and advices', () => {
  it('(b) 19: first in, first out for a terminal, terminals beside each other', async () => {
    const rig = openRig(deaf);
    for (const key of ['1', '2']) {
      await begin(rig, key, { kind: 'offline-purchase' });
    }
    await begin(rig, '3', { kind: 'offline-purchase', terminalId: 'TERM0002' });
    await rig.clock.advance(10);
    const terminals = rig.host.sent.map((message) => textOf(message, 41));
    expect(terminals).toEqual(['TERM0001', 'TERM0002']);
  });
  it('(b) 19: a head that nobody acknowledges goes to a person and makes room', async () => {
    let isDeaf = true;
    const rig = openRig(() => (isDeaf ? undefined : '00'));
    await begin(rig, '1', { kind: 'offline-purchase' });
    await begin(rig, '2', { kind: 'offline-purchase' });
    await rig.clock.advance(1_000);
    isDeaf = false;
    await rig.clock.advance(10_000);
    expect([rig.stateOf('1'), rig.stateOf('2')]).toEqual(['MANUAL', 'ADVICE_ACKED']);
    expect(rig.counters.snapshot().manual).toBe(1);
  });
  it('(b) 19: a reversal of an advice that has not left undoes both', async () => {
    const rig = openRig(deaf);
    rig.host.isUp = false;
    await begin(rig, '1', { kind: 'offline-purchase' });
    await rig.clock.advance(10);
    await moveRecorded(rig.ports, rig.recordOf('1'), { type: 'reversal-requested' });
    rig.host.isUp = true;
    rig.queue.onUp('a');
    await rig.clock.advance(10_000);
    expect(rig.host.heard).toEqual([]);
    expect(rig.stateOf('1')).toBe('REVERSED');
  });
});

describe('(b) 20: after a crash', () => {
  it('(b) 20: what may have reached a host and has no outcome is reversed', async () => {
    const rig = openRig(silent);
    await begin(rig, '7');
    await rig.clock.advance(10);
    // The process is gone: the journal alone knows the payment.
    for (const payment of rig.ports.inFlight.values()) {
      payment.stop();
      rig.ports.inFlight.remove(payment);
    }
    rig.host.awaited.clear();
    expect(rig.stateOf('7')).toBe('SENDING');
    expect(await recover(rig.ports)).toBe(1);
    await rig.clock.advance(50);
    expect(rig.stateOf('7')).toBe('REVERSED');
    expect(rig.host.heard).toEqual(['0200', '0420']);
  });
});
