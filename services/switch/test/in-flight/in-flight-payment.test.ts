// A payment in flight against ports on virtual time: every way in, every way out, and what each gives back.
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import { moveRecorded } from '../../src/in-flight/recovery.ts';
import { ask, begin, leftOver, nothing, openRig, timers } from './rig.ts';

describe('a payment from its request to its answer', () => {
  it.each([
    ['00', 'ANSWERED', ['0200']],
    ['51', 'DECLINED', ['0200']],
  ])('answered %s', async (code, state, heard) => {
    const rig = openRig(() => code);
    const asking = ask();
    const payment = await begin(rig, '7', { asking });
    await rig.clock.advance(10);
    await payment.settled;
    expect(asking.codes).toEqual([code]);
    expect(rig.stateOf('7')).toBe(state);
    expect(rig.host.heard).toEqual(heard);
    expect(leftOver(rig)).toEqual(nothing);
  });
  it.each([
    ['0420', 'REVERSED', { de4: '000000000001' }],
    ['0420', 'REVERSED', { de49: '840' }],
    ['0420', 'REVERSED', { de3: '200000' }],
    ['0420', 'REVERSED', { de37: '633500009999' }],
    ['0420', 'REVERSED', { de42: 'ANOTHERMERCHANT' }],
    ['0420', 'REVERSED', { de90: '0'.repeat(42) }],
    ['0220', 'ADVICE_ACKED', { de4: '000000000001' }],
    ['0220', 'ADVICE_ACKED', { de49: '840' }],
  ] as const)(
    'R15: an answer to a %s that speaks of another is none, %o %o',
    async (mti, end, other) => {
      let answers = 0;
      const rig = openRig((message) => (message.mti === '0200' ? undefined : '00'));
      const real = rig.host.answer.bind(rig.host);
      rig.host.answer = (message, code) => {
        answers++;
        real(answers === 1 && message.mti === mti ? { ...message, ...other } : message, code);
      };
      await begin(rig, '7', mti === '0220' ? { kind: 'offline-purchase' } : {});
      await rig.clock.advance(mti === '0220' ? 50 : 1_050);
      expect(rig.stateOf('7')).not.toBe(end);
      expect(rig.problems.join()).toContain('cannot be used');
      await rig.clock.advance(10_000);
      expect(rig.stateOf('7')).toBe(end);
      expect(rig.host.heard.filter((heard) => heard.startsWith(mti.slice(0, 3)))).toEqual([
        mti,
        `${mti.slice(0, 3)}1`,
      ]);
      expect(leftOver(rig)).toEqual(nothing);
    },
  );
  it('a host that answers twice: the second answer does not end the payment before its answer is out', async () => {
    const rig = openRig();
    const asking = ask();
    const payment = await begin(rig, '7', {
      asking: {
        ...asking,
        reply: async (code) => {
          void payment.dispatch({ type: 'late-answer', answer: 'approved' });
          return asking.reply(code);
        },
      },
    });
    await rig.clock.advance(10);
    expect(asking.codes).toEqual(['00']);
    expect(rig.stateOf('7')).toBe('ANSWERED');
    expect(leftOver(rig)).toEqual(nothing);
  });
  it.each(['delivered', 'not delivered'])('an approval whose answer was %s rests', async (how) => {
    const rig = openRig();
    await begin(rig, '7', { asking: ask(how === 'delivered') });
    await rig.clock.advance(10);
    expect(rig.stateOf('7')).toBe('ANSWERED');
    expect(leftOver(rig)).toEqual(nothing);
  });
  it('the same question while the first is under way gets the same answer, later ones none', async () => {
    const rig = openRig();
    const [first, again] = [ask(), ask()];
    const payment = await begin(rig, '7', { asking: first });
    expect(payment.addAsking(again)).toBe(true);
    await rig.clock.advance(10);
    expect([first.codes, again.codes]).toEqual([['00'], ['00']]);
    expect(payment.addAsking(ask())).toBe(false);
  });
  it('a terminal that cannot be answered takes no other with it', async () => {
    const rig = openRig();
    const broken = {
      ...ask(),
      reply: async (): Promise<boolean> => {
        throw new Error('does not fit');
      },
    };
    const again = ask();
    const payment = await begin(rig, '7', { asking: broken });
    payment.addAsking(again);
    await rig.clock.advance(10);
    expect(broken.gaveUp()).toBe(true);
    expect(again.codes).toEqual(['00']);
    expect(rig.stateOf('7')).toBe('ANSWERED');
  });
  it('a host that is down passes it on under a trace number of the next one', async () => {
    const rig = openRig();
    rig.hosts['a'].isUp = false;
    const asking = ask();
    await begin(rig, '7', { asking, hosts: ['a', 'b'] });
    await rig.clock.advance(10);
    expect(asking.codes).toEqual(['00']);
    expect(rig.hosts['b'].sent).toMatchObject([{ mti: '0200', de11: '500001' }]);
    expect(rig.recordOf('7')).toMatchObject({
      state: 'ANSWERED',
      host: 'b',
      hostReference: '1122021107/500001/TERM0001',
      facts: { outgoing: { stan: '500001' } },
    });
    expect(leftOver(rig)).toEqual(nothing);
  });
});

