// The nightly trigger: a BullMQ job scheduler at the cut-off. It may fire twice or never; the database decides.
import { setTimeout as sleep } from 'node:timers/promises';
import type { CutOffTerms } from '@chipswitch/ledger';
import { SettingError } from '@chipswitch/program';
import { Queue, Worker } from 'bullmq';
import { type RedisConnection, connectRedis } from './redis-connection.ts';

/** When and where the trigger fires. */
export interface NightlyTerms {
  readonly redisUrl: string;
  /** Asked at the start and at every run, so that a change of the calendar moves the trigger. */
  readonly terms: () => Promise<CutOffTerms>;
  /** Separates installations that share a Redis; with a hash tag, so that a cluster can serve it. */
  readonly prefix?: string;
  /** Lines about Redis come no closer together than this. */
  readonly quietMs?: number;
}

/** A running trigger. */
export interface Nightly {
  /** Asks for a run now, besides the nightly one. */
  runNow(): Promise<void>;
  /** Rejects with a SettingError when the server turns into one that can never do. */
  readonly ended: Promise<never>;
  close(): Promise<void>;
}

const queueName = 'settlement';
const minutesAfterCutOff = 5;

/**
 * The cron pattern of a cut-off, some minutes later so that the last payments of the day are at rest.
 *
 * @example cronPattern('23:58') // '0 3 0 * * *'
 */
export function cronPattern(cutOff: string): string {
  const [hour, minute] = cutOff.split(':').map(Number);
  const later = hour * 60 + minute + minutesAfterCutOff;
  return `0 ${later % 60} ${Math.floor(later / 60) % 24} * * *`;
}

const quietMsNormal = 60_000;
const pauseMsMax = 60_000;

/** Lets one fault through in a while and counts the rest: a fault that lasts is not news. */
export function oneLineInAWhile(
  tell: (fault: Error) => void,
  quietMs: number,
  nowMs: () => number = () => performance.now(),
): (fault: Error) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return (fault) => {
    if (nowMs() - lastMs < quietMs) {
      untold++;
      return;
    }
    const more = untold === 0 ? '' : ` (and ${untold} more since)`;
    lastMs = nowMs();
    untold = 0;
    tell(new Error(`redis: ${fault.message}${more}`));
  };
}

// A refusal of the server, not a lost connection: the driver tries again without a pause.
function isRefusal(fault: Error): boolean {
  return fault.name === 'ReplyError' || /^[A-Z]{4,} /.test(fault.message);
}

/** Queue and worker on one connection, as long as that serves. */
class Session {
  readonly #connection: RedisConnection;
  readonly #worker: Worker;
  readonly queue: Queue;
  /** Ends when the server refuses what it is asked. */
  readonly refused: Promise<void>;

  constructor(
    connection: RedisConnection,
    prefix: string,
    work: () => Promise<void>,
    faults: { readonly redis: (fault: Error) => void; readonly run: (fault: Error) => void },
  ) {
    this.#connection = connection;
    this.queue = new Queue(queueName, {
      connection,
      prefix,
      defaultJobOptions: {
        attempts: 8,
        backoff: { type: 'exponential', delay: 30_000 },
        removeOnComplete: 50,
        removeOnFail: 50,
      },
    });
    this.#worker = new Worker(queueName, work, { connection, prefix, concurrency: 1 });
    this.#worker.on('failed', (_job, fault) => faults.run(fault));
    this.refused = new Promise((resolve) => {
      const onError = (fault: Error): void => {
        faults.redis(fault);
        if (isRefusal(fault)) resolve();
      };
      connection.on('error', onError);
      this.queue.on('error', onError);
      this.#worker.on('error', onError);
    });
  }

  async close(force: boolean): Promise<void> {
    await this.#worker.close(force);
    await this.queue.close();
    this.#connection.disconnect();
  }
}

/** The trigger: one session after another, with growing pauses between those that are refused. */
class Trigger {
  readonly #terms: NightlyTerms;
  readonly #run: () => Promise<boolean>;
  readonly #faults: { redis: (fault: Error) => void; run: (fault: Error) => void };
  #session: Session | undefined;
  readonly #closing = new AbortController();
  #closed = false;

  constructor(terms: NightlyTerms, run: () => Promise<boolean>, onFault: (fault: Error) => void) {
    this.#terms = terms;
    this.#run = run;
    this.#faults = {
      redis: oneLineInAWhile(onFault, terms.quietMs ?? quietMsNormal),
      run: onFault,
    };
  }

  async open(): Promise<void> {
    const prefix = this.#terms.prefix ?? '{chipswitch}';
    const connection = await connectRedis(this.#terms.redisUrl, prefix);
    const session = new Session(connection, prefix, () => this.#work(), this.#faults);
    this.#session = session;
    try {
      await this.#schedule(session.queue);
    } catch (error) {
      await this.#leave(session);
      throw error;
    }
  }

  /** Opens until it is open; only a server that can never do ends it. */
  async openPatiently(): Promise<void> {
    for (let tries = 0; !this.#closed; tries++) {
      try {
        return await this.open();
      } catch (error) {
        if (error instanceof SettingError || !(error instanceof Error)) throw error;
        this.#faults.redis(error);
        await this.#pause(tries);
      }
    }
  }

  async watch(): Promise<never> {
    for (let refusals = 0; ; refusals++) {
      const session = this.#session;
      if (session === undefined || this.#closed) return new Promise<never>(() => undefined);
      const openedMs = performance.now();
      await session.refused;
      if (performance.now() - openedMs > 10 * pauseMsMax) refusals = 0;
      await this.#leave(session);
      await this.#pause(refusals);
      await this.openPatiently();
    }
  }

  async runNow(): Promise<void> {
    await this.#session?.queue.add('settle', {});
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#closing.abort();
    await this.#session?.close(false);
  }

  async #pause(times: number): Promise<void> {
    const ms = Math.min(1_000 * 2 ** times, pauseMsMax);
    const { signal } = this.#closing;
    await sleep(ms, undefined, { signal }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
  }

  async #leave(session: Session): Promise<void> {
    if (this.#session === session) this.#session = undefined;
    await session.close(true).catch((error: Error) => this.#faults.redis(error));
  }

  async #schedule(queue: Queue): Promise<void> {
    const { cutOff, timeZone } = await this.#terms.terms();
    const repeat = { pattern: cronPattern(cutOff), tz: timeZone };
    await queue.upsertJobScheduler('nightly', repeat, { name: 'settle' });
  }

  async #work(): Promise<void> {
    const queue = this.#session?.queue;
    if (queue !== undefined) await this.#schedule(queue);
    if (!(await this.#run())) throw new Error('a business day is not settled yet');
  }
}

/**
 * Starts the trigger and one worker. A run that fails, or finds a day blocked, is tried again with
 * growing pauses; after that the next night looks at the same day again. So is a Redis that refuses.
 *
 * @param run settles what is to be settled; resolves to false when a day must be tried again.
 * @param onFault told of every fault of a run, and once in a while of those of Redis.
 * @throws SettingError when the server can never do.
 */
export async function startNightly(
  terms: NightlyTerms,
  run: () => Promise<boolean>,
  onFault: (fault: Error) => void,
): Promise<Nightly> {
  const trigger = new Trigger(terms, run, onFault);
  await trigger.openPatiently();
  const ended = trigger.watch();
  ended.catch(() => undefined); // Whoever awaits `ended` hears of it.
  return { runNow: () => trigger.runNow(), ended, close: () => trigger.close() };
}
