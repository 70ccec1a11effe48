// Payments taken up out of the journal: after a crash, after an outage, for a terminal's reversal.
import { toHex } from '@chipswitch/bytes';
import { type PaymentState, openStates } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import { moveRecorded, recover } from '../../src/in-flight/recovery.ts';
import {
  type PaymentOptions,
  type Rig,
  ask,
  begin,
  entryOf,
  leftOver,
  nothing,
  openRig,
  timers,
} from './rig.ts';

/** A payment as a process that is gone left it. */
async function leave(
  rig: Rig,
  key: string,
  state: PaymentState,
  more: PaymentOptions = {},
): Promise<void> {
  const opened = await rig.journal.open({ ...entryOf(key, more), state });
  expect(opened.ok).toBe(true);
}

describe('H1 = M2: a payment taken up again goes on like any other', () => {
  it.each([
    ['SENDING', 'purchase', ['0420', '0421', '0421', '0421']],
    ['REVERSAL_DUE', 'purchase', ['0420', '0421', '0421', '0421']],
    ['REVERSAL_SENT', 'purchase', ['0420', '0421', '0421', '0421']],
    ['ADVICE_DUE', 'offline-purchase', ['0220', '0221', '0221', '0221']],
    ['ADVICE_SENT', 'offline-purchase', ['0220', '0221', '0221', '0221']],
  ] as const)('%s at the start, host silent: repeated, then MANUAL', async (state, kind, heard) => {
    const rig = openRig(() => undefined);
    await leave(rig, '7', state, { kind });
    expect(await recover(rig.ports)).toBe(1);
    await rig.clock.advance(5_000);
    expect(rig.host.heard).toEqual(heard);
    expect(rig.stateOf('7')).toBe('MANUAL');
    expect(rig.counters.snapshot()).toMatchObject({ recovered: 1, manual: 1 });
    expect(leftOver(rig)).toEqual(nothing);
  });
  it('goes on with the trace number and the tries that the journal knows', async () => {
    const rig = openRig((message) => (message.mti === '0421' ? '00' : undefined));
    await leave(rig, '7', 'REVERSAL_SENT');
    const followUp = { stan: '000042', transmission: '1122021110' };
    await rig.journal.step({
      paymentId: '1',
      version: 1,
      businessDate: '2026-11-22',
      state: 'REVERSAL_SENT',
      event: 'reversal written (1)',
      facts: { tries: 1, followUp },
    });
    await recover(rig.ports);
    await rig.clock.advance(5_000);
    expect(rig.host.sent).toMatchObject([{ mti: '0421', de11: '000042', de7: '1122021110' }]);
    expect(rig.stateOf('7')).toBe('REVERSED');
    expect(leftOver(rig)).toEqual(nothing);
  });
  it.each([
    ['ADVICE_DUE', undefined, ['0220', '0221', '0221', '0221']],
    ['ADVICE_SENT', { stan: '000042', transmission: '1122021110' }, ['0221', '0221', '0221']],
  ] as const)(
    '%s: the advice tells of the chip what it told before',
    async (state, followUp, heard) => {
      const icc = {
        kind: 'offline-purchase',
        iccDataHex: '9F2608A1B2C3D4E5F607189F2701409F36020001',
      } as const;
      const first = openRig(() => undefined);
      await begin(first, '7', icc);
      await first.clock.advance(10);
      const [before] = first.host.sent;
      expect(toHex(before?.['de55'] as Uint8Array)).toBe(icc.iccDataHex);

      const rig = openRig(() => undefined);
      await leave(rig, '7', state, icc);
      if (followUp !== undefined)
        await rig.journal.step({
          paymentId: '1',
          version: 1,
          businessDate: '2026-11-22',
          state,
          event: 'advice written (1)',
          facts: { tries: 1, followUp },
        });
      await recover(rig.ports);
      await rig.clock.advance(5_000);
      expect(rig.host.heard).toEqual(heard);
      for (const { de55 } of rig.host.sent) expect(de55).toEqual(before?.['de55']);
    },
  );
  it('after its answer, reversed by its terminal, host silent: repeated, then acknowledged', async () => {
    const rig = openRig((message) => (message.mti === '0420' ? undefined : '00'));
    await begin(rig, '7', { asking: ask() });
    await rig.clock.advance(10);
    expect(rig.stateOf('7')).toBe('ANSWERED');
    const moved = await moveRecorded(rig.ports, rig.recordOf('7'), { type: 'reversal-requested' });
    expect(moved?.state).toBe('REVERSAL_DUE');
    await rig.clock.advance(1_000);
    expect(rig.host.heard).toEqual(['0200', '0420', '0421']);
    expect(rig.stateOf('7')).toBe('REVERSED');
    expect(leftOver(rig)).toEqual(nothing);
  });
  it('64 of them at a silent host do not stop the 65th', async () => {
    const rig = openRig((message) => (message.de41 === 'T65' ? '00' : undefined));
    for (let i = 1; i <= 64; i++) await leave(rig, `${i}`, 'REVERSAL_DUE', { terminalId: `T${i}` });
    await recover(rig.ports);
    await rig.clock.advance(10);
    expect(rig.queue.outstanding('a')).toBe(64);
    await leave(rig, '65', 'REVERSAL_DUE', { terminalId: 'T65' });
    await recover(rig.ports);
    await rig.clock.advance(timers.acknowledgeMs + 10);
    expect(rig.stateOf('65')).toBe('REVERSED');
    await rig.clock.advance(10_000);
    const states = [...rig.journal.payments.values()].map(({ state }) => state);
    expect(states.filter((state) => state === 'MANUAL')).toHaveLength(64);
    expect(leftOver(rig)).toEqual(nothing);
  });
  it.each(openStates)(
    'I10: a repeat of the question finds %s answered or to be answered',
    async (state) => {
      const rig = openRig(() => undefined);
      await leave(rig, '7', state, {
        kind: state.startsWith('ADVICE') ? 'offline-purchase' : 'purchase',
      });
      const recovering = recover(rig.ports);
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
      const asking = ask();
      const taken = rig.ports.inFlight.get('7')?.addAsking(asking) === true;
      await recovering;
      // Either it is answered with the outcome, or the journal has the outcome.
      if (taken) expect(asking.codes).toEqual(['91']);
      else expect(rig.ports.inFlight.get('7')?.addAsking(ask())).toBe(false);
    },
  );
});

