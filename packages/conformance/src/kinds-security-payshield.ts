// What each payshield kind of a security vector means: codec, frame, and exchanges over a real socket.
import { type ChildProcess, spawn } from 'node:child_process';
import { type Socket, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { concatBytes, fromAscii, fromHex, toHex, toLatin1 } from '@chipswitch/bytes';
import {
  FrameReader,
  type Fields,
  decodeFrame,
  decodeResponse,
  encodeCommand,
  encodeFrame,
} from '@chipswitch/payshield';
import type { Check, Kinds, Vector } from './runner.ts';

type Members = Readonly<Record<string, unknown>>;

const inputOf = (vector: Vector): Members => vector['input'] as Members;
const expectOf = (vector: Vector): Members => vector['expect'] as Members;

// Vectors name an outcome, not our codes: these are the names they use.
const frameErrorNames: Readonly<Record<string, string>> = {
  'header-mismatch': 'header',
  'frame-truncated': 'length',
  'frame-length': 'length',
};

const encode: Check = (vector) => {
  const { command, headerHex, fields } = inputOf(vector);
  const encoded = encodeCommand({
    command: String(command),
    header: fromHex(String(headerHex)),
    fields: fields as Fields,
  });
  const { wireHex, error } = expectOf(vector);
  if (!encoded.ok) {
    const { code, path } = encoded.error;
    return error === undefined ? `refused ${code} at ${path}` : undefined;
  }
  if (error !== undefined) return 'encoded, but should be refused';
  const got = toHex(encoded.value);
  return got === wireHex ? undefined : `got ${got}`;
};

const decode: Check = (vector) => {
  const { wireHex, headerLength } = inputOf(vector);
  const decoded = decodeResponse(fromHex(String(wireHex)), { headerLength: Number(headerLength) });
  const expected = expectOf(vector);
  if (!decoded.ok) {
    const { code, path } = decoded.error;
    return 'error' in expected ? undefined : `refused ${code} at ${path}`;
  }
  const { header, code, errorCode, fields } = decoded.value;
  const got: Members = { header: toLatin1(header), code, errorCode, ...fields };
  const wrong = Object.keys(expected).filter(
    (name) => JSON.stringify(got[name]) !== JSON.stringify(expected[name]),
  );
  if (wrong.length === 0) return undefined;
  return wrong.map((name) => `${name}: got ${JSON.stringify(got[name])}`).join('; ');
};

const frame: Check = (vector) => {
  const { frameHex, header } = inputOf(vector);
  const headerBytes = Uint8Array.from(String(header), (character) => character.charCodeAt(0));
  const decoded = decodeFrame(fromHex(String(frameHex)), headerBytes);
  const expected = expectOf(vector);
  if (!decoded.ok) {
    const name = frameErrorNames[decoded.error.code] ?? decoded.error.code;
    return name === expected['error'] ? undefined : `refused ${decoded.error.code}`;
  }
  if ('error' in expected) return 'accepted, but should be refused';
  const { command, body } = decoded.value;
  if (command !== expected['command']) return `command: got ${command}`;
  return toLatin1(body) === expected['body'] ? undefined : `body: got ${toLatin1(body)}`;
};

const simulator = fileURLToPath(new URL('../../../simulators/hsm/src/main.ts', import.meta.url));
const headerLength = 4;
const exchangeTimeoutMs = 10_000;

// One simulator for all exchanges, in a process of its own; it goes when this process goes.
let starting: Promise<number> | undefined;

function startSimulator(): Promise<number> {
  const child: ChildProcess = spawn(
    process.execPath,
    // The simulators whose exchanges the vectors record do not warn of a longer PVK.
    [simulator, '--port', '0', '--header-length', String(headerLength), '--no-pvk-warning'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  process.once('exit', () => child.kill());
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

const exchange: Check = async (vector) => {
  const { command, body } = inputOf(vector);
  const { response, body: expectedBody } = expectOf(vector);
  starting ??= startSimulator();
  const header = fromAscii('VECT');
  const text = `${String(command)}${String(body)}`;
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const answer = await sendAndReceive(await starting, concatBytes(header, bytes));
  const got = toLatin1(answer);
  const expected = `VECT${String(response)}${String(expectedBody)}`;
  return got === expected ? undefined : `got ${got.slice(headerLength)}`;
};

/** The checks of the payshield kinds. */
export const payshieldKinds: Kinds = {
  'payshield.encode': encode,
  'payshield.decode': decode,
  'payshield.frame': frame,
  'payshield.exchange': exchange,
};
