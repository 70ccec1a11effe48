// The nightly trigger: a BullMQ job scheduler at the cut-off. It may fire twice or never; the database decides.
import type { CutOffTerms } from '@chipswitch/ledger';
import { Queue, Worker } from 'bullmq';

/** When and where the trigger fires. */
export interface NightlyTerms {
  readonly redisUrl: string;
  /** Asked at the start and at every run, so that a change of the calendar moves the trigger. */
  readonly terms: () => Promise<CutOffTerms>;
  /** Separates installations that share a Redis. */
  readonly prefix?: string;
}

/** A running trigger. */
export interface Nightly {
  /** Asks for a run now, besides the nightly one. */
  runNow(): Promise<void>;
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

/**
 * Starts the trigger and one worker. A run that fails, or finds a day blocked, is tried again with
 * growing pauses; after that the next night looks at the same day again.
 *
 * @param run settles what is to be settled; resolves to false when a day must be tried again.
 * @param onFault told of every fault of a run or of Redis.
 */
export async function startNightly(
  terms: NightlyTerms,
  run: () => Promise<boolean>,
  onFault: (fault: Error) => void,
): Promise<Nightly> {
  const connection = { url: terms.redisUrl, maxRetriesPerRequest: null };
  const shared = { connection, prefix: terms.prefix ?? 'chipswitch' };
  const queue = new Queue(queueName, {
    ...shared,
    defaultJobOptions: {
      attempts: 8,
      backoff: { type: 'exponential', delay: 30_000 },
      removeOnComplete: 50,
      removeOnFail: 50,
    },
  });
  const schedule = async (): Promise<void> => {
    const { cutOff, timeZone } = await terms.terms();
    const repeat = { pattern: cronPattern(cutOff), tz: timeZone };
    await queue.upsertJobScheduler('nightly', repeat, { name: 'settle' });
  };
  const worker = new Worker(
    queueName,
    async () => {
      await schedule();
      if (!(await run())) throw new Error('a business day is not settled yet');
    },
    { ...shared, concurrency: 1 },
  );
  queue.on('error', onFault);
  worker.on('error', onFault);
  worker.on('failed', (_job, fault) => onFault(fault));
  await schedule();
  return {
    runNow: async () => {
      await queue.add('settle', {});
    },
    close: async () => {
      await worker.close();
      await queue.close();
    },
  };
}