describe('a reversal or advice is repeated until it is acknowledged', () => {
  const repeats = ['0420', '0421', '0421', '0421'];

  it('of a payment that was never answered', async () => {
    const rig = openRig(() => undefined);
    const asking = ask();
    await begin(rig, '7', { asking });
    await rig.clock.advance(timers.answerMs + 5_000);
    expect(asking.codes).toEqual(['91']);
    expect(rig.host.heard).toEqual(['0200', ...repeats]);
    expect(new Set(rig.host.sent.slice(1).map((message) => message.de11)).size).toBe(1);
    expect(rig.stateOf('7')).toBe('MANUAL');
    expect(leftOver(rig)).toEqual(nothing);
  });
  it('R03 = M10: of an offline approval: answered 00 at once, the 0220 goes out', async () => {
    const rig = openRig((message) => (message.mti === '0221' ? '00' : undefined));
    const asking = ask();
    await begin(rig, '7', { kind: 'offline-purchase', asking });
    await rig.clock.advance(0);
    expect(asking.codes).toEqual(['00']);
    await rig.clock.advance(5_000);
    expect(rig.host.heard).toEqual(['0220', '0221']);
    expect(rig.stateOf('7')).toBe('ADVICE_ACKED');
    expect([...rig.journal.bookings.keys()]).toEqual(['capture:1']);
    expect(rig.problems).toEqual([]);
    expect(leftOver(rig)).toEqual(nothing);
  });
  it('again and again while the link breaks, and in the end acknowledged', async () => {
    const rig = openRig(() => undefined);
    await begin(rig, '7');
    await rig.clock.advance(timers.answerMs);
    expect(rig.host.heard).toEqual(['0200', '0420']);
    rig.host.breakLink();
    rig.host.script = () => '00';
    await rig.clock.advance(timers.retryMs + 5);
    expect(rig.host.heard).toEqual(['0200', '0420', '0421']);
    expect(rig.stateOf('7')).toBe('REVERSED');
    expect(leftOver(rig)).toEqual(nothing);
  });
});