describe('I1: two instances have one payment', () => {
  it.each([
    ['a reversal', 'REVERSAL_DUE', 'REVERSAL_SENT', 'purchase'],
    ['an advice', 'ADVICE_DUE', 'ADVICE_SENT', 'offline-purchase'],
  ] as const)(
    '%s that the other has written is not written under another number',
    async (_what, due, sent, kind) => {
      const rig = openRig();
      await leave(rig, '7', due, { kind });
      const followUp = { stan: '777777', transmission: '1122021110' };
      const { paymentId } = rig.recordOf('7');
      // The other instance is quicker, and its commit is of the same version and state.
      rig.faults.step = (step) => {
        rig.faults.step = undefined;
        void rig.journal.step({ ...step, facts: { tries: 1, followUp } });
        return undefined;
      };
      expect(await recover(rig.ports)).toBe(1);
      await rig.clock.advance(10);
      expect(rig.host.heard).toEqual([]);
      expect(rig.problems).toEqual([`payment ${paymentId} was moved by another`]);
      expect(rig.recordOf('7')).toMatchObject({ state: sent, facts: { followUp } });
      expect(leftOver(rig)).toEqual(nothing);
    },
  );
});

describe('M3: what was abandoned is taken up again when the journal is back', () => {
  it.each([
    ['between the first try and the repeat', 'REVERSAL_SENT', timers.acknowledgeMs / 2],
    ['before the first try', 'REVERSAL_DUE', -1],
  ])('a reversal %s', async (_when, state, afterMs) => {
    const rig = openRig(() => undefined);
    await begin(rig, '7', { asking: ask() });
    let away = false;
    rig.faults.step = (step) => {
      if (state === 'REVERSAL_DUE' && step.state === 'REVERSAL_SENT') away = true;
      return away ? { ok: false, error: { code: 'journal-unavailable' } } : undefined;
    };
    await rig.clock.advance(timers.answerMs + Math.max(0, afterMs));
    away = true;
    await rig.clock.advance(10_000);
    expect(rig.stateOf('7')).toBe(state);
    expect(leftOver(rig)).toEqual(nothing);
    rig.faults.step = undefined;
    rig.host.script = () => '00';
    expect(await recover(rig.ports)).toBe(1);
    await rig.clock.advance(1_000);
    expect(rig.stateOf('7')).toBe('REVERSED');
    expect(leftOver(rig)).toEqual(nothing);
  });
  it("an abandoned head of a terminal's queue lets the next one pass", async () => {
    const rig = openRig(() => undefined);
    await begin(rig, '7');
    await begin(rig, '8');
    await rig.clock.advance(timers.answerMs - 1);
    rig.faults.step = ({ paymentId, state }) =>
      paymentId === '1' && state === 'REVERSAL_SENT'
        ? { ok: false, error: { code: 'journal-unavailable' } }
        : undefined;
    rig.host.script = () => '00';
    await rig.clock.advance(5_000);
    expect([rig.stateOf('7'), rig.stateOf('8')]).toEqual(['REVERSAL_DUE', 'REVERSED']);
    rig.faults.step = undefined;
    await recover(rig.ports);
    await rig.clock.advance(10);
    expect(rig.stateOf('7')).toBe('REVERSED');
    expect(leftOver(rig)).toEqual(nothing);
  });
});

