// Kinds of security vectors about a payShield: host commands as bytes, frames, and whole exchanges.
import { toLatin1 } from '@chipswitch/bytes';
import { decodeFrame, decodeResponse, encodeCommand } from '@chipswitch/payshield';
import * as v from 'valibot';
import { hex, list, maybe, named, number, object, oneOf, refusal, saying, text } from '../forms.ts';
import { exchangeWithSimulator, latin1 } from '../hsm-simulator.ts';
import { type Kinds, kind } from '../kind.ts';
import { commandFields } from './payshield-fields.ts';

// The notation has one word for every length that does not fit, and one for another header.
const frameWords: Readonly<Record<string, string>> = {
  'frame-truncated': 'length',
  'frame-length': 'length',
  'header-mismatch': 'header',
};

const answer = { header: text, code: text, errorCode: text };
const response = object({
  ...answer,
  keys: maybe(saying(list(text), 'A1 A7 A9')),
  kcv: maybe(saying(text, 'A1 A7 A9 BV')),
  pinLength: maybe(saying(text, 'CB CD G1')),
  pinBlock: maybe(saying(text, 'CB CD G1')),
  pinBlockFormat: maybe(saying(text, 'CB CD G1')),
  cvv: maybe(saying(text, 'CX')),
  pvv: maybe(saying(text, 'FX')),
  arpc: maybe(saying(text, 'KR KX')),
  diagnosticArqc: maybe(saying(text, 'KR KX with error 01')),
  mac: maybe(saying(text, 'M7')),
});

/** Kinds about a payShield. */
export const payshieldKinds: Kinds = {
  'payshield.encode': kind({
    about: 'A host command as bytes: header, command, fields. Names of the fields: see below.',
    input: object({
      command: oneOf(...Object.keys(commandFields)),
      headerHex: hex,
      fields: named('field', v.union([text, number])),
    }),
    misfit: ({ command, fields }) => {
      const result = v.safeParse(commandFields[command], fields);
      if (result.success) return undefined;
      const [issue] = result.issues;
      return `fields > ${v.getDotPath(issue) ?? ''}: ${issue.message}`;
    },
    expect: object({ wireHex: hex }),
    run: ({ command, headerHex, fields }) => {
      const encoded = encodeCommand({ command, header: headerHex, fields });
      if (encoded.ok) return { wireHex: encoded.value };
      throw new Error(`refused: ${encoded.error.code} at ${encoded.error.path}`);
    },
  }),
  'payshield.decode': kind({
    about: 'An answer as fields; CZ DB DD M9 have none of their own.',
    input: object({ wireHex: hex, headerLength: number }),
    expect: response,
    run: ({ wireHex, headerLength }) => {
      const decoded = decodeResponse(wireHex, { headerLength });
      if (!decoded.ok) throw new Error(`refused: ${decoded.error.code} at ${decoded.error.path}`);
      const { header, code, errorCode, fields } = decoded.value;
      return { header: toLatin1(header), code, errorCode, ...fields };
    },
  }),
  'payshield.frame': kind({
    about: 'A frame with its two bytes of length, against the header that was sent.',
    input: object({ frameHex: hex, header: text }),
    expect: object({ command: text, body: text }),
    refusal: refusal('length', 'header'),
    run: ({ frameHex, header }) => {
      const decoded = decodeFrame(frameHex, latin1(header));
      if (!decoded.ok) return { error: frameWords[decoded.error.code] ?? decoded.error.code };
      return { command: decoded.value.command, body: toLatin1(decoded.value.body) };
    },
  }),
  'payshield.exchange': kind({
    about:
      'A command to the HSM simulator under a test LMK, and its answer; body: what follows the code.',
    input: object({
      lmk: saying(oneOf('thales-test-variant'), "a table of the file's tables"),
      command: text,
      body: text,
    }),
    expect: object({ response: text, body: text }),
    run: async ({ command, body }) => {
      const got = await exchangeWithSimulator(`${command}${body}`);
      return { response: got.slice(0, 2), body: got.slice(2) };
    },
  }),
};
