// One instance of the shipped switch as a process of the world: it is started, paused, killed at any moment, and
// started again with nothing but the disk. Every object of it is thrown away with the kill.
import { createSoftModule } from '@chipswitch/security-module';
import {
  type Desk,
  type SwitchConfig,
  SwitchAssembly,
  Question,
  type UntimedFrame,
  adoptEvery,
  answerFault,
  answerOverdue,
  authorize,
  claimNumbers,
  localClockOf,
  recover,
  sweepEvery,
  terminalDoors,
} from '@chipswitch/switch';
import type { Random } from './random.ts';
import type { VirtualDisk } from './virtual-disk.ts';
import type { VirtualKeys } from './virtual-keys.ts';
import { type HostConnection, type NearEnd, VirtualLink } from './virtual-link.ts';
import type { Asker } from './virtual-store.ts';
import type { VirtualTime } from './virtual-time.ts';
import { openVault, worldBeginsMs, worldCalendar } from './world-settings.ts';

/** A start of an instance: which one, and how often it was started. */
export interface Start {
  readonly instance: string;
  readonly starts: number;
}

/** Ports other than the world's own, for a switch that is spoiled on purpose. */
export type Spoil = (ports: Desk, start: Start) => Partial<Desk>;

/** What an instance works against. */
export interface Surroundings {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly disk: VirtualDisk;
  readonly keys: VirtualKeys;
  readonly config: SwitchConfig;
  readonly connect: (host: string, near: NearEnd) => HostConnection;
  /** A line of the log, or a problem that was reported. */
  readonly onLine: (line: string) => void;
  /** Asked at every effect: whether the process dies here. */
  readonly mayDie: (where: string) => boolean;
  /** For how long it stays away after a kill. */
  readonly awayMs: () => number;
  readonly onKilled: (where: string) => void;
  /** A question was neither answered nor given up within its terminal's time. */
  readonly onUnanswered: (frame: UntimedFrame) => void;
  readonly spoil: Spoil;
}

interface Life extends Asker {
  readonly start: Start;
  isOver: boolean;
  pausedUntilMs: number;
  /** Known once the parts are put together. */
  parts: { readonly assembly: SwitchAssembly; readonly links: VirtualLink[] } | undefined;
  /** Recovered, its port open. */
  isOpen: boolean;
}

const claimEveryMs = 1_000;
const graceMs = 10;
const numbersInBlock = 6;

/** The instance. */
export class SwitchInstance {
  readonly name: string;
  readonly #around: Surroundings;
  readonly #frameOf: ReturnType<typeof terminalDoors>;
  #life: Life | undefined;
  #wallOffsetMs = 0;
  kills = 0;
  starts = 0;

  constructor(around: Surroundings) {
    this.#around = around;
    const { config } = around;
    this.#frameOf = terminalDoors(
      config,
      localClockOf(config, () => this.#wallMs()),
    );
    this.name = around.config.instance;
    this.#start();
  }

  /** Whether a terminal can connect. */
  get isOpen(): boolean {
    return this.#life?.isOpen === true;
  }

  /** Everything that a payment takes while it is in flight, counted. */
  leftOver(): Readonly<Record<string, number>> {
    const parts = this.#life?.parts;
    if (parts === undefined) return { 'processes missing': 1 };
    const { assembly, links } = parts;
    const { desk, storeAndForward } = assembly;
    const sum = (of: (host: string) => number): number =>
      desk.config.hosts.reduce((total, { name }) => total + of(name), 0);
    return {
      'payments in flight': desk.inFlight.size,
      'answers awaited': links.reduce((total, link) => total + link.inFlight, 0),
      'trace numbers held':
        sum((host) => desk.traceNumbersOf(host).inFlight) -
        links.reduce((total, link) => total + link.networking, 0),
      'reversals and advices queued': storeAndForward.waiting,
      'reversals and advices outstanding': sum((host) => storeAndForward.outstanding(host)),
    };
  }