describe('what recovery takes', () => {
  it('M6: everything open of this instance, whatever its time says; nothing of another', async () => {
    const rig = openRig();
    await leave(rig, '7', 'SENDING');
    await rig.journal.open({ ...entryOf('8'), owner: 'two' });
    (rig.journal.payments as Map<string, unknown>).set('1', {
      ...rig.recordOf('7'),
      openedAtMs: Date.now() + 3_600_000,
    });
    expect(await recover(rig.ports)).toBe(1);
    await rig.clock.advance(100);
    expect([rig.stateOf('7'), rig.stateOf('8')]).toEqual(['REVERSED', 'SENDING']);
  });
  it('M12: page after page until nothing is left', async () => {
    const rig = openRig();
    for (let i = 1; i <= 1_203; i++) {
      await leave(rig, `${i}`, 'SENDING', { terminalId: `T${i % 300}` });
    }
    expect(await recover(rig.ports)).toBe(1_203);
    await rig.clock.advance(60_000);
    const states = [...rig.journal.payments.values()].map(({ state }) => state);
    expect(states.every((state) => state === 'REVERSED')).toBe(true);
    expect(leftOver(rig)).toEqual(nothing);
  });
  it('never what is in flight here, being opened, or came to rest while the page was read', async () => {
    const rig = openRig(() => undefined);
    const payment = await begin(rig, '7', { asking: ask() });
    expect(await recover(rig.ports)).toBe(0);
    let recovered = -1;
    await rig.ports.inFlight.open('8', async () => {
      await rig.journal.open(entryOf('8'));
      recovered = await recover(rig.ports);
    });
    expect(recovered).toBe(0);
    const reading = {
      ...rig.ports,
      journal: {
        ...rig.ports.journal,
        listByState: async (...asked: Parameters<typeof rig.journal.listByState>) => {
          const page = await rig.journal.listByState(...asked);
          rig.host.answer(rig.host.sent[0], '51');
          await payment.idle();
          return page.filter(({ key }) => key === '7');
        },
      },
    };
    expect(await recover(reading)).toBe(0);
    expect(rig.stateOf('7')).toBe('DECLINED');
  });
  it('reports a card number that cannot be read, and leaves the payment where it is', async () => {
    const rig = openRig();
    await leave(rig, '7', 'REVERSAL_DUE');
    const ports = { ...rig.ports, vault: { decipherPan: () => undefined } };
    expect(await recover(ports)).toBe(0);
    expect(rig.problems).toHaveLength(1);
    expect(rig.stateOf('7')).toBe('REVERSAL_DUE');
  });
});

describe('moveRecorded', () => {
  it('A5: waits for a payment that is being opened, then moves that one', async () => {
    const rig = openRig((message) => (message.mti === '0200' ? undefined : '00'));
    const asking = ask();
    const committed = { ...entryOf('7'), paymentId: '1', version: 0, openedAtMs: 0 };
    let moving: Promise<unknown> = Promise.resolve();
    const payment = await rig.ports.inFlight.open('7', async () => {
      // The commit is there, the payment is not in flight yet: a 0400 finds its record.
      moving = moveRecorded(rig.ports, committed, { type: 'reversal-requested' });
      await rig.clock.advance(0);
      expect(rig.ports.inFlight.get('7')).toBeUndefined();
      return begin(rig, '7', { asking });
    });
    await payment.settled;
    expect(asking.codes).toEqual(['91']);
    await rig.clock.advance(100);
    await moving;
    expect(rig.stateOf('7')).toBe('REVERSED');
    expect(rig.problems).toEqual([]);
  });
  it('A5: a record that is out of date is read again', async () => {
    const rig = openRig();
    await begin(rig, '7', { asking: ask() });
    const stale = rig.recordOf('7');
    await rig.clock.advance(10);
    expect(rig.stateOf('7')).toBe('ANSWERED');
    const moved = await moveRecorded(rig.ports, stale, { type: 'reversal-requested' });
    expect(moved?.state).toBe('REVERSAL_DUE');
    await rig.clock.advance(100);
    expect(rig.stateOf('7')).toBe('REVERSED');
    expect(leftOver(rig)).toEqual(nothing);
  });
  it.each(['REFUSED', 'DECLINED', 'REVERSED', 'MANUAL'] as const)(
    'an event that changes nothing about %s leaves nothing in flight',
    async (state) => {
      const rig = openRig();
      await leave(rig, '7', state);
      const moved = await moveRecorded(rig.ports, rig.recordOf('7'), {
        type: 'reversal-requested',
      });
      expect(moved?.state).toBe(state);
      expect(leftOver(rig)).toEqual(nothing);
    },
  );
});