describe('R15: the code of an acknowledgement decides', () => {
  it.each([
    ['00', 'REVERSED', 1, undefined],
    ['25', 'REVERSED', 1, '25'],
    ['96', 'MANUAL', 4, '96'],
    ['91', 'MANUAL', 4, '91'],
    ['68', 'MANUAL', 4, '68'],
    ['05', 'MANUAL', 1, '05'],
    ['30', 'MANUAL', 1, '30'],
  ])('a 0430 with %s: %s after %i tries', async (code, state, tries, kept) => {
    const rig = openRig((message) => (message.mti === '0200' ? undefined : code));
    await begin(rig, '7', { asking: ask() });
    await rig.clock.advance(timers.answerMs + 5_000);
    expect(rig.stateOf('7')).toBe(state);
    expect(rig.host.heard.slice(1)).toHaveLength(tries);
    expect(rig.recordOf('7').facts['acknowledgementCode']).toBe(kept);
    expect(rig.recordOf('7').responseCode).toBe('91');
    expect(leftOver(rig)).toEqual(nothing);
  });
  it('R19: an approval that comes after a 25 is reversed again, out of the journal', async () => {
    const codes: Readonly<Record<string, string>> = { '0420': '25', '0421': '00' };
    const script = (message: IsoMessage): string | undefined => codes[message.mti];
    const rig = openRig(script);
    await begin(rig, '7', { asking: ask() });
    await rig.clock.advance(timers.answerMs + 50);
    expect(rig.stateOf('7')).toBe('REVERSED');
    const late = { type: 'late-answer', answer: 'approved' } as const;
    const moved = await moveRecorded(rig.ports, rig.recordOf('7'), late);
    expect(moved?.state).toBe('REVERSAL_DUE');
    await rig.clock.advance(1_000);
    expect(rig.stateOf('7')).toBe('REVERSED');
    expect(rig.host.heard).toEqual(['0200', '0420', '0421']);
    expect(rig.recordOf('7').facts).toMatchObject({
      lateAnswer: 'approved',
      acknowledgementCode: '00',
    });
    expect(leftOver(rig)).toEqual(nothing);
  });
  it('a 0230 with 96 is followed by a 0221 with the same trace number', async () => {
    const rig = openRig((message) => (message.mti === '0220' ? '96' : '00'));
    await begin(rig, '7', { kind: 'offline-purchase' });
    await rig.clock.advance(1_000);
    expect(rig.host.heard).toEqual(['0220', '0221']);
    expect(rig.host.sent[0].de11).toBe(rig.host.sent[1].de11);
    expect(rig.stateOf('7')).toBe('ADVICE_ACKED');
  });
});

describe('R22: the reversal of an offline approval', () => {
  it('R22: names the advice that the host knows, under a number of its own', async () => {
    const rig = openRig();
    const payment = await begin(rig, '7', { kind: 'offline-purchase' });
    await rig.clock.advance(500);
    expect(rig.stateOf('7')).toBe('ADVICE_ACKED');
    const moved = await moveRecorded(rig.ports, rig.recordOf('7'), { type: 'reversal-requested' });
    expect(moved).toMatchObject({ state: 'REVERSAL_DUE', booked: false });
    await rig.clock.advance(500);
    const [advice, reversal] = rig.host.sent;
    expect(rig.host.heard).toEqual(['0220', '0420']);
    expect(reversal['de11']).not.toBe(advice['de11']);
    expect(reversal['de90']).toBe(
      `0220${textOf(advice, 11)}${textOf(advice, 7)}12345678901${'0'.repeat(11)}`,
    );
    expect(rig.stateOf('7')).toBe('REVERSED');
    expect(payment.payment.state).toBe('ADVICE_ACKED');
    expect(leftOver(rig)).toEqual(nothing);
  });
  it('R22: of one that waits for its host undoes both, and the host hears of neither', async () => {
    const rig = openRig();
    rig.host.isUp = false;
    const payment = await begin(rig, '7', { kind: 'offline-purchase' });
    await rig.clock.advance(500);
    expect(await payment.dispatch({ type: 'reversal-requested' })).toBe(true);
    rig.host.isUp = true;
    rig.queue.onUp('a');
    await rig.clock.advance(500);
    expect([rig.host.heard, rig.stateOf('7')]).toEqual([[], 'REVERSED']);
    expect(leftOver(rig)).toEqual(nothing);
  });
});

