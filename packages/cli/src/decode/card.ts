// What goes between terminal and card: answers to reset, commands, responses, status words.
import { toHex } from '@chipswitch/bytes';
import { coverCardNumbersInHex } from '@chipswitch/cardholder-data';
import { describeTlv } from '@chipswitch/emv';
import { readCommand, readResponse } from '../card/apdu.ts';
import { readAtr } from '../card/atr.ts';
import type { Input, Reading } from '../frame/input.ts';
import { type Refusal, type Report, undecodable } from '../frame/outcome.ts';
import type { Context } from '../frame/verb.ts';
import { padColumns } from '../frame/width.ts';
import { readStatusWord } from '../words/status-words.ts';
import { byteReadings, type Guess, report } from './guess.ts';
import { readTlv } from './tlv.ts';

const atrErrors: Readonly<Record<string, string>> = {
  BAD_TS: 'it does not begin with 3B or 3F',
  TOO_LONG: 'it is longer than 33 bytes',
  CUT_SHORT: 'it ends too early',
  BYTES_LEFT_OVER: 'bytes follow its end',
  WRONG_TCK: 'its check character is wrong',
};

/** `decode atr`. */
export function readAtrReport(bytes: Uint8Array, context: Context): Report | Refusal {
  const atr = readAtr(bytes);
  const { paint } = context;
  const lines = (): string[] =>
    atr.parts.map(
      ({ name, hex, text }) =>
        `${paint('name', padColumns(name, 10))}  ${paint('value', padColumns(hex, 8))}  ${text}`,
    );
  if (!atr.ok) {
    const { code, offset } = atr.error;
    const partial = report({ parts: atr.parts }, lines);
    return undecodable(
      `ATR_${code}`,
      `this is no answer to reset: ${atrErrors[code]}`,
      'an ATR is 3B or 3F, T0, interface and historical bytes',
      { offset, partial },
    );
  }
  const { parts, protocols, check } = atr;
  return report({ parts, protocols, check, historical: atr.historical }, () => [
    `answer to reset, ${bytes.length} bytes, ${protocols.join(' and ')}`,
    ...lines(),
  ]);
}

function indented(read: Report | Refusal): readonly string[] {
  const shown = read.ok ? read : read.partial;
  return (shown?.text() ?? []).map((line) => `  ${line}`);
}

/** Instructions whose data is cardholder data or a PIN: VERIFY, PIN CHANGE. */
const secretInstructions = new Set([0x20, 0x24]);

// GET PROCESSING OPTIONS, GENERATE AC, INTERNAL AUTHENTICATE: data of the terminal that a list of the card asked for.
const filledByTerminal = new Set([0xa8, 0xae, 0x88]);

function dataText(ins: number, data: Uint8Array, unsafe: boolean): string {
  if (data.length === 0) return '';
  if (secretInstructions.has(ins) && !unsafe) return '*'.repeat(data.length * 2);
  return unsafe || filledByTerminal.has(ins) ? toHex(data) : coverCardNumbersInHex(toHex(data));
}

/** A response: its data as TLV where it is some, and its status word. */
export function readResponseReport(bytes: Uint8Array, context: Context): Report | Refusal {
  const response = readResponse(bytes);
  if (response === undefined)
    return undecodable('APDU_CUT_SHORT', 'this is no response APDU', 'a response ends in SW1 SW2', {
      offset: Math.max(0, bytes.length - 2),
    });
  const { data, sw } = response;
  const inner = data.length === 0 ? undefined : readTlv(data, context);
  const shown = inner === undefined ? undefined : inner.ok ? inner : inner.partial;
  const objects = shown === undefined ? {} : { objects: shown.data['objects'] };
  return report(
    {
      apdu: 'response',
      sw: sw.sw,
      status: sw.en,
      statusClass: sw.kind,
      lengthBytes: data.length,
      ...objects,
    },
    () => [
      `response APDU, ${data.length} bytes of data, ${context.paint('value', sw.sw)} ${sw.en}`,
      ...(inner === undefined ? [] : indented(inner)),
    ],
  );
}

