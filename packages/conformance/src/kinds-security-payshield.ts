// What each payshield kind of a security vector means: codec, frame, and exchanges over a real socket.
import { fromHex, toHex, toLatin1 } from '@chipswitch/bytes';
import {
  type Fields,
  decodeFrame,
  decodeResponse,
  encodeCommand,
} from '@chipswitch/security-module/payshield';
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

/** The checks of the payshield kinds. */
export const payshieldKinds: Kinds = {
  'payshield.encode': encode,
  'payshield.decode': decode,
  'payshield.frame': frame,
};
