// A process of the sandbox: started, ready or explained, stopped, killed.
import { type ChildProcess, fork } from 'node:child_process';
import { type WriteStream, createWriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SettingError } from '@chipswitch/program';

/** What is to be run. */
export interface ProcessPlan {
  readonly name: string;
  readonly script: URL;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Its standard output goes here. */
  readonly logFile: string;
}

/** A running process. */
export interface RunningProcess<Ready> {
  readonly ready: Ready;
  /** Ends when the process has ended, for whatever reason. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Asks it to stop and waits; kills it when it does not. */
  readonly stop: () => Promise<void>;
  /** Kills it without warning (SIGKILL) and waits. */
  readonly kill: () => Promise<void>;
  /** Asks for its status over the channel. */
  readonly status: () => Promise<unknown>;
}

const noInspector = '--disable-sigusr1';
const readyMsMax = 30_000;
const stopMsMax = 10_000;

function askStatus(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    const onMessage = (message: { type?: string; status?: unknown }): void => {
      if (message.type !== 'status') return;
      child.off('message', onMessage);
      resolve(message.status);
    };
    child.on('message', onMessage);
    child.send({ type: 'status' });
  });
}

function untilReady<Ready>(child: ChildProcess, said: () => string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('it does not get ready')), readyMsMax);
    child.once('message', (message) => {
      clearTimeout(late);
      resolve(message as Ready);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(late);
      const [first = `ended with ${code ?? signal}`] = said().split('\n').filter(Boolean);
      reject(new Error(first));
    });
  });
}

function openLog(path: string): WriteStream {
  return createWriteStream(path, { flags: 'a', mode: 0o600 });
}

/**
 * Starts a process and waits until it says that it is ready.
 *
 * @throws SettingError with the process's own first line when it ends before that.
 */
export async function startProcess<Ready>(plan: ProcessPlan): Promise<RunningProcess<Ready>> {
  const child = fork(plan.script, plan.args, {
    // No signal opens an inspector in a process that holds card data and keys; older nodes have no such word.
    execArgv: [
      ...process.execArgv.filter((word) => word !== noInspector),
      ...(process.allowedNodeEnvironmentFlags.has(noInspector) ? [noInspector] : []),
    ],
    env: { ...process.env, ...plan.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Ctrl-C reaches the sandbox only; it stops its processes in order.
    detached: true,
  });
  const log = openLog(plan.logFile);
  child.stdout?.pipe(log);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
    log.write(text);
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 0));
  });
  let ready: Ready;
  try {
    ready = await untilReady<Ready>(child, () => said);
  } catch (error) {
    child.kill('SIGKILL');
    const problem = error instanceof Error ? error.message : String(error);
    throw new SettingError(plan.name, problem.replace(`${plan.name}: `, ''));
  }
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const late = sleep(stopMsMax, 'late', { ref: false });
    if ((await Promise.race([ended, late])) === 'late') await kill();
  };
  return { ready, ended, stop, kill, status: () => askStatus(child) };
}
