// A message in one line, masked: what a person looks for first.
import { maskPan, parseTrack1, parseTrack2 } from '@chipswitch/cardholder-data';
import { type Message, describeMti, findResponseCode } from 'iso8583-js';
import { amountText } from '../words/amount.ts';

/** The parts of a summary; absent ones are absent from the message. */
export interface Summary {
  readonly mti: string;
  readonly type: string;
  readonly pan?: string;
  readonly processingCode?: string;
  readonly amount?: string;
  readonly stan?: string;
  readonly rrn?: string;
  readonly terminal?: string;
  readonly responseCode?: string;
  readonly responseText?: string;
  readonly networkCode?: string;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Account number out of DE 2, else out of the tracks, masked unless `unsafe`. */
function panOf(message: Partial<Message>, unsafe: boolean): string | undefined {
  const direct = text(message.de2);
  const [track2, track1] = [
    parseTrack2(text(message.de35) ?? ''),
    parseTrack1(text(message.de45) ?? ''),
  ];
  const track = [track2, track1].find((read) => read.ok);
  const pan = direct ?? (track?.ok === true ? track.track.pan : undefined);
  if (pan === undefined) return undefined;
  return unsafe ? pan : maskPan(pan);
}

/** The summary of a message, or of what could be decoded of it. */
export function summarise(message: Partial<Message>, options: { unsafe: boolean }): Summary {
  const mti = message.mti ?? '????';
  const responseCode = text(message.de39);
  const known = responseCode === undefined ? undefined : findResponseCode(responseCode);
  const amount = text(message.de4);
  const parts: [keyof Summary, string | undefined][] = [
    ['pan', panOf(message, options.unsafe)],
    ['processingCode', text(message.de3)],
    ['amount', amount === undefined ? undefined : amountText(amount, text(message.de49))],
    ['stan', text(message.de11)],
    ['rrn', text(message.de37)],
    ['terminal', text(message.de41)],
    ['responseCode', responseCode],
    ['responseText', known?.en],
    ['networkCode', text(message.de70)],
  ];
  const present = parts.filter((part): part is [keyof Summary, string] => part[1] !== undefined);
  return { mti, type: describeMti(mti), ...Object.fromEntries(present) };
}

/** The summary as text, without MTI and type. */
export function summaryText(summary: Summary): string {
  const { pan, amount, stan, rrn, terminal, responseCode, responseText, networkCode } = summary;
  const parts = [
    stan === undefined ? undefined : `STAN ${stan}`,
    amount,
    pan,
    terminal === undefined ? undefined : `terminal ${terminal}`,
    rrn === undefined ? undefined : `RRN ${rrn}`,
    networkCode === undefined ? undefined : `network ${networkCode}`,
    responseCode === undefined ? undefined : `RC ${responseCode} ${responseText ?? ''}`.trim(),
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}
