// Several switch processes on one machine that share the terminals' ports: each is an instance of its own, with its own
// node and links to hosts; one that dies is started again, and the others take over what it left open meanwhile.
import cluster, { type Worker } from 'node:cluster';
import { SettingError } from '@chipswitch/program';
import type { SwitchConfig } from './config.ts';
import type { LogLine } from './desk.ts';

const workersMax = 10;
const variable = 'SWITCH_WORKERS';
/** Which one of them a process is; set by the one that starts it. */
const numberVariable = 'SWITCH_WORKER';
const restartMsMin = 500;
const restartMsMax = 30_000;
/** One that has run for so long did not fail at its start. */
const settledMs = 60_000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How many processes are wanted beside each other; 0 when this one is to be the switch itself.
 *
 * @throws SettingError when the setting is no such number.
 */
export function workersWanted(environment: Environment): number {
  const text = environment[variable];
  if (text === undefined || !cluster.isPrimary) return 0;
  const count = Number(text);
  if (/^\d{1,2}$/.test(text) && count >= 1 && count <= workersMax) return count;
  throw new SettingError(variable, `must be a whole number from 1 to ${workersMax}`);
}

/**
 * The configuration as it is for this process: of several, each has a name and a node of its own.
 *
 * @throws SettingError when there are more of them than nodes.
 */
export function configOfWorker<Config extends Pick<SwitchConfig, 'instance' | 'node'>>(
  config: Config,
  environment: Environment,
): Config {
  const number = environment[numberVariable];
  if (number === undefined) return config;
  const node = config.node + Number(number);
  if (node > 9) throw new SettingError('config.node', 'leaves no nodes for so many workers');
  const instance = `${config.instance}-${number}`;
  if (instance.length > 32) throw new SettingError('config.instance', 'is too long for workers');
  return { ...config, instance, node };
}

/** What a worker is started with: a port of operations of its own, as each shows itself. */
function environmentOf(number: number, { OPERATIONS_PORT: port }: Environment): Environment {
  const own =
    port === undefined || Number(port) === 0
      ? {}
      : { OPERATIONS_PORT: String(Number(port) + number) };
  return { [numberVariable]: String(number), ...own };
}

/** One of them, started again whenever it ends. */
class Place {
  readonly #number: number;
  readonly #log: (line: LogLine) => void;
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #failures = 0;

  constructor(number: number, log: (line: LogLine) => void) {
    this.#number = number;
    this.#log = log;
  }

  /** Starts it; gives what it says when it is ready, or its exit code when it never is. */
  start(): Promise<object | number> {
    const startedMs = performance.now();
    const worker = cluster.fork(environmentOf(this.#number, process.env));
    this.#worker = worker;
    return new Promise((resolve) => {
      worker.once('message', (ready: object) => {
        this.#log({ event: 'worker', worker: this.#number, pid: worker.process.pid });
        resolve(ready);
      });
      worker.once('exit', (code: number | null) => {
        this.#worker = undefined;
        resolve(code ?? 1);
        if (!this.#stopping) this.#startLater(code, performance.now() - startedMs > settledMs);
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => void worker.once('exit', () => resolve()));
    worker.process.kill('SIGTERM');
    await ended;
  }

  #startLater(code: number | null, wasSettled: boolean): void {
    this.#failures = wasSettled ? 0 : this.#failures + 1;
    const delayMs = Math.min(restartMsMin * 2 ** (this.#failures - 1), restartMsMax);
    this.#log({ event: 'worker-ended', worker: this.#number, code });
    this.#timer = setTimeout(() => void this.start(), delayMs);
  }
}

/**
 * Starts them and waits until all are ready.
 *
 * @returns what the first one said, and what stops them all.
 * @throws SettingError when one of them ends before it is ready: it has said why.
 */
export async function startWorkers(
  count: number,
  log: (line: LogLine) => void,
): Promise<{ readonly ready: object; readonly stop: () => Promise<void> }> {
  const places = Array.from({ length: count }, (_, number) => new Place(number, log));
  const stop = async (): Promise<void> => {
    await Promise.all(places.map((place) => place.stop()));
  };
  // One after the other: the first brings the database up to date.
  const said: object[] = [];
  for (const place of places) {
    const ready = await place.start();
    if (typeof ready === 'number') {
      await stop();
      throw new SettingError(variable, `a process ended with ${ready} before it was ready`);
    }
    said.push(ready);
  }
  return { ready: said[0], stop };
}
