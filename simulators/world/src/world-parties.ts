// Who and what is in a world, and how they are joined: every line, every fault that strikes, every note.
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { decodeMessage, encodeMessage, posTerminal, verdictOf } from 'iso8583-js';
import { type FaultName, type Weather, stormMs } from './faults.ts';
import { HostLines } from './host-lines.ts';
import { type Random, createRandom } from './random.ts';
import { type Story, everyPayment } from './story.ts';
import { type Spoil, SwitchInstance } from './switch-instance.ts';
import type { Violation } from './violation.ts';
import { type LineWeather, VirtualConnection } from './virtual-connection.ts';
import { VirtualDisk } from './virtual-disk.ts';
import { VirtualHost } from './virtual-host.ts';
import { VirtualKeys } from './virtual-keys.ts';
import { type StoreIllness, VirtualStore, healthyStore } from './virtual-store.ts';
import { VirtualTerminal } from './virtual-terminal.ts';
import { VirtualTime } from './virtual-time.ts';
import {
  hostNames,
  instanceNames,
  terminalIdOf,
  worldBeginsMs,
  worldConfig,
} from './world-settings.ts';

/** What a world is made of. */
export interface PartiesOptions {
  readonly seed: number;
  readonly terminals: number;
  readonly paymentsEach: number;
  readonly weather: Weather;
  readonly story: Story;
  readonly spoil: Spoil;
}

type TerminalConnection = VirtualConnection<Uint8Array, IsoMessage>;

interface TerminalLine {
  connection: TerminalConnection | undefined;
  /** The instance it goes to. */
  instance: number;
  count: number;
}

/** Which payment a line of the log is about, as far as it says so. */
function whatOf(line: string): string {
  const [, terminalId] = /"terminalId":"([^"]+)"/.exec(line) ?? [];
  const [, stan] = /"stan":"(\d+)"/.exec(line) ?? [];
  const [, paymentId] = /\bpayment (\d+)\b/.exec(line) ?? [];
  return paymentId === undefined ? `${terminalId}/${stan}` : `payment ${paymentId}`;
}

/** Everybody. */
export class WorldParties {
  readonly time = new VirtualTime();
  readonly seed: number;
  readonly story: Story;
  readonly disk: VirtualDisk;
  readonly keys: VirtualKeys;
  readonly hosts: ReadonlyMap<string, VirtualHost>;
  readonly instances: readonly SwitchInstance[];
  readonly terminals: readonly VirtualTerminal[];
  readonly triesMax: number;
  readonly seen: Violation[] = [];
  lineBreaks = 0;
  adopted = 0;
  readonly #weather: Weather;
  readonly #lines: TerminalLine[] = [];
  readonly #hostLines: HostLines;
  readonly #awayUntilMs = new Map<FaultName, number>();
  readonly #lineRandom: Random;
  readonly #killRandom: Random;

  constructor(options: PartiesOptions) {
    const { seed, weather, terminals, paymentsEach } = options;
    const { time } = this;
    this.seed = seed;
    this.story = options.story;
    this.#weather = weather;
    this.#lineRandom = createRandom(seed, 'lines');
    this.#killRandom = createRandom(seed, 'kills');
    this.triesMax = createRandom(seed, 'tries').chance(0.2) ? 4 : 1_000;
    const store = new VirtualStore({
      time,
      random: createRandom(seed, 'store'),
      illness: () => this.#illness(),
      isAway: (fault) => (this.#awayUntilMs.get(fault) ?? 0) > time.nowMs,
    });
    this.disk = new VirtualDisk({ time, store, nowMs: () => worldBeginsMs + time.nowMs });
    this.keys = new VirtualKeys({
      time,
      random: createRandom(seed, 'keys'),
      illness: () => ({
        loses: this.#now('keys-lost') * 0.1,
        away: this.#now('keys-away') * 0.1,
      }),
    });
    this.hosts = new Map(
      hostNames.map((name) => [
        name,
        new VirtualHost({
          random: createRandom(seed, `host ${name}`),
          weather,
          isStorm: () => this.isStorm,
        }),
      ]),
    );
    this.#hostLines = new HostLines({
      time,
      random: createRandom(seed, 'host lines'),
      story: this.story,
      hosts: this.hosts,
      now: (fault) => this.#now(fault),
      weather: () => this.#lineWeather(),
      onBreak: () => void this.lineBreaks++,
    });
    this.instances = instanceNames.map((_, n) => this.#makeInstance(n, terminals, options.spoil));
    this.terminals = Array.from({ length: terminals }, (_, n) =>
      this.#makeTerminal(n, paymentsEach),
    );
    this.#strike();
  }

