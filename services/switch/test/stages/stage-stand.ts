// The stages of one switch over memory and virtual time: frames in, answers out, every port at hand.
import { type Pan, parsePan } from '@chipswitch/cardholder-data';
import { type MemoryJournal, createMemoryJournal } from '@chipswitch/ledger';
import { createSoftModule } from '@chipswitch/security-module';
import type { IsoMessage, LocalClock } from '@chipswitch/transaction';
import { authorize } from '../../src/authorize.ts';
import type { BatchStore } from '../../src/batch/batch-store.ts';
import { parseSwitchConfig } from '../../src/config.ts';
import type { Desk } from '../../src/desk.ts';
import { terminalDialect } from '../../src/doors/terminal-dialect.ts';
import { createMemoryIdempotency } from '../../src/idempotency-memory.ts';
import type { Awaiting } from '../../src/in-flight/ports.ts';
import { createMemoryNumbers } from '../../src/number-blocks.ts';
import type { Judged } from '../../src/question.ts';
import { type PaymentLink, SwitchAssembly } from '../../src/switch.ts';
import { terminalAuthenticity } from '../../src/terminal-authenticity.ts';
import { VirtualClock } from '../in-flight/rig.ts';

/** What came of one frame. */
export interface Asked {
  /** The answer; undefined while there is none. */
  readonly answer: () => IsoMessage | undefined;
  /** The terminal was told that no answer comes. */
  readonly isGivenUp: () => boolean;
  /** What its line was told of its sender. */
  readonly judgements: () => readonly Judged[];
}

/** A switch with one host. */
export interface StageStand {
  readonly desk: Desk;
  readonly journal: MemoryJournal;
  /** Sends a frame; the switch works on it as far as it can without time. */
  readonly ask: (message: IsoMessage) => Promise<Asked>;
  /** Lets virtual time pass. */
  readonly pass: (ms: number) => Promise<void>;
  /** Messages that were written to the host. */
  readonly written: readonly IsoMessage[];
  /** The host answers what was written last. */
  readonly hostAnswers: (responseCode: string) => Promise<void>;
}

/** A purchase of a terminal of the stand. */
export function purchaseOf(stan: string, more: Partial<IsoMessage> = {}): IsoMessage {
  return {
    mti: '0200',
    de2: '4761739001010119',
    de3: '000000',
    de4: '000000001000',
    de11: stan,
    de12: '120000',
    de13: '1122',
    de14: '3012',
    de22: '012',
    de25: '00',
    de41: 'TERM0001',
    de42: 'CHIPSWITCH00001',
    de49: '156',
    ...more,
  };
}

const config = parseSwitchConfig({
  instance: 'stand',
  acquirerId: '12345678901',
  listen: { host: 'none', port: 0 },
  businessDay: { timeZone: 'UTC', cutOff: '23:00:00' },
  hosts: [
    { name: 'only', dialect: 'iso1987Ascii', host: 'none', port: 1, timers: { answerMs: 1_000 } },
  ],
  routes: [{ prefix: '4', scheme: 'visa', hosts: ['only'], cryptogram: 'pass-through' }],
  terminals: [
    {
      terminalId: 'TERM0001',
      acceptorId: 'CHIPSWITCH00001',
      name: 'Stand',
      city: 'Nowhere',
      country: 'CN',
      merchantCategory: '5411',
      currencyNumeric: '156',
    },
  ],
  security: { kind: 'soft', keyFile: 'none' },
});

const none = (): Promise<never> => Promise.reject(new Error('the stand has no batches'));
const noBatches: BatchStore = {
  close: none,
  endUpload: none,
  isClosed: none,
  numberOf: none,
  keepItem: none,
};

/** Promises that need no time have run. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const clock = (): LocalClock => ({ localDate: '1122', localTime: '120000' });

async function asked(desk: Desk, message: IsoMessage): Promise<Asked> {
  let answer: IsoMessage | undefined;
  let isGivenUp = false;
  const judged: Judged[] = [];
  const dialect = terminalDialect(config.listen, 'config.listen', clock);
  const peer = terminalAuthenticity(desk).of(message, { ...dialect, encode: dialect.encodeShaped });
  void authorize(desk, {
    ...(peer === undefined ? {} : { verify: () => peer.verify(message, new Uint8Array()) }),
    decoded: { ok: true, message },
    bytes: 0,
    msLeft: () => Number.POSITIVE_INFINITY,
    judged: (what) => judged.push(what),
    connection: 1,
    certifiedTerminalId: undefined,
    answer: async (given) => {
      answer = given;
      return true;
    },
    giveUp: () => {
      isGivenUp = true;
    },
  });
  await settle();
  return { answer: () => answer, isGivenUp: () => isGivenUp, judgements: () => judged };
}

/** Opens a stand; `spoil` gives ports other than its own. */
export function openStageStand(spoil: (desk: Desk) => Partial<Desk> = () => ({})): StageStand {
  const clock = new VirtualClock();
  const nowMs = (): number => Date.parse('2026-11-22T12:00:00Z');
  const journal = createMemoryJournal(nowMs);
  const written: IsoMessage[] = [];
  const awaiting: Awaiting[] = [];
  const link: PaymentLink = {
    state: 'up',
    inFlight: 0,
    send: (message, awaited) => {
      written.push(message);
      awaiting.push(awaited);
      return undefined;
    },
    forget: () => undefined,
    start: () => undefined,
    close: () => undefined,
  };
  const { desk } = new SwitchAssembly({
    config,
    journal,
    nowMs,
    clock,
    calendar: { cutOffMs: () => undefined, businessDate: () => '2026-11-22' },
    batches: noBatches,
    idempotency: createMemoryIdempotency(),
    security: createSoftModule({ allowClearKeysInProcess: true }),
    keys: new Map(),
    vault: {
      panHmac: (pan: Pan) => `hmac of ${pan.length} digits ending in ${pan.slice(-4)}`,
      digest: (text) => `digest of ${text}`,
      encipherPan: (pan) => new TextEncoder().encode(pan),
      decipherPan: (bytes) => parsePan(new TextDecoder().decode(bytes)),
    },
    numbers: createMemoryNumbers(),
    log: () => undefined,
    openLink: () => link,
  });
  Object.assign(desk, spoil({ ...desk }));
  return {
    desk,
    journal,
    written,
    ask: (message) => asked(desk, message),
    pass: (ms) => clock.advance(ms),
    hostAnswers: async (responseCode) => {
      const sent = written.at(-1);
      if (sent === undefined) throw new Error('nothing was written to the host');
      const mti = `${sent.mti.slice(0, 2)}10`;
      awaiting.at(-1)?.onAnswer({ ...sent, mti, de38: '123456', de39: responseCode });
      await settle();
    },
  };
}
