// A switch that goes over to another configuration: what is in flight keeps what it began with, new questions see the new.
import { createMemoryJournal } from '@chipswitch/ledger';
import { createSoftModule } from '@chipswitch/security-module';
import { describe, expect, it } from 'vitest';
import type { BatchStore } from '../../src/batch/batch-store.ts';
import { type SwitchConfig, parseSwitchConfig } from '../../src/config.ts';
import { createMemoryIdempotency } from '../../src/idempotency-memory.ts';
import { type Numbers, createMemoryNumbers } from '../../src/number-blocks.ts';
import { type PaymentLink, SwitchAssembly, type SwitchParts } from '../../src/switch.ts';
import { VirtualClock } from '../in-flight/rig.ts';
import { aDocument, aProcess, host, terminal } from './a-document.ts';

const nowMs = (): number => Date.parse('2026-11-22T12:00:00Z');
const config = (more: object = {}, process: object = {}): SwitchConfig =>
  parseSwitchConfig({ ...aProcess, ...aDocument(more), ...process });

function assembly(parts: Partial<SwitchParts> = {}): SwitchAssembly {
  const link: PaymentLink = {
    state: 'up',
    inFlight: 0,
    send: () => undefined,
    forget: () => undefined,
    start: () => undefined,
    close: () => undefined,
  };
  return new SwitchAssembly({
    config: config(),
    configurationVersion: 1,
    clock: new VirtualClock(),
    journal: createMemoryJournal(nowMs),
    calendar: { businessDate: () => '2026-11-22', cutOffMs: () => undefined },
    batches: {} as BatchStore,
    idempotency: createMemoryIdempotency(),
    security: createSoftModule({ allowClearKeysInProcess: true }),
    keys: new Map(),
    vault: {} as SwitchParts['vault'],
    log: () => undefined,
    nowMs,
    numbers: createMemoryNumbers(),
    openLink: () => link,
    ...parts,
  });
}
const slowHost = (answerMs: number): object =>
  host('a', { timers: { answerMs, acknowledgeMs: 700 } });

describe('a switch that goes over', () => {
  it('gives new questions the new, and leaves what began before its own', async () => {
    const running = assembly();
    const before = running.desk;
    await running.activate(
      config({ terminals: [terminal('TERM0009')], hosts: [slowHost(900), host('b'), host('c')] }),
      2,
    );
    expect([before.configurationVersion, running.desk.configurationVersion]).toEqual([1, 2]);
    expect([before.terminals.has('TERM0009'), running.desk.terminals.has('TERM0009')]).toEqual([
      false,
      true,
    ]);
    expect([before.timersOf('a').answerMs, running.desk.timersOf('a').answerMs]).toEqual([
      20_000, 900,
    ]);
    // Both write over the same links and count the same payments.
    expect(running.desk.inFlight).toBe(before.inFlight);
    expect(before.linkTo('c').state).toBe('up');
    expect(running.desk.traceNumbersOf('a')).toBe(before.traceNumbersOf('a'));
  });
  it('keeps the timers of a host that is gone for what is in flight there', async () => {
    const running = assembly({ config: config({ hosts: [slowHost(900), host('b')] }) });
    await running.activate(
      config({ hosts: [host('b')], routes: [], rules: [], costs: [], limits: [] }),
      2,
    );
    expect(running.desk.timersOf('a')).toMatchObject({ answerMs: 900, acknowledgeMs: 700 });
    expect(running.desk.linkTo('a').state).toBe('up');
    await running.settleHosts();
    expect(running.desk.linkTo('a').state).toBe('closed');
    expect(
      running.desk
        .linkTo('a')
        .send({ mti: '0420' }, { onAnswer: () => undefined, onLinkLost: () => undefined }),
    ).toBe('link-down');
  });
  it('does not where a host would be slower than the terminals are promised', async () => {
    const running = assembly({
      config: config({}, { listen: { ...aProcess.listen, terminalMs: 30_000 } }),
    });
    const before = running.desk;
    await expect(
      running.activate(config({ hosts: [host('b'), slowHost(30_000)] }), 2),
    ).rejects.toThrow(
      "config.hosts[1].timers.answerMs: must be shorter than the time of the terminals' port, which began with 30000",
    );
    expect(running.desk).toBe(before);
  });
  it('does not where no numbers can be claimed for a host that is new, and can later', async () => {
    let isAway = true;
    const numbers: Numbers = {
      ...createMemoryNumbers(),
      openHost: (name) =>
        isAway && name === 'c'
          ? Promise.reject(new Error('connection refused'))
          : Promise.resolve(),
    };
    const running = assembly({ numbers });
    const before = running.desk;
    const wanted = config({ hosts: [host('a'), host('b'), host('c')] });
    await expect(running.activate(wanted, 2)).rejects.toThrow('connection refused');
    expect(running.desk).toBe(before);
    isAway = false;
    await running.activate(wanted, 2);
    expect(running.desk.configurationVersion).toBe(2);
  });
  it('opens a host again that it does not have and that something is owed at', async () => {
    const [owed] = config({ hosts: [host('gone')], routes: [], rules: [], costs: [] }).hosts;
    let isOwed = true;
    const running = assembly({ hostsOwed: async () => (isOwed ? [owed] : []) });
    await running.settleHosts();
    expect(running.desk.linkTo('gone').state).toBe('up');
    expect(running.desk.traceNumbersOf('gone').take()).toBeDefined();
    isOwed = false;
    await running.settleHosts();
    expect(running.desk.linkTo('gone').state).toBe('closed');
  });
});
