// The shipped switch as a process of the world: it is started, killed at any moment, and started again with nothing
// but the disk. Every object of it is thrown away with the kill.
import { createSoftModule } from '@chipswitch/security-module';
import {
  type Desk,
  Question,
  type SwitchConfig,
  SwitchAssembly,
  type UntimedFrame,
  answerFault,
  answerOverdue,
  authorize,
  createMemoryIdempotency,
  createMemoryNumbers,
  localClockOf,
  recover,
  sweepEvery,
  terminalDoors,
} from '@chipswitch/switch';
import type { IdempotencyStore, IsoMessage } from '@chipswitch/transaction';
import type { Random } from './random.ts';
import type { VirtualDisk } from './virtual-disk.ts';
import {
  VirtualLink,
  clockOf,
  noBatchStore,
  openVault,
  worldBeginsMs,
  worldCalendar,
} from './virtual-ports.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Ports other than the world's own, for a switch that is spoiled on purpose; `life` counts the starts. */
export type Spoil = (ports: Desk, life: number) => Partial<Desk>;

/** What the process works against. */
export interface Surroundings {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly disk: VirtualDisk;
  readonly config: SwitchConfig;
  readonly toHost: (host: string, message: IsoMessage) => void;
  /** A line of the log, or a problem that was reported. */
  readonly onLine: (line: string) => void;
  readonly spoil: Spoil;
}

interface Life {
  readonly assembly: SwitchAssembly;
  readonly links: ReadonlyMap<string, VirtualLink>;
  isAlive: boolean;
  /** Recovered, its port open. */
  isOpen: boolean;
}

const downMs = 300;

/** The process. */
export class SwitchProcess {
  readonly #around: Surroundings;
  // Sequences are kept in the database.
  readonly #numbers = createMemoryNumbers();
  readonly #frameOf: ReturnType<typeof terminalDoors>;
  #idempotency: IdempotencyStore;
  #life: Life | undefined;
  kills = 0;
  starts = 0;

  constructor(around: Surroundings) {
    this.#around = around;
    const { config, time } = around;
    this.#frameOf = terminalDoors(
      config,
      localClockOf(config, () => worldBeginsMs + time.nowMs),
    );
    this.#idempotency = this.#emptyIdempotency();
    this.#start();
  }

  /** Everything that a payment takes while it is in flight, counted. */
  leftOver(): Readonly<Record<string, number>> {
    if (this.#life === undefined) return { 'processes missing': 1 };
    const { assembly, links } = this.#life;
    const sum = (of: (host: string) => number): number =>
      [...links.keys()].reduce((total, host) => total + of(host), 0);
    return {
      'payments in flight': assembly.desk.inFlight.size,
      'answers awaited': sum((host) => links.get(host)?.inFlight ?? 0),
      'trace numbers held': sum((host) => assembly.desk.traceNumbersOf(host).inFlight),
      'reversals and advices queued': assembly.storeAndForward.waiting,
      'reversals and advices outstanding': sum((host) =>
        assembly.storeAndForward.outstanding(host),
      ),
    };
  }

  /** A frame from a terminal; false when nobody listens. */
  onTerminal(line: UntimedFrame): boolean {
    const life = this.#life;
    if (life?.isOpen !== true) return false;
    const { desk } = life.assembly;
    const guarded: UntimedFrame = {
      ...line,
      reply: async (body) => life.isAlive && line.reply(body),
      giveUp: () => {
        if (life.isAlive) line.giveUp();
      },
    };
    const { frame: timed, end } = new Question(guarded, {
      clock: desk.clock,
      terminalMs: this.#around.config.listen.terminalMs,
      onOverdue: (overdue) => void answerOverdue(desk, this.#frameOf(overdue)),
    });
    const frame = this.#frameOf(timed);
    void authorize(desk, frame)
      .catch((error: unknown) => answerFault(desk, frame, error))
      .finally(end);
    return true;
  }

  onHost(host: string, message: IsoMessage): void {
    if (this.#life?.isOpen === true) this.#life.links.get(host)?.hear(message);
  }

  onHostLineBroken(host: string): void {
    this.#life?.links.get(host)?.breakDown(this.#around.random.whole(10, 2_000));
  }

  /** Power off: all but the disk is gone; it is started again by whoever watches it. */
  kill(): void {
    if (this.#life === undefined) return;
    this.kills++;
    this.#life.isAlive = false;
    this.#life = undefined;
    // Redis may be lost with it, or not.
    if (this.#around.random.chance(0.3)) this.#idempotency = this.#emptyIdempotency();
    this.#around.time.after(downMs, () => this.#start());
  }

  #emptyIdempotency(): IdempotencyStore {
    return createMemoryIdempotency(10_000, () => this.#around.time.nowMs);
  }

  #start(): void {
    const life = this.#newLife();
    this.#life = life;
    const { desk, links } = life.assembly;
    recover(desk)
      .then(() => {
        if (!life.isAlive) return;
        links.start();
        life.isOpen = true;
        sweepEvery(life.assembly);
      })
      .catch((error: unknown) => {
        desk.report('the switch could not be opened', error);
        if (life.isAlive) this.kill();
      });
  }

  #newLife(): Life {
    const { time, config, disk, toHost, onLine, spoil } = this.#around;
    this.starts++;
    const isAlive = (): boolean => life.isAlive;
    const clock = clockOf(time, isAlive);
    const links = new Map<string, VirtualLink>();
    const assembly = new SwitchAssembly({
      config,
      clock,
      journal: disk.openFor({ isAlive }),
      calendar: worldCalendar,
      batches: noBatchStore,
      idempotency: this.#idempotency,
      security: createSoftModule({ allowClearKeysInProcess: true }),
      keys: new Map(),
      vault: openVault,
      nowMs: () => worldBeginsMs + time.nowMs,
      numbers: this.#numbers,
      log: (line) => onLine(JSON.stringify({ ...line, ms: undefined })),
      openLink: (parts) => {
        const { name } = parts.config;
        const link = new VirtualLink(parts, clock, (message) => toHost(name, message));
        links.set(name, link);
        return link;
      },
    });
    Object.assign(assembly.desk, spoil(assembly.desk, this.starts));
    const life: Life = { assembly, links, isAlive: true, isOpen: false };
    return life;
  }
}
