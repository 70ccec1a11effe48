// A seeded world: terminals, the shipped switch and two hosts on virtual lines, with weather; when it is calm again
// the guarantees must hold. The same seed tells the same story.
import { type IsoMessage, outcomeOfRecord, textOf } from '@chipswitch/transaction';
import { posTerminal, decodeMessage, encodeMessage } from 'iso8583-js';
import { type Violation, referenceOf, violationsOf } from './guarantees.ts';
import { type Random, createRandom } from './random.ts';
import { type Story, everyPayment, tellStory, untold } from './story.ts';
import { type Spoil, SwitchProcess } from './switch-process.ts';
import { type DiskIllness, VirtualDisk, healthyDisk } from './virtual-disk.ts';
import { VirtualHost } from './virtual-host.ts';
import { VirtualLine, type Weather } from './virtual-line.ts';
import { hostNames, terminalIdOf, worldBeginsMs, worldConfig } from './virtual-ports.ts';
import { VirtualTerminal } from './virtual-terminal.ts';
import { VirtualTime } from './virtual-time.ts';

/** What a world is made from. */
export interface WorldOptions {
  readonly seed: number;
  readonly terminals?: number;
  readonly paymentsEach?: number;
  /** Keeps what happened to each payment, for its violations. */
  readonly tells?: boolean;
  /** Other ports than the world's: a test of the world spoils them and must be told. */
  readonly spoil?: Spoil;
}

/** A violation with the story of its payment, where it is told. */
export interface ToldViolation extends Violation {
  readonly story: readonly string[];
}

/** What came of it. */
export interface WorldReport {
  readonly seed: number;
  readonly ok: boolean;
  readonly violations: readonly ToldViolation[];
  readonly payments: number;
  readonly approved: number;
  readonly reversed: number;
  /** Payments that are left to a person. */
  readonly manual: number;
  readonly kills: number;
  readonly lineBreaks: number;
  /** Virtual seconds that passed. */
  readonly seconds: number;
}

const stormMs = 60_000;
const restMs = 12_000;
const patienceMs = 240_000;
const watchMs = 1_000;
const lateEveryMs = 3_000;
const stepsMax = 2_000_000;
const isRequest = /^0[12]/;

/** Everything that can run has run: promises are all that is between two moments of a world. */
const drain = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

class World {
  readonly time = new VirtualTime();
  readonly story: Story;
  readonly disk: VirtualDisk;
  readonly hosts: ReadonlyMap<string, VirtualHost>;
  readonly terminals: readonly VirtualTerminal[];
  readonly process: SwitchProcess;
  readonly triesMax: number;
  readonly seen: Violation[] = [];
  lineBreaks = 0;
  isOver = false;
  readonly #random: Random;
  readonly #storm: Weather;
  readonly #illness: DiskIllness;
  readonly #killRate: number;
  readonly #toHost: ReadonlyMap<string, VirtualLine<IsoMessage>>;
  readonly #fromHost: ReadonlyMap<string, VirtualLine<IsoMessage>>;
  readonly #toSwitch: readonly VirtualLine<Uint8Array>[];
  readonly #fromSwitch: readonly VirtualLine<IsoMessage>[];
  /** Connections of each terminal so far. */
  readonly #connections: number[];
  #restSinceMs: number | undefined;

