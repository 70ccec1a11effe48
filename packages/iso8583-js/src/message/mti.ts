// The message type identifier: version, class, function, origin (ISO 8583:1987 4.1.1, 1993/2003 5.1).

/** The parts of a message type; `undefined` for digits the standard reserves. */
export interface MessageType {
  readonly mti: string;
  readonly version: '1987' | '1993' | '2003' | 'national' | 'private' | undefined;
  readonly class:
    | 'authorization'
    | 'financial'
    | 'file-action'
    | 'reversal'
    | 'reconciliation'
    | 'administrative'
    | 'fee-collection'
    | 'network-management'
    | undefined;
  readonly function:
    | 'request'
    | 'request-response'
    | 'advice'
    | 'advice-response'
    | 'notification'
    | 'notification-acknowledgement'
    | 'instruction'
    | 'instruction-acknowledgement'
    | undefined;
  readonly origin:
    | 'acquirer'
    | 'acquirer-repeat'
    | 'issuer'
    | 'issuer-repeat'
    | 'other'
    | 'other-repeat'
    | undefined;
}

const versions: Readonly<Record<string, MessageType['version']>> = {
  '0': '1987',
  '1': '1993',
  '2': '2003',
  '8': 'national',
  '9': 'private',
};
const classes: readonly MessageType['class'][] = [
  undefined,
  'authorization',
  'financial',
  'file-action',
  'reversal',
  'reconciliation',
  'administrative',
  'fee-collection',
  'network-management',
  undefined,
];
const functions: readonly MessageType['function'][] = [
  'request',
  'request-response',
  'advice',
  'advice-response',
  'notification',
  'notification-acknowledgement',
  'instruction',
  'instruction-acknowledgement',
  undefined,
  undefined,
];
const origins: readonly MessageType['origin'][] = [
  'acquirer',
  'acquirer-repeat',
  'issuer',
  'issuer-repeat',
  'other',
  'other-repeat',
  undefined,
  undefined,
  undefined,
  undefined,
];

function isMti(mti: string): boolean {
  return /^\d{4}$/.test(mti);
}

/**
 * Reads a message type.
 *
 * @returns undefined when `mti` is not four digits.
 * @example parseMti('0420')?.function // 'advice'
 */
export function parseMti(mti: string): MessageType | undefined {
  if (!isMti(mti)) return undefined;
  return {
    mti,
    version: versions[mti[0]],
    class: classes[Number(mti[1])],
    function: functions[Number(mti[2])],
    origin: origins[Number(mti[3])],
  };
}

/**
 * A message type in words.
 *
 * @example describeMti('0210') // 'financial request-response (1987, acquirer)'
 */
export function describeMti(mti: string): string {
  const parsed = parseMti(mti);
  if (parsed === undefined) return 'not a message type';
  const kind = parsed.class?.replace('-', ' ') ?? `reserved class ${mti[1]}`;
  const what = parsed.function ?? `reserved function ${mti[2]}`;
  const version = parsed.version ?? `reserved version ${mti[0]}`;
  return `${kind} ${what} (${version}, ${parsed.origin ?? `reserved origin ${mti[3]}`})`;
}

/**
 * Whether a message type is an answer: a response or an acknowledgement.
 * @example isResponseMti('0210') // true
 */
export function isResponseMti(mti: string): boolean {
  return isMti(mti) && Number(mti[2]) % 2 === 1 && Number(mti[2]) <= 7;
}

/**
 * The message type that answers a request, advice, notification or instruction, also a repeated one.
 *
 * @returns undefined when the message type is itself an answer or no message type.
 * @example responseMti('0200') // '0210'
 * @example responseMti('0421') // '0430'
 */
export function responseMti(mti: string): string | undefined {
  if (!isMti(mti) || isResponseMti(mti) || Number(mti[2]) > 7) return undefined;
  const origin = Number(mti[3]);
  return `${mti.slice(0, 2)}${Number(mti[2]) + 1}${origin < 6 ? origin - (origin % 2) : origin}`;
}

/**
 * The message type of a repeat.
 *
 * @returns undefined for an answer, a repeat's repeat keeps its type.
 * @example repeatMti('0200') // '0201'
 */
export function repeatMti(mti: string): string | undefined {
  if (!isMti(mti) || isResponseMti(mti) || Number(mti[3]) > 5) return undefined;
  return mti.slice(0, 3) + (Number(mti[3]) | 1);
}

/**
 * The message type of an advice about what a request asked for.
 *
 * @returns undefined when `mti` is no request or advice.
 * @example adviceMti('0200') // '0220'
 */
export function adviceMti(mti: string): string | undefined {
  if (!isMti(mti) || (mti[2] !== '0' && mti[2] !== '2')) return undefined;
  const origin = Number(mti[3]);
  return `${mti.slice(0, 2)}2${origin < 6 ? origin - (origin % 2) : origin}`;
}
