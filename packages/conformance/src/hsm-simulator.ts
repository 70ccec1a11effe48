// One HSM simulator for all exchanges of vectors, in a process of its own, spoken to over a real socket.
import { type ChildProcess, spawn } from 'node:child_process';
import { type Socket, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { toLatin1 } from '@chipswitch/bytes';
import { FrameReader, encodeFrame } from '@chipswitch/payshield';

const simulator = fileURLToPath(new URL('../../../simulators/hsm/src/main.ts', import.meta.url));
const header = 'VECT';
const exchangeTimeoutMs = 10_000;

/** Text as bytes, a byte a character. */
export const latin1 = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

let starting: Promise<number> | undefined;
let simulatorProcess: ChildProcess | undefined;

/** Ends the simulator, where one was started: tests have to, a command's end does it too. */
export function stopSimulator(): void {
  simulatorProcess?.kill();
  simulatorProcess = undefined;
  starting = undefined;
}

function startSimulator(): Promise<number> {
  const child: ChildProcess = spawn(
    process.execPath,
    // The simulators whose exchanges the vectors record do not warn of a longer PVK.
    [simulator, '--port', '0', '--header-length', String(header.length), '--no-pvk-warning'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  simulatorProcess = child;
  process.once('exit', stopSimulator);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`simulator ended with ${String(code)}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      const port = /127\.0\.0\.1:(\d+)/.exec(chunk.toString())?.[1];
      if (port === undefined) return;
      // Nothing of the child may keep this process alive once the vectors are through.
      child.unref();
      (child.stdout as Socket | null)?.unref();
      resolve(Number(port));
    });
  });
}

function sendAndReceive(port: number, message: Uint8Array): Promise<Uint8Array> {
  const framed = encodeFrame(message);
  if (!framed.ok) throw new Error(framed.error.code);
  return new Promise((resolve, reject) => {
    const reader = new FrameReader();
    const socket = connect(port, '127.0.0.1', () => socket.write(framed.value));
    socket.setTimeout(exchangeTimeoutMs, () => socket.destroy(new Error('no answer in time')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the simulator closed the link')));
    socket.on('data', (chunk) => {
      const read = reader.push(chunk);
      if (!read.ok) socket.destroy(new Error(read.error.code));
      else if (read.value.length > 0) {
        resolve(read.value[0]);
        socket.destroy();
      }
    });
  });
}

/**
 * The simulator's answer, without its header.
 *
 * @param command code and body, a byte a character
 */
export async function exchangeWithSimulator(command: string): Promise<string> {
  starting ??= startSimulator();
  const answer = toLatin1(await sendAndReceive(await starting, latin1(header + command)));
  if (!answer.startsWith(header)) throw new Error('another header came back');
  return answer.slice(header.length);
}
