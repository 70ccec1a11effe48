// The lines between the instances of the switch and the hosts: what goes over them, which hosts are silent or away.
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import type { FaultName } from './faults.ts';
import type { Random } from './random.ts';
import { type Story, everyPayment } from './story.ts';
import { type LineWeather, VirtualConnection } from './virtual-connection.ts';
import type { VirtualHost } from './virtual-host.ts';
import type { HostConnection, NearEnd } from './virtual-link.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What the lines join, and what ails them. */
export interface HostLinesParts {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly story: Story;
  readonly hosts: ReadonlyMap<string, VirtualHost>;
  /** How strong a fault is now. */
  readonly now: (fault: FaultName) => number;
  readonly weather: () => LineWeather;
  readonly onBreak: () => void;
}

/** Where a message came from. */
interface Over {
  readonly line: string;
  readonly number: number;
  readonly connection: HostConnection;
}

const lateEveryMs = 3_000;

/** The lines. */
export class HostLines {
  readonly #parts: HostLinesParts;
  readonly #open = new Map<string, Set<HostConnection>>();
  readonly #silentUntilMs = new Map<string, number>();
  readonly #absentUntilMs = new Map<string, number>();
  #connections = 0;

  constructor(parts: HostLinesParts) {
    this.#parts = parts;
    parts.time.after(lateEveryMs, () => this.#repeatLateAnswers());
  }

  /** A host answers nothing for a while. */
  silence(host: string, ms: number): void {
    this.#silentUntilMs.set(host, this.#parts.time.nowMs + ms);
    this.#parts.story.note(everyPayment, () => `host ${host} falls silent`);
  }

  /** A host goes away for a while: its connections end, and nobody takes new ones. */
  leave(host: string, ms: number): void {
    this.#absentUntilMs.set(host, this.#parts.time.nowMs + ms);
    this.#parts.story.note(everyPayment, () => `host ${host} goes away`);
    for (const connection of this.#openTo(host)) connection.closeFar();
  }

  /** Connects an instance to a host. */
  connect(instance: string, host: string, near: NearEnd): HostConnection {
    const { time, random, story, weather, onBreak } = this.#parts;
    const line = `${instance} - ${host}`;
    const number = ++this.#connections;
    const open = this.#open.get(line) ?? new Set<HostConnection>();
    this.#open.set(line, open);
    const connection: HostConnection = new VirtualConnection<IsoMessage, IsoMessage>({
      time,
      random,
      weather,
      onFar: (message) => this.#atHost(host, message, { line, number, connection }),
      onNear: (message) => {
        this.#note(message, `at ${instance}, from host ${host}:`);
        near.onMessage(message);
      },
      onBroken: () => {
        open.delete(connection);
        near.onBroken();
      },
      onNote: (what) => {
        onBreak();
        story.note(everyPayment, () => `the line ${line} ${what}`);
      },
    });
    open.add(connection);
    const isAbsent = (this.#absentUntilMs.get(host) ?? 0) > time.nowMs;
    // Nobody takes the connection: it ends at once.
    if (isAbsent) time.after(1, () => connection.closeFar());
    return connection;
  }

  #note(message: IsoMessage, what: string): void {
    this.#parts.story.note(textOf(message, 37) ?? '', () => {
      const [code, stan] = [textOf(message, 39) ?? '', textOf(message, 11) ?? ''];
      return `${what} ${message.mti} ${stan} ${code}`.trimEnd();
    });
  }

  #atHost(name: string, message: IsoMessage, over: Over): void {
    this.#note(message, `at host ${name}, from ${over.line}:`);
    const { time, random, hosts, now } = this.#parts;
    const isSilent = (this.#silentUntilMs.get(name) ?? 0) > time.nowMs;
    const answers = hosts.get(name)?.hear(message, over.number) ?? [];
    if (isSilent) return;
    for (const answer of answers) {
      const isLater = random.chance(now('answers-out-of-order') * 0.2);
      time.after(isLater ? random.whole(50, 1_000) : 0, () => {
        this.#note(answer, `host ${name} answers:`);
        over.connection.sendNear(answer);
      });
    }
  }

  // A host tells a late approval until somebody undoes it, over whatever line it has.
  #repeatLateAnswers(): void {
    const { time, random, hosts } = this.#parts;
    for (const [name, host] of hosts) {
      const lines = this.#openTo(name);
      for (const answer of lines.length === 0 ? [] : host.lateAnswers()) {
        lines[random.whole(0, lines.length - 1)].sendNear(answer);
      }
    }
    time.after(lateEveryMs, () => this.#repeatLateAnswers());
  }

  #openTo(host: string): readonly HostConnection[] {
    return [...this.#open]
      .filter(([line]) => line.endsWith(` ${host}`))
      .flatMap(([, open]) => [...open].filter(({ isOpen }) => isOpen));
  }
}
