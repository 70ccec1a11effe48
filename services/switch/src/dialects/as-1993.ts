// What every host of ISO 8583:1993 has in common: our messages of 1987 in its terms, and its answers in ours.
import { given } from '@chipswitch/bytes';
import { type IsoMessage, replacedAmount, textOf, yearOfLocalDate } from '@chipswitch/transaction';
import type { Spec } from 'iso8583-js';
import { actionCodeOf, responseCodeOf } from './action-codes.ts';
import { network1987 } from './as-1987.ts';
import { type HostDialect, plainFraming } from './host-dialect.ts';
import { pointOfServiceData } from './point-of-service.ts';
import { without } from './without.ts';

/** Function codes of network management (DE 24; 1993 table A.4) for what 1987 says in DE 70. */
const functionCodes: Readonly<Record<string, string>> = {
  '001': '801',
  '002': '802',
  '161': '811',
  '201': '821',
  '301': '831',
};
const networkCodes: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(functionCodes).map(([code, functionCode]) => [functionCode, code]),
);

/** Elements that 1987 and 1993 have under one number and mean something else by. */
const ourOwn = [12, 13, 18, 22, 25, 26, 39, 53, 70, 90, 95];
const theirOwn = [12, 13, 15, 22, 24, 25, 26, 30, 39, 53, 56];

/** Message reason codes of reversals (DE 25; 1993 table A.2) for what DE 39 of 1987 says. */
const reversalReasons: Readonly<Record<string, string>> = { '17': '4000', '68': '4021' };

const classOf = ({ mti }: IsoMessage): string => mti[1];
const isAnswer = ({ mti }: IsoMessage): boolean => Number(mti[2]) % 2 === 1;
/** An answer to a request for a payment (0110, 0210): only there does a code approve or decline. */
const answersPayment = ({ mti }: IsoMessage): boolean => /^.[12]1/.test(mti);

/** DE 12 of 1993, YYMMDDhhmmss, out of DE 12 and 13 of 1987. */
function localDateTime(message: IsoMessage, today: string): string | undefined {
  const [time, date] = [12, 13].map((element) => textOf(message, element));
  if (time === undefined || date === undefined) return undefined;
  return `${String(yearOfLocalDate(date, today)).slice(2)}${date}${time}`;
}

/** DE 24: what the message is for (1993 table A.4). */
function functionCodeOf(message: IsoMessage): string | undefined {
  switch (classOf(message)) {
    case '1':
      // 1987 says of a pre-authorisation that its amount may still change by DE 25.
      return textOf(message, 25) === '06' ? '101' : '100';
    case '2':
      return textOf(message, 25) === '06' && textOf(message, 90) !== undefined ? '201' : '200';
    case '4':
      return message.de95 === undefined ? '400' : '401';
    case '8':
      return functionCodes[textOf(message, 70) ?? ''];
    default:
      return undefined;
  }
}

/** DE 25: why it is an advice (1004: the terminal decided, 1005: the card did), or why it is undone. */
function reasonOf(message: IsoMessage): string | undefined {
  if (isAnswer(message)) return undefined;
  if (classOf(message) === '4') return reversalReasons[textOf(message, 39) ?? ''] ?? '4000';
  if (message.mti[2] !== '2' || classOf(message) === '8') return undefined;
  return message.de55 === undefined ? '1004' : '1005';
}

/** A reversal of a part: DE 4 is what stays, DE 30 what it was; 1987 has what stays in DE 95. */
function partOf(message: IsoMessage): Partial<IsoMessage> {
  const stays = replacedAmount(message);
  const was = textOf(message, 4);
  if (stays === undefined || was === undefined) return {};
  return { de4: String(stays).padStart(12, '0'), de30: `${was}${'0'.repeat(12)}` };
}

const originalForm = /^0(\d{3})(\d{6})\d{10}0*(\d{1,11})\d{11}$/;
const unknownTime = '0'.repeat(12);

/** DE 56: message type, trace number, local time and acquirer of the original. */
function originalOf(message: IsoMessage, today: string): string | undefined {
  const read = originalForm.exec(textOf(message, 90) ?? '');
  if (read === null) return undefined;
  const [, mti, stan, acquirer] = read;
  // A reversal states the local time of what it undoes as its own; DE 90 has only the time of transmission, which is another.
  const own = classOf(message) === '4' ? localDateTime(message, today) : undefined;
  const id = `${String(acquirer.length).padStart(2, '0')}${acquirer}`;
  return `1${mti}${stan}${own ?? unknownTime}${id}`;
}

function write(message: IsoMessage, today: string): IsoMessage {
  const local = localDateTime(message, today);
  const answers = isAnswer(message);
  const code = textOf(message, 39);
  return {
    ...without(message, ourOwn),
    ...partOf(message),
    mti: `1${message.mti.slice(1)}`,
    ...given({
      de12: local,
      de22: answers ? undefined : pointOfServiceData(message),
      de24: functionCodeOf(message),
      de25: reasonOf(message),
      de26: textOf(message, 18),
      de39: answers && code !== undefined ? actionCodeOf(message.mti, code) : undefined,
      de56: originalOf(message, today),
    }),
  };
}

function read(wire: IsoMessage): IsoMessage {
  const local = /^\d{2}(\d{4})(\d{6})$/.exec(textOf(wire, 12) ?? '');
  const settlement = textOf(wire, 15);
  const action = textOf(wire, 39);
  return {
    ...without(wire, theirOwn),
    mti: `0${wire.mti.slice(1)}`,
    ...(local === null ? {} : { de12: local[2], de13: local[1] }),
    ...given({
      de15: settlement?.slice(-4),
      // An acknowledgement keeps its own code: what it says is no word about a payment.
      de39: action !== undefined && answersPayment(wire) ? responseCodeOf(action) : action,
      de70:
        classOf(wire) === '8'
          ? (networkCodes[textOf(wire, 24) ?? ''] ?? textOf(wire, 24))
          : undefined,
      de90: isAnswer(wire) ? undefined : original1987(textOf(wire, 56)),
    }),
  };
}

// DE 90 of 1987 has no room for a year.
function original1987(text: string | undefined): string | undefined {
  const [, mti, stan, time, acquirer] =
    /^1(\d{3})(\d{6})\d{2}(\d{10})\d{2}(\d{1,11})$/.exec(text ?? '') ?? [];
  return mti === undefined
    ? undefined
    : `0${mti}${stan}${time}${acquirer.padStart(11, '0')}${'0'.repeat(11)}`;
}

/** A dialect of 1993 over a spec. */
export function dialectOf1993(name: string, spec: Spec): HostDialect {
  return {
    name,
    spec,
    framing: plainFraming,
    network: network1987,
    reversal: { mti: '0420', repeatIsSame: false },
    matchOn: [11, 41],
    numbering: 'ours',
    issuerTags: [],
    passedOn: [],
    write,
    read,
  };
}
