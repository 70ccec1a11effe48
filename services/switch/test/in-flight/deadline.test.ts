// R37 = A2, A3: the deadline of a payment is its terminal's, whatever step it meets it in.
import type { PaymentStep, StepResult } from '@chipswitch/ledger';
import { describe, expect, it } from 'vitest';
import { recover } from '../../src/in-flight/recovery.ts';
import { type Asked, type Rig, ask, begin, leftOver, nothing, openRig, timers } from './rig.ts';

const unavailable: StepResult = { ok: false, error: { code: 'journal-unavailable' } };

/** A terminal that waits as long as the clock has not moved past its time. */
function askFor(rig: Rig, terminalMs: number): Asked & { readonly msLeft: () => number } {
  let waits = true;
  rig.clock.after(terminalMs, () => {
    waits = false;
  });
  return { ...ask(), msLeft: () => (waits ? terminalMs : 0) };
}

/** From now on the journal holds every step back until `ms` have passed. */
function freeze(rig: Rig, ms: number): void {
  const real = { ...rig.ports.journal };
  let thaw: () => void = () => undefined;
  const thawed = new Promise<void>((resolve) => {
    thaw = resolve;
  });
  rig.clock.after(ms, thaw);
  Object.assign(rig.ports.journal, {
    step: async (step: PaymentStep) => {
      await thawed;
      return real.step(step);
    },
  });
}

describe('R37 = A2: a journal that freezes', () => {
  it('an approval that is recorded when its terminal has given up is reversed, not delivered', async () => {
    const rig = openRig();
    const asking = askFor(rig, 3_000);
    freeze(rig, 20_000);
    await begin(rig, '7', { asking });
    await rig.clock.advance(25_000);
    expect(asking.codes).toEqual([]);
    expect(asking.gaveUp()).toBe(true);
    expect(rig.host.heard).toEqual(['0200', '0420']);
    expect(rig.stateOf('7')).toBe('REVERSED');
    expect(leftOver(rig)).toEqual(nothing);
  });
  it('is delivered to a repeat whose terminal still waits', async () => {
    const rig = openRig();
    const [first, again] = [askFor(rig, 3_000), askFor(rig, 30_000)];
    freeze(rig, 20_000);
    const payment = await begin(rig, '7', { asking: first });
    payment.addAsking(again);
    await rig.clock.advance(35_000);
    expect(again.codes).toEqual(['00']);
    expect(rig.stateOf('7')).toBe('ANSWERED');
    expect(leftOver(rig)).toEqual(nothing);
  });
  it.each([
    ['a decline', '51', 'purchase', 'DECLINED', ['0200']],
    ['an offline approval', '00', 'offline-purchase', 'ADVICE_ACKED', ['0220']],
  ] as const)(
    '%s that comes too late stays what it is',
    async (_what, code, kind, state, heard) => {
      const rig = openRig((message) => (message.mti === '0200' ? code : '00'));
      const asking = askFor(rig, 3_000);
      freeze(rig, 20_000);
      await begin(rig, '7', { kind, asking });
      await rig.clock.advance(25_000);
      expect(asking.codes).toEqual([]);
      expect(rig.host.heard).toEqual(heard);
      expect(rig.stateOf('7')).toBe(state);
      expect(leftOver(rig)).toEqual(nothing);
    },
  );
  it('an approval that was recorded after all, unknown to the switch, is found by the sweep and reversed', async () => {
    const rig = openRig();
    const asking = askFor(rig, 1_200);
    let zombie: (() => Promise<unknown>) | undefined;
    rig.faults.step = (step) => {
      if (step.state === 'APPROVED') zombie ??= () => rig.journal.step(step);
      return unavailable;
    };
    await begin(rig, '7', { asking });
    await rig.clock.advance(2_000);
    expect(rig.ports.inFlight.size).toBe(0);
    rig.faults.step = undefined;
    // The server wakes up and finds the statement in its socket.
    await zombie?.();
    expect(rig.stateOf('7')).toBe('APPROVED');
    await recover(rig.ports);
    await rig.clock.advance(1_000);
    expect(rig.stateOf('7')).toBe('REVERSED');
    expect(asking.codes).toEqual([]);
    expect(rig.host.heard).toEqual(['0200', '0420']);
    expect(leftOver(rig)).toEqual(nothing);
  });
});

describe('A3: what cannot be answered within the terminal’s time', () => {
  it('is not sent to a host: 96', async () => {
    const rig = openRig();
    const asking = { ...ask(), msLeft: () => timers.answerMs - 1 };
    await begin(rig, '7', { asking, hosts: ['a', 'b'] });
    await rig.clock.advance(100);
    expect(asking.codes).toEqual(['96']);
    expect([...rig.hosts['a'].heard, ...rig.hosts['b'].heard]).toEqual([]);
    expect(rig.recordOf('7')).toMatchObject({ state: 'REFUSED', responseCode: '96' });
    expect(leftOver(rig)).toEqual(nothing);
  });
  it('is sent when the host’s time fits in', async () => {
    const rig = openRig();
    const asking = { ...ask(), msLeft: () => timers.answerMs };
    await begin(rig, '7', { asking });
    await rig.clock.advance(100);
    expect(asking.codes).toEqual(['00']);
  });
});