  constructor(options: Required<WorldOptions>) {
    const random = createRandom(options.seed);
    this.#random = random;
    const { time } = this;
    this.story = options.tells ? tellStory(() => time.nowMs) : untold;
    this.#storm = { slow: random.next() * 0.2, breaks: random.next() * 0.05 };
    const declines = random.next() * 0.3;
    this.#killRate = random.next() * 0.02;
    const ill = random.chance(0.5) ? random.next() * 0.03 : 0;
    this.#illness = { refuses: ill, losesAnswers: ill, slow: ill, failsToRead: ill / 3 };
    this.triesMax = random.chance(0.2) ? 4 : 1_000;
    this.disk = new VirtualDisk({
      time,
      random,
      nowMs: () => worldBeginsMs + time.nowMs,
      illness: () => (this.isStorm ? this.#illness : healthyDisk),
    });
    const hostParts = { random, declines, isStorm: () => this.isStorm };
    this.hosts = new Map(hostNames.map((name) => [name, new VirtualHost(hostParts)]));
    this.#toHost = this.#hostLines((name, message) => this.#atHost(name, message));
    this.#fromHost = this.#hostLines((name, message) => this.#fromHostArrived(name, message));
    const numbers = Array.from({ length: options.terminals }, (_, i) => i);
    this.#connections = numbers.map(() => 0);
    this.#toSwitch = numbers.map((n) =>
      this.#line(
        (body) => this.#atSwitch(n, body),
        () => this.#breakTerminal(n),
      ),
    );
    this.#fromSwitch = numbers.map((n) =>
      this.#line(
        (answer) => this.#atTerminal(n, answer),
        () => this.#breakTerminal(n),
      ),
    );
    this.process = new SwitchProcess({
      time,
      random,
      disk: this.disk,
      config: worldConfig(options.terminals, this.triesMax),
      toHost: (host, message) => this.#sendToHost(host, message),
      onLine: (line) => this.#onLine(line),
      spoil: options.spoil,
    });
    this.terminals = numbers.map(
      (number) =>
        new VirtualTerminal({
          terminalId: terminalIdOf(number),
          payments: options.paymentsEach,
          time,
          random,
          send: (message, key) => this.#sendToSwitch(number, message, key),
        }),
    );
    for (let i = random.whole(0, 6); i > 0; i--) {
      time.after(random.whole(0, stormMs), () => this.#kill());
    }
    time.after(watchMs, () => this.#watch());
    time.after(lateEveryMs, () => this.#repeatLateAnswers());
  }

  get isStorm(): boolean {
    return this.time.nowMs < stormMs;
  }

  #line<Message>(deliver: (message: Message) => void, onBreak: () => void): VirtualLine<Message> {
    const weather = (): Weather => (this.isStorm ? this.#storm : { slow: 0, breaks: 0 });
    return new VirtualLine({ time: this.time, random: this.#random, weather, deliver, onBreak });
  }

  #hostLines(
    deliver: (host: string, message: IsoMessage) => void,
  ): ReadonlyMap<string, VirtualLine<IsoMessage>> {
    return new Map(
      hostNames.map((name) => [
        name,
        this.#line<IsoMessage>(
          (message) => deliver(name, message),
          () => this.#breakHost(name),
        ),
      ]),
    );
  }

  #note(message: IsoMessage, what: string): void {
    this.story.note(textOf(message, 37) ?? '', () => {
      const [code, stan] = [textOf(message, 39) ?? '', textOf(message, 11) ?? ''];
      return `${what} ${message.mti} ${stan} ${code}`.trimEnd();
    });
  }

  #sendToHost(name: string, message: IsoMessage): void {
    this.#note(message, `switch -> host ${name}:`);
    this.#maybeKill();
    this.#toHost.get(name)?.send(message);
  }

  #atHost(name: string, message: IsoMessage): void {
    this.#note(message, `at host ${name}:`);
    for (const answer of this.hosts.get(name)?.hear(message) ?? []) {
      this.#note(answer, `host ${name} answers:`);
      this.#fromHost.get(name)?.send(answer);
    }
  }

  #fromHostArrived(name: string, message: IsoMessage): void {
    this.#note(message, `at switch, from host ${name}:`);
    this.#maybeKill();
    this.process.onHost(name, message);
  }

  #repeatLateAnswers(): void {
    for (const [name, host] of this.hosts) {
      for (const answer of host.lateAnswers()) this.#fromHost.get(name)?.send(answer);
    }
    this.time.after(lateEveryMs, () => this.#repeatLateAnswers());
  }

  #sendToSwitch(number: number, message: IsoMessage, key: string): void {
    this.story.note(key, () => `terminal -> switch: ${message.mti} ${textOf(message, 11)}`);
    const encoded = encodeMessage(posTerminal, message);
    if (!encoded.ok) throw new Error(`a terminal's message does not fit: ${encoded.error.path}`);
    this.#toSwitch[number].send(encoded.bytes);
  }

  #atSwitch(number: number, body: Uint8Array): void {
    const connection = this.#connections[number];
    const isOpen = (): boolean => this.#connections[number] === connection;
    this.#maybeKill();
    this.process.onTerminal({
      door: 0,
      body,
      connection,
      certifiedTerminalId: undefined,
      judged: () => undefined,
      reply: async (answer) => {
        if (!isOpen()) return false;
        this.#sendToTerminal(number, answer);
        return true;
      },
      giveUp: () => {
        if (isOpen()) this.#breakTerminal(number);
      },
    });
  }

  #sendToTerminal(number: number, body: Uint8Array): void {
    const decoded = decodeMessage(posTerminal, body);
    if (!decoded.ok) throw new Error(`an answer cannot be read: ${decoded.error.path}`);
    const { message } = decoded;
    this.#checkIsDurable(number, message);
    this.#maybeKill();
    this.#fromSwitch[number].send(message);
  }

  // I2 at the moment that counts: the bytes of an approval leave, so the disk has it.
  #checkIsDurable(number: number, message: IsoMessage): void {
    const code = textOf(message, 39) ?? '';
    if (!isRequest.test(message.mti) || !/^(?:00|10)$/.test(code)) return;
    const [date, time, stan] = [13, 12, 11].map((element) => textOf(message, element));
    const ending = `${date}/${time}/${stan}/${message.mti[1]}`;
    const record = [...this.disk.journal.payments.values()].find(
      ({ key, terminalId }) => terminalId === terminalIdOf(number) && key.endsWith(ending),
    );
    if (record?.responseCode === code) return;
    this.seen.push({
      guarantee: 'I2',
      key: record?.key,
      text: `${code} left for the terminal, ${record?.state ?? 'nothing'} on the disk`,
    });
  }

  #atTerminal(number: number, message: IsoMessage): void {
    const key = this.terminals[number].records.at(-1)?.key ?? '';
    this.story.note(key, () => `at terminal: ${message.mti} ${textOf(message, 39)}`);
    this.terminals[number].hear(message);
  }

  #onLine(line: string): void {
    this.story.note(everyPayment, () => `log ${line}`);
    for (const terminal of this.terminals ?? []) {
      const pan = terminal.records.at(-1)?.pan;
      if (pan !== undefined && line.includes(pan)) {
        this.seen.push({ guarantee: 'I9', key: undefined, text: 'a card number in the log' });
      }
    }
  }

  #breakHost(name: string): void {
    this.story.note(everyPayment, () => `the line to host ${name} breaks`);
    this.lineBreaks++;
    this.#toHost.get(name)?.cut();
    this.#fromHost.get(name)?.cut();
    this.process.onHostLineBroken(name);
  }

  #breakTerminal(number: number): void {
    this.lineBreaks++;
    this.#connections[number]++;
    this.#toSwitch[number].cut();
    this.#fromSwitch[number].cut();
  }

  #maybeKill(): void {
    if (!this.isStorm || !this.#random.chance(this.#killRate)) return;
    this.time.after(this.#random.whole(0, 8), () => this.#kill());
  }

  // A killed process takes its connections with it; what it had written may still arrive.
  #kill(): void {
    this.story.note(everyPayment, () => 'the switch is killed');
    this.process.kill();
    for (const number of this.#connections.keys()) this.#connections[number]++;
    const lines = [...this.#fromHost.values(), ...this.#toSwitch, ...this.#fromSwitch];
    for (const line of lines) if (this.#random.chance(0.5)) line.cut();
  }

  // Over when everybody has rested for a while, or when that is hopeless.
  #watch(): void {
    const { nowMs } = this.time;
    const isOpen = (state: string): boolean => /^(?:SENDING|.*_DUE|.*_SENT)$/.test(state);
    const isAtRest =
      !this.isStorm &&
      this.terminals.every(({ isDone }) => isDone) &&
      ![...this.disk.journal.payments.values()].some(({ state }) => isOpen(state));
    if (!isAtRest) this.#restSinceMs = undefined;
    else this.#restSinceMs ??= nowMs;
    if (this.#restSinceMs !== undefined && nowMs - this.#restSinceMs >= restMs) this.isOver = true;
    if (nowMs >= stormMs + patienceMs) this.isOver = true;
    if (!this.isOver) this.time.after(watchMs, () => this.#watch());
  }
}

function judge(world: World): ToldViolation[] {
  const { story, disk, hosts, terminals, process: running, triesMax } = world;
  for (const record of disk.journal.payments.values()) {
    story.alias(referenceOf(record) ?? record.key, record.key);
  }
  const found = violationsOf({
    journal: disk.journal,
    hosts: [...hosts.values()],
    terminals: terminals.flatMap(({ records }) => records),
    leftOver: running.leftOver(),
    triesMax,
  });
  return [...world.seen, ...found].map((violation) => ({
    ...violation,
    story: violation.key === undefined ? [] : story.of(violation.key),
  }));
}

/** Runs a world until nothing is left to be done, and judges it. */
export async function runWorld(options: WorldOptions): Promise<WorldReport> {
  const spoil: Spoil = () => ({});
  const all = { terminals: 4, paymentsEach: 25, tells: false, spoil, ...options };
  const world = new World(all);
  // Whoever else lives in this process has its turn once a world.
  await new Promise((resolve) => void setImmediate(resolve));
  let steps = 0;
  while (!world.isOver && steps < stepsMax && world.time.step()) {
    steps++;
    await drain();
  }
  const violations = judge(world);
  if (!world.isOver) {
    const text = `still busy after ${steps} steps`;
    violations.push({ guarantee: 'I8', key: undefined, text, story: [] });
  }
  const records = [...world.disk.journal.payments.values()];
  const count = (outcome: string): number =>
    records.filter((record) => outcomeOfRecord(record).outcome === outcome).length;
  return {
    seed: options.seed,
    ok: violations.length === 0,
    violations,
    payments: records.length,
    approved: count('approved'),
    reversed: count('undone'),
    manual: records.filter(({ state }) => state === 'MANUAL').length,
    kills: world.process.kills,
    lineBreaks: world.lineBreaks,
    seconds: Math.round(world.time.nowMs / 1_000),
  };
}