describe('R01: whatever was taken at send is given back on every way out', () => {
  it.each([
    ['time-out', async (rig) => rig.clock.advance(timers.answerMs)],
    ['lost link', async (rig) => rig.host.breakLink()],
    ['undecodable answer', async (rig) => rig.host.answer(rig.host.sent[0], '??')],
  ] as [string, (rig: ReturnType<typeof openRig>) => Promise<void> | void][])(
    'a request that ends by %s frees its place at once; only its reversal waits',
    async (_name, end) => {
      const rig = openRig(() => undefined);
      rig.queue.stop();
      await begin(rig, '7', { asking: ask() });
      await rig.clock.advance(0);
      expect([...rig.host.awaited.keys()]).toEqual(['20/000007/TERM0001']);
      await end(rig);
      await rig.clock.advance(0);
      expect([...rig.host.awaited.keys()]).toEqual(['42/000001/TERM0001']);
    },
  );
  it('a request that a 0400 overtakes frees its place, its trace number only with the reversal', async () => {
    const rig = openRig((message) => (message.mti === '0200' ? undefined : '00'));
    const asking = ask();
    const payment = await begin(rig, '7', { asking });
    await rig.clock.advance(10);
    await payment.dispatch({ type: 'reversal-requested' });
    expect(rig.host.awaited.has('20/000007/TERM0001')).toBe(false);
    expect(asking.codes).toEqual(['91']);
    await rig.clock.advance(10);
    expect(rig.stateOf('7')).toBe('REVERSED');
    expect(leftOver(rig)).toEqual(nothing);
  });
  it.each(['link-down', 'overloaded', 'key-in-flight', 'does-not-fit'] as const)(
    'a request that is not sent (%s) is refused and leaves nothing',
    async (reason) => {
      const rig = openRig();
      rig.host.refuses = reason;
      const asking = ask();
      await begin(rig, '7', { asking });
      await rig.clock.advance(0);
      expect(asking.codes).toEqual(['91']);
      expect(rig.stateOf('7')).toBe('REFUSED');
      expect(leftOver(rig)).toEqual(nothing);
    },
  );
  it('a thousand unanswered payments leave a healthy host free for the next', async () => {
    const rig = openRig(() => undefined);
    for (let i = 1; i <= 1_000; i++) await begin(rig, `${i}`, { terminalId: `T${i}` });
    await rig.clock.advance(timers.answerMs);
    rig.host.script = () => '00';
    await rig.clock.advance(20_000);
    expect(leftOver(rig)).toEqual(nothing);
    const states = [...rig.journal.payments.values()].map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['REVERSED']));
  });
});

describe('M3: a journal that is away', () => {
  it.each(['journal-unavailable', 'journal-overloaded'] as const)(
    'when the outcome cannot be recorded (%s): no answer, and the payment leaves every place',
    async (code) => {
      const rig = openRig();
      rig.faults.step = () => ({ ok: false, error: { code } });
      const asking = ask();
      const payment = await begin(rig, '7', { asking });
      await rig.clock.advance(10_000);
      await payment.settled;
      expect(asking.codes).toEqual([]);
      expect(asking.gaveUp()).toBe(true);
      expect(rig.stateOf('7')).toBe('SENDING');
      expect(leftOver(rig)).toEqual(nothing);
    },
  );
  it('for a while: the step is tried again and the answer given', async () => {
    const rig = openRig();
    let tries = 0;
    rig.faults.step = () =>
      ++tries > 3 ? undefined : { ok: false, error: { code: 'journal-unavailable' } };
    const asking = ask();
    await begin(rig, '7', { asking });
    await rig.clock.advance(2_000);
    expect(asking.codes).toEqual(['00']);
  });
  it('R02: a step that cannot be stored is not tried again; the payment is left to the sweep', async () => {
    const rig = openRig();
    let tries = 0;
    rig.faults.step = () => {
      tries++;
      return { ok: false, error: { code: 'not-storable' } };
    };
    const asking = ask();
    await begin(rig, '7', { asking });
    await rig.clock.advance(5_000);
    expect([tries, asking.codes, asking.gaveUp()]).toEqual([1, [], true]);
    expect(rig.problems).toEqual(['a step of payment 1 cannot be stored']);
    expect(leftOver(rig)).toEqual(nothing);
  });
  it('when somebody else moved the payment: nothing is tried again, nothing is sent', async () => {
    const rig = openRig(() => undefined);
    const asking = ask();
    const payment = await begin(rig, '7', { asking });
    rig.faults.step = () => ({ ok: false, error: { code: 'version-conflict' } });
    expect(await payment.dispatch({ type: 'reversal-requested' })).toBe(false);
    expect(asking.gaveUp()).toBe(true);
    expect(rig.host.heard).toEqual(['0200']);
    expect(leftOver(rig)).toEqual(nothing);
    expect(await payment.dispatch({ type: 'reversal-requested' })).toBe(false);
  });
});