/** A command: name, parameters, data; a PIN in it is not shown. */
export function readCommandReport(bytes: Uint8Array, context: Context): Report | Refusal {
  const { paint, unsafe } = context;
  const read = readCommand(bytes);
  if (!read.ok) {
    const { code, offset } = read.error;
    const next = 'a command is CLA INS P1 P2 [Lc data] [Le], a response ends in SW1 SW2';
    const message = 'this is neither a command nor a response APDU';
    return undecodable(`APDU_${code}`, message, next, { offset });
  }
  const { cla, ins, p1, p2, data, le, form, name, meaning } = read.command;
  const hex = (value: number): string => toHex(Uint8Array.of(value));
  const shown = dataText(ins, data, unsafe);
  const parameters = { cla: hex(cla), ins: hex(ins), p1: hex(p1), p2: hex(p2) };
  const length = le === undefined ? {} : { le };
  return report(
    { apdu: 'command', name, case: form, ...parameters, data: shown, ...length, meaning },
    () => [
      [`command APDU, case ${form}: ${paint('value', name)}`, ...meaning].join(' · '),
      `  CLA ${hex(cla)}  INS ${hex(ins)}  P1 ${hex(p1)}  P2 ${hex(p2)}${le === undefined ? '' : `  Le ${le}`}`,
      ...(data.length === 0 ? [] : [`  data ${shown} (${data.length} bytes)`]),
    ],
  );
}

/** `decode apdu`: the side is not said, so it is told by the status word and the first byte. */
export function readApdu(bytes: Uint8Array, context: Context): Report | Refusal {
  const ends = readResponse(bytes) !== undefined;
  const begins = bytes.length === 2 || /^[67]|^8[0-9A-F]/.test(toHex(bytes, 0, 1));
  const response = ends && (begins || !readCommand(bytes).ok);
  return response ? readResponseReport(bytes, context) : readCommandReport(bytes, context);
}

/** `decode sw`. */
export function readSw(bytes: Uint8Array, context: Context): Report | Refusal {
  const read = bytes.length === 2 ? readStatusWord(toHex(bytes)) : undefined;
  if (read === undefined)
    return undecodable(
      'NOT_A_STATUS_WORD',
      'this is no status word',
      'a status word is two bytes, 61xx to 6Fxx or 90xx',
    );
  const { sw, kind, en, zh } = read;
  return report({ sw, statusClass: kind, en, zh }, () => [
    `${context.paint('name', sw)}  ${en} · ${zh}`,
    `    ${context.paint('dim', kind)}`,
  ]);
}

function guess(
  kind: string,
  title: string,
  certainty: number,
  reading: Reading,
  read: Report | Refusal,
): Guess[] {
  if (!read.ok) return [];
  return [
    {
      kind,
      title,
      certainty,
      reason: 'its bytes fit the structure',
      reading: reading.how,
      show: () => read,
    },
  ];
}

function recogniseApdu(reading: Reading, context: Context): Guess[] {
  const { bytes } = reading;
  const command = readCommand(bytes);
  const guesses: Guess[] = [];
  if (command.ok) {
    const known = !command.command.name.startsWith('instruction');
    const { cla, form } = command.command;
    const usualClass = [0x00, 0x80, 0x84, 0x8c, 0x04, 0x0c, 0x90].includes(cla);
    const certainty = known && usualClass ? (form.startsWith('1') || form === '2S' ? 62 : 90) : 20;
    if (usualClass)
      guesses.push(
        ...guess(
          'apdu',
          `command APDU ${command.command.name}`,
          certainty,
          reading,
          readApdu(bytes, context),
        ),
      );
  }
  const response = readResponse(bytes);
  if (response !== undefined && response.data.length > 2) {
    const described = describeTlv(response.data);
    const whole =
      described.error === undefined &&
      described.objects.length > 0 &&
      described.objects[0].info !== undefined;
    if (whole)
      guesses.push(
        ...guess(
          'apdu',
          `response APDU ${response.sw.sw}`,
          response.sw.sw === '9000' ? 97 : 60,
          reading,
          readApdu(bytes, context),
        ),
      );
  }
  return guesses;
}

/** Guesses at ATRs, APDUs and status words. */
export function recogniseCard(input: Input, context: Context): readonly Guess[] {
  return byteReadings(input).flatMap((reading) => {
    const { bytes } = reading;
    const atr = bytes[0] === 0x3b || bytes[0] === 0x3f ? readAtr(bytes) : undefined;
    const checked = atr?.ok === true && atr.check === 'right';
    const broken =
      atr?.ok === false && atr.parts.length >= 4 ? readAtrReport(bytes, context) : undefined;
    const sw = bytes.length === 2 ? readStatusWord(toHex(bytes)) : undefined;
    return [
      ...(atr?.ok === true
        ? guess('atr', 'answer to reset', checked ? 97 : 82, reading, readAtrReport(bytes, context))
        : []),
      ...(broken === undefined || broken.ok || broken.partial === undefined
        ? []
        : guess(
            'atr',
            `answer to reset, but ${broken.message.split(': ')[1]}`,
            44,
            reading,
            broken.partial,
          )),
      ...(sw === undefined
        ? []
        : guess(
            'sw',
            `status word ${sw.sw}`,
            sw.sw === '9000' ? 88 : 64,
            reading,
            readSw(bytes, context),
          )),
      ...(bytes.length >= 4 ? recogniseApdu(reading, context) : []),
    ];
  });
}