  get isStorm(): boolean {
    return this.time.nowMs < stormMs;
  }

  /** How strong a fault is now. */
  #now(fault: FaultName): number {
    return this.isStorm ? this.#weather.strength(fault) : 0;
  }

  #illness(): StoreIllness {
    if (!this.isStorm) return healthyStore;
    return {
      refuses: this.#now('commits-refused') * 0.04,
      losesAnswers: this.#now('commits-unanswered') * 0.04,
      slow: this.#now('commits-slow') * 0.05,
      failsToRead: this.#now('reads-failing') * 0.02,
    };
  }

  #lineWeather(): LineWeather {
    return {
      slow: this.#now('slow-lines') * 0.2,
      breaks: this.#now('broken-lines') * 0.04,
      halfOpens: this.#now('half-open-lines') * 0.01,
    };
  }

  #makeInstance(number: number, terminals: number, spoil: Spoil): SwitchInstance {
    const { time, disk, keys, seed, triesMax } = this;
    const name = instanceNames[number];
    return new SwitchInstance({
      time,
      disk,
      keys,
      spoil,
      random: createRandom(seed, `instance ${number}`),
      config: worldConfig({
        instance: number,
        terminals,
        triesMax,
        inFlightMax: this.#weather.strength('small-hosts') > 0 ? 2 : 64,
      }),
      connect: (host, near) => this.#hostLines.connect(name, host, near),
      onLine: (line) => this.#onLine(name, line),
      mayDie: () => this.#killRandom.chance(this.#now('kills') * 0.004),
      awayMs: () => {
        const isLong = this.#killRandom.chance(this.#now('long-absences') * 0.3);
        return isLong ? this.#killRandom.whole(4_000, 20_000) : 300;
      },
      onKilled: (where) => this.#onKilled(number, where),
      onUnanswered: ({ body }) => this.#onUnanswered(body),
    });
  }

  #makeTerminal(number: number, payments: number): VirtualTerminal {
    const random = createRandom(this.seed, `terminal ${number}`);
    this.#lines.push({ connection: undefined, instance: random.whole(0, 1), count: 0 });
    return new VirtualTerminal({
      terminalId: terminalIdOf(number),
      payments,
      time: this.time,
      random,
      weather: this.#weather,
      send: (message, key) => this.#fromTerminal(number, message, key),
      reconnect: () => this.#lines[number].connection?.closeNear(),
      onViolation: (guarantee, key, text) => this.seen.push({ guarantee, key, text }),
    });
  }

  // Faults that come and go at their own time.
  #strike(): void {
    const { time } = this;
    const random = createRandom(this.seed, 'strikes');
    const at = (fault: FaultName, most: number, stream: string, work: () => void): void => {
      for (const ms of this.#weather.moments(fault, stream, most)) time.after(ms, work);
    };
    for (const host of hostNames) {
      at('silent-hosts', 4, host, () => {
        this.#hostLines.silence(host, random.whole(500, 8_000));
      });
      at('absent-hosts', 3, host, () => {
        this.#hostLines.leave(host, random.whole(500, 10_000));
      });
    }
    for (const instance of this.instances) {
      const { name } = instance;
      at('kills', 3, name, () => instance.kill('at a moment of its own'));
      at('pauses', 4, name, () => {
        const ms = random.whole(100, 9_000);
        this.#noteAll(`${name} stands still for ${ms} ms`);
        instance.pause(ms);
      });
      at('clock-jumps', 3, name, () => {
        const ms = random.whole(-3_600_000, 3_600_000);
        this.#noteAll(`the clock of ${name} is set (${Math.round(ms / 1_000)} s)`);
        instance.jumpClock(ms);
      });
    }
    at('keys-flushed', 8, '', () => this.keys.flush());
    for (const fault of ['journal-away', 'numbers-away'] as const) {
      at(fault, 3, '', () => {
        this.#awayUntilMs.set(fault, time.nowMs + random.whole(200, 6_000));
        this.#noteAll(fault);
      });
    }
  }

  #noteAll(what: string): void {
    this.story.note(everyPayment, () => what);
  }

  #fromTerminal(number: number, message: IsoMessage, key: string): void {
    const line = this.#lines[number];
    const stan = textOf(message, 11);
    if (stan !== undefined) this.story.alias(`${terminalIdOf(number)}/${stan}`, key);
    this.story.note(
      key,
      () => `terminal -> ${instanceNames[line.instance]}: ${message.mti} ${stan}`,
    );
    const encoded = encodeMessage(posTerminal, message);
    if (!encoded.ok) throw new Error(`a terminal's message does not fit: ${encoded.error.path}`);
    const connection = this.#connected(number);
    connection?.sendFar(encoded.bytes);
  }

  /** The line of a terminal, opened when it is not; undefined when no instance is there. */
  #connected(number: number): TerminalConnection | undefined {
    const line = this.#lines[number];
    if (line.connection?.isOpen === true) return line.connection;
    const other = 1 - line.instance;
    const isElsewhere = !this.instances[line.instance].isOpen || this.#lineRandom.chance(0.3);
    if (isElsewhere && this.instances[other].isOpen) line.instance = other;
    if (!this.instances[line.instance].isOpen) return undefined;
    const { instance } = line;
    const id = ++line.count;
    const connection: TerminalConnection = new VirtualConnection<Uint8Array, IsoMessage>({
      time: this.time,
      random: this.#lineRandom,
      weather: () => this.#lineWeather(),
      onFar: (body) => this.#atSwitch(number, instance, { body, id, connection }),
      onNear: (answer) => this.#atTerminal(number, answer),
      onBroken: () => undefined,
      onNote: () => void this.lineBreaks++,
    });
    line.connection = connection;
    return connection;
  }

  #atSwitch(
    number: number,
    instance: number,
    over: {
      readonly body: Uint8Array;
      readonly id: number;
      readonly connection: TerminalConnection;
    },
  ): void {
    const { body, id, connection } = over;
    this.instances[instance].onTerminal({
      door: 0,
      judged: () => undefined,
      body,
      connection: number * 1_000 + id,
      certifiedTerminalId: undefined,
      reply: async (answer) => {
        if (!connection.isOpen) return false;
        this.#sendToTerminal(number, answer, connection);
        return true;
      },
      giveUp: () => connection.closeFar(),
    });
  }

  #sendToTerminal(number: number, body: Uint8Array, connection: TerminalConnection): void {
    const decoded = decodeMessage(posTerminal, body);
    if (!decoded.ok) throw new Error(`an answer cannot be read: ${decoded.error.path}`);
    const { message } = decoded;
    this.#checkIsDurable(number, message);
    connection.sendNear(message);
  }

  // I2 at the moment that counts: the bytes of an approval leave, so the disk has it.
  #checkIsDurable(number: number, message: IsoMessage): void {
    const code = textOf(message, 39) ?? '';
    if (!/^0[12]/.test(message.mti) || verdictOf(code) !== 'approved') return;
    const key = this.terminals[number].keyOf(message);
    const record = [...this.disk.journal.payments.values()].findLast((one) => one.key === key);
    if (record?.responseCode === code) return;
    const text = `${code} left for the terminal, ${record?.state ?? 'nothing'} on the disk`;
    this.seen.push({ guarantee: 'I2', key, text });
  }

  #atTerminal(number: number, message: IsoMessage): void {
    const key = this.terminals[number].keyOf(message);
    this.story.note(key, () => `at terminal: ${message.mti} ${textOf(message, 39)}`);
    this.terminals[number].hear(message);
  }

  #onLine(instance: string, line: string): void {
    this.story.note(whatOf(line), () => `${instance} logs ${line}`);
    if (line.includes('"adopted"')) this.adopted++;
    for (const terminal of this.terminals ?? []) {
      const pan = terminal.payments.at(-1)?.pan;
      if (pan !== undefined && line.includes(pan)) {
        this.seen.push({ guarantee: 'I9', key: undefined, text: 'a card number in the log' });
      }
    }
  }

  #onUnanswered(body: Uint8Array): void {
    const decoded = decodeMessage(posTerminal, body);
    const asked: Partial<IsoMessage> = decoded.ok ? decoded.message : {};
    const [terminalId, stan] = [41, 11].map((element) => textOf(asked, element));
    const text = `a ${asked.mti} got no answer, and its line was left open`;
    this.seen.push({ guarantee: 'I10', key: this.story.keyOf(`${terminalId}/${stan}`), text });
  }

  // A killed process takes its connections with it; its terminals hear of that.
  #onKilled(number: number, where: string): void {
    this.#noteAll(`${instanceNames[number]} is killed (${where})`);
    for (const line of this.#lines) {
      if (line.instance === number) line.connection?.closeFar();
    }
  }
}