  /** A frame from a terminal; false when nobody listens. */
  onTerminal(line: UntimedFrame): boolean {
    const life = this.#life;
    if (life?.isOpen !== true || life.parts === undefined) return false;
    const { desk } = life.parts.assembly;
    let isEnded = false;
    const guarded: UntimedFrame = {
      ...line,
      reply: async (body) => {
        isEnded = true;
        life.mayDie('before an answer');
        if (life.isOver) return false;
        const isSent = await line.reply(body);
        life.mayDie('after an answer');
        return isSent;
      },
      giveUp: () => {
        isEnded = true;
        if (!life.isOver) line.giveUp();
      },
    };
    life.run(() => {
      const { terminalMs } = desk.config.listen;
      this.#clockOf(life).after(terminalMs + graceMs, () => {
        if (!isEnded) this.#around.onUnanswered(line);
      });
      const { frame: timed, end } = new Question(guarded, {
        clock: desk.clock,
        terminalMs,
        onOverdue: (overdue) => void answerOverdue(desk, this.#frameOf(overdue)),
      });
      const frame = this.#frameOf(timed);
      void authorize(desk, frame)
        .catch((error: unknown) => answerFault(desk, frame, error))
        .finally(end);
    });
    return true;
  }

  /** Power off: all but the disk is gone; it is started again by whoever watches it. */
  kill(where: string): void {
    const life = this.#life;
    if (life === undefined) return;
    this.kills++;
    life.isOver = true;
    this.#life = undefined;
    this.#around.onKilled(where);
    for (const link of life.parts?.links ?? []) link.drop();
    this.#around.time.after(this.#around.awayMs(), () => this.#start());
  }

  /** It stands still: a machine that swaps, or is stopped for a while. */
  pause(ms: number): void {
    const life = this.#life;
    if (life !== undefined) life.pausedUntilMs = this.#around.time.nowMs + ms;
  }

  /** Its clock is set; time that is waited for goes on as before. */
  jumpClock(ms: number): void {
    this.#wallOffsetMs = ms;
  }

  #newLife(): Life {
    const { time, mayDie, config } = this.#around;
    const life: Life = {
      start: { instance: config.instance, starts: ++this.starts },
      isOver: false,
      pausedUntilMs: 0,
      parts: undefined,
      isOpen: false,
      isAlive: () => !life.isOver,
      run: (work) => {
        if (life.isOver) return;
        const waitMs = life.pausedUntilMs - time.nowMs;
        if (waitMs > 0) time.after(waitMs, () => life.run(work));
        else work();
      },
      mayDie: (where) => {
        if (!life.isOver && mayDie(where)) this.kill(where);
      },
    };
    return life;
  }

  #start(): void {
    const life = this.#newLife();
    this.#life = life;
    this.#open(life).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      if (!life.isOver) this.kill(`it could not be opened (${why})`);
    });
  }

  #wallMs(): number {
    return worldBeginsMs + this.#around.time.nowMs + this.#wallOffsetMs;
  }

  async #open(life: Life): Promise<void> {
    const { disk, config } = this.#around;
    const clock = this.#clockOf(life);
    this.#keepClaim(life);
    const numbers = await claimNumbers({
      store: disk.numbersFor(life),
      node: config.node,
      hosts: config.hosts.map(({ name }) => name),
      businessDate: () => worldCalendar.businessDate(this.#wallMs()) ?? '',
      onFault: (fault) => this.#around.onLine(`numbers: ${fault.message}`),
      blockSize: numbersInBlock,
    });
    const links: VirtualLink[] = [];
    const assembly = this.#assemble(life, numbers, links);
    const { desk } = assembly;
    life.parts = { assembly, links };
    Object.assign(desk, this.#around.spoil({ ...desk }, life.start));
    adoptEvery({
      clock,
      adopt: () => disk.adopt(life, config.instance),
      onAdopted: (payments) => desk.log({ event: 'adopted', payments }),
      onFault: (fault) => desk.report('adoption failed', fault),
      everyMs: claimEveryMs,
    });
    await recover(desk);
    if (life.isOver) return;
    assembly.links.start();
    life.isOpen = true;
    sweepEvery(assembly);
  }

  #clockOf(life: Life): Desk['clock'] {
    const { time } = this.#around;
    return { nowMs: () => time.nowMs, after: (ms, work) => time.after(ms, () => life.run(work)) };
  }

  #assemble(
    life: Life,
    numbers: Awaited<ReturnType<typeof claimNumbers>>,
    links: VirtualLink[],
  ): SwitchAssembly {
    const { config, disk, keys, onLine, random } = this.#around;
    const clock = this.#clockOf(life);
    const nowMs = (): number => this.#wallMs();
    return new SwitchAssembly({
      config,
      clock,
      numbers,
      nowMs,
      journal: disk.journalFor(life, () => worldCalendar.businessDate(nowMs()) ?? ''),
      calendar: worldCalendar,
      batches: disk.batchesFor(life),
      idempotency: keys.openFor(life),
      security: createSoftModule({ allowClearKeysInProcess: true }),
      keys: new Map(),
      vault: openVault,
      log: (line) => {
        if (!life.isOver) onLine(JSON.stringify({ ...line, ms: undefined }));
      },
      openLink: (parts) => {
        const link = new VirtualLink(parts, {
          clock,
          connect: (near) => this.#connect(life, parts.config.name, near),
          pauseMs: random.whole,
        });
        links.push(link);
        return link;
      },
    });
  }

  // Before and after each message on a line to a host the process may die.
  #connect(life: Life, host: string, near: NearEnd): HostConnection {
    const connection = this.#around.connect(host, {
      onMessage: (message) =>
        life.run(() => {
          life.mayDie('with an answer of a host');
          if (!life.isOver) near.onMessage(message);
        }),
      onBroken: () => life.run(near.onBroken),
    });
    const sendFar = connection.sendFar.bind(connection);
    connection.sendFar = (message) => {
      life.mayDie('before a message to a host');
      if (life.isOver) return;
      sendFar(message);
      life.mayDie('after a message to a host');
    };
    return connection;
  }

  #keepClaim(life: Life): void {
    if (life.isOver) return;
    const { time, disk } = this.#around;
    if (life.pausedUntilMs <= time.nowMs) disk.renewClaim(this.name);
    time.after(claimEveryMs, () => this.#keepClaim(life));
  }
}
