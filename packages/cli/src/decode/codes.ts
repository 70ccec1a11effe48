// Short things: application identifiers, message types, tags' names, key blocks, key serial numbers, PIN blocks.
import { toHex } from '@chipswitch/bytes';
import { withoutScheme } from '@chipswitch/cryptography/key-block-header';
import { describeMti, parseMti } from 'iso8583-js';
import type { Input } from '../frame/input.ts';
import type { Context } from '../frame/verb.ts';
import { findAid } from '../words/aids.ts';
import { byteReadings, type Guess, report } from './guess.ts';

function guessAid(hex: string, context: Context): Guess[] {
  if (hex.length < 10 || hex.length > 32) return [];
  const found = findAid(hex);
  const [first] = found;
  if (first === undefined) return [];
  const exact = found.some(({ code }) => code === hex);
  return [
    {
      kind: 'aid',
      title: `application identifier, ${first.en}`,
      certainty: exact ? 92 : 74,
      reason: exact ? 'a known identifier' : 'begins like a known one',
      reading: 'hex',
      show: () =>
        report({ aid: hex, known: found.map(({ code, en }) => ({ code, en })) }, () =>
          found
            .slice(0, 5)
            .map(
              ({ code, en, facts }) =>
                `${context.paint('name', code)}  ${en}  ${facts.join(' · ')}`,
            ),
        ),
    },
  ];
}

function guessMti(text: string): Guess[] {
  const type = parseMti(text);
  if (type?.version === undefined || type.class === undefined || type.function === undefined)
    return [];
  const words = describeMti(text);
  return [
    {
      kind: 'mti',
      title: 'message type identifier',
      certainty: 58,
      reason: 'four digits with a meaning',
      reading: 'text',
      show: () => report({ ...type }, () => [`${text}  ${words}`]),
    },
  ];
}

function guessKeyBlock(given: string): Guess[] {
  const text = withoutScheme(given);
  if (
    !/^[A-E01]\d{4}[A-Z]\d[A-Z][A-Z][0-9A-Za-z]{2}[ENS]\d{2}/.test(text) ||
    Number(text.slice(1, 5)) !== text.length
  )
    return [];
  return [
    {
      kind: 'tr31',
      title: 'key block of X9.143 (TR-31)',
      certainty: 97,
      reason: 'its header states its length',
      reading: 'text',
      show: () =>
        report(
          { version: text[0], usage: text.slice(5, 7), algorithm: text[7], modeOfUse: text[8] },
          () => [
            `version ${text[0]}, usage ${text.slice(5, 7)}, algorithm ${text[7]}, mode of use ${text[8]}`,
            'next: chipswitch tr31 inspect BLOCK',
          ],
        ),
    },
  ];
}

/** Formats that show themselves: 1 and 2 are not mixed with an account number, 0 and 3 are in part. */
function guessPinBlock(bytes: Uint8Array): Guess[] {
  if (bytes.length !== 8) return [];
  const [control, length] = [bytes[0] >> 4, bytes[0] & 15];
  if (control > 3 || length < 4 || length > 12) return [];
  const hex = toHex(bytes);
  const filled =
    hex.slice(2 + length).replaceAll('F', '') === '' && /^\d+$/.test(hex.slice(2, 2 + length));
  if (control === 2 && !filled) return [];
  const certainty = control === 2 ? 90 : 38;
  return [
    {
      kind: 'pinblock',
      title: `clear PIN block of ISO 9564-1 format ${control}`,
      certainty,
      reason:
        control === 2
          ? 'digits and filler fit'
          : 'its first byte fits; the rest needs the account number',
      reading: 'hex',
      show: () =>
        report({ format: control, pinLength: length }, () => [
          `format ${control}, PIN of ${length} digits`,
          'next: chipswitch pinblock read BLOCK --pan DIGITS [--key KEY] --unsafe',
        ]),
    },
  ];
}

function guessKsn(bytes: Uint8Array): Guess[] {
  const hex = toHex(bytes);
  if (bytes.length !== 10 || !hex.startsWith('FFFF')) return [];
  return [
    {
      kind: 'ksn',
      title: 'TDES DUKPT key serial number',
      certainty: 80,
      reason: '10 bytes that begin with FFFF',
      reading: 'hex',
      show: () =>
        report({ ksn: hex }, () => [`KSN ${hex}`, `next: chipswitch dukpt ${hex} --bdk KEY`]),
    },
  ];
}

/** Guesses at short codes. */
export function recogniseCodes(input: Input, context: Context): readonly Guess[] {
  const text = input.text ?? '';
  const bytes = byteReadings(input).map((reading) => reading.bytes);
  return [
    ...bytes.slice(0, 1).flatMap((first) => guessAid(toHex(first), context)),
    ...guessMti(text),
    ...guessKeyBlock(text),
    ...bytes.flatMap(guessPinBlock),
    ...bytes.flatMap(guessKsn),
  ];
}
