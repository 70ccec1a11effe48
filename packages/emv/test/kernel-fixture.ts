// A scripted card, a plain terminal and obliging people: what the kernel tables change row by row.
import { concatBytes, fromHex, toHex } from '@chipswitch/bytes';
import { encodeTlv } from '@chipswitch/tlv';
import {
  type ApplicationConfig,
  type CardErrorCode,
  type KernelAnswer,
  type KernelOutcome,
  type PersonRequest,
  type TerminalConfig,
  type TransactionInput,
  drive,
  runContact,
} from '../src/index.ts';

/** Data objects in the order in which they are written: tag hex to value hex. */
export type Objects = Readonly<Record<string, string>>;

/** Objects as TLV hex. An empty text is an empty value. */
export function tlv(objects: Objects): string {
  return toHex(
    encodeTlv(
      Object.entries(objects).map(([tag, value]) => [Number.parseInt(tag, 16), fromHex(value)]),
    ),
  );
}

/** One object as TLV hex. */
export function object(tag: string, value: string): string {
  return tlv({ [tag]: value });
}

/**
 * A scripted card: answers by what is asked. A key is the command in words: `select <name>`,
 * `next <name>`, `read <file>.<record>`, `gpo`, `get <tag>`, `challenge`, `verify`, `internal`,
 * `external`, `ac1`, `ac2`, `script`. An answer is hex with its status word, `fault:<name>`,
 * `ac:<TC|ARQC|AAC|asked>`; several in a list are given one after the other, the last for ever.
 */
export type CardScript = Readonly<Record<string, string | readonly string[]>>;

const acType: Readonly<Record<string, string>> = { AAC: '00', TC: '40', ARQC: '80' };

/** GENERATE AC in format 1: type, counter, cryptogram, issuer application data. */
export function acAnswer(cid: string): string {
  return `${object('80', `${cid}00021122334455667788060102030405`)}9000`;
}

function keyOf(command: Uint8Array, acs: number): string {
  const [cla, ins, p1, p2] = command;
  const data = toHex(command.subarray(5, 5 + (command[4] ?? 0)));
  if (cla === 0x00 && ins === 0xa4) return `${p2 === 2 ? 'next' : 'select'} ${data}`;
  if (cla === 0x00 && ins === 0xb2) return `read ${p2 >> 3}.${p1}`;
  if (cla === 0x80 && ins === 0xa8) return 'gpo';
  if (cla === 0x80 && ins === 0xca) return `get ${toHex(command.subarray(2, 4))}`;
  if (cla === 0x80 && ins === 0xae) return acs === 0 ? 'ac1' : 'ac2';
  if (cla === 0x80 && ins === 0xea) return 'relay';
  if (cla === 0x00 && ins === 0x84) return 'challenge';
  if (cla === 0x00 && ins === 0x20) return 'verify';
  if (cla === 0x00 && ins === 0x88) return 'internal';
  if (cla === 0x00 && ins === 0x82) return 'external';
  return 'script';
}

const unknown: Readonly<Record<string, string>> = {
  select: '6A82',
  next: '6A82',
  read: '6A83',
  get: '6A88',
};

/** What a scripted card was sent, in order. */
export interface Trace {
  readonly keys: string[];
  readonly commands: string[];
}

/** Makes a card of a script. */
export function scriptedCard(
  script: CardScript,
  trace: Trace,
): (command: Uint8Array) => Uint8Array | CardErrorCode {
  const uses = new Map<string, number>();
  let acs = 0;
  return (command) => {
    const key = keyOf(command, acs);
    trace.keys.push(key);
    trace.commands.push(toHex(command));
    if (key.startsWith('ac')) acs++;
    const answers = script[key] ?? unknown[key.split(' ')[0]] ?? '6D00';
    const list = typeof answers === 'string' ? [answers] : answers;
    const use = uses.get(key) ?? 0;
    uses.set(key, use + 1);
    const answer = list[Math.min(use, list.length - 1)];
    if (answer.startsWith('fault:')) return answer.slice(6) as CardErrorCode;
    if (answer.startsWith('ac:')) {
      const type = answer.slice(3);
      const asked = ['AAC', 'TC', 'ARQC'][command[2] >> 6];
      return fromHex(acAnswer(acType[type === 'asked' ? asked : type]));
    }
    return fromHex(answer);
  };
}

/** The application of the plain card. */
export const aid = 'A0000000031010';

/** File control information of an application. */
export function fci(name: string, proprietary: Objects = { '50': '56495341', '87': '01' }): string {
  return `${object('6F', object('84', name) + object('A5', tlv(proprietary)))}9000`;
}

/** A record of a file: template 70. */
export function record(objects: Objects): string {
  return `${object('70', tlv(objects))}9000`;
}

/** An answer to GET PROCESSING OPTIONS in format 2. */
export function gpo(aip: string, afl: string): string {
  return `${object('77', tlv({ '82': aip, '94': afl }))}9000`;
}

/** The objects of the plain card's only record; rows replace or remove (undefined) some. */
export const cardObjects: Objects = {
  '5A': '4761739001010119',
  '5F24': '301231',
  '5F25': '200101',
  '5F28': '0156',
  '5F34': '01',
  '8C': '9F02069F1A0295055F2A029A039C019F3704',
  '8D': '8A0295059F3704910A',
  '8E': '00000000000000001F00',
  '9F07': 'FFC0',
  '9F08': '0096',
  '9F0D': '0000000000',
  '9F0E': '0000000000',
  '9F0F': '0000000000',
};

/** The plain card's record with some objects changed or, by undefined, taken out. */
export function changed(changes: Readonly<Record<string, string | undefined>>): string {
  const objects: Record<string, string> = { ...cardObjects };
  for (const [tag, value] of Object.entries(changes)) {
    if (value === undefined) delete objects[tag];
    else objects[tag] = value;
  }
  return record(objects);
}

/** The plain card: no PSE, one application, one record, answers what it is asked. */
export const plainCard: CardScript = {
  [`select ${aid}`]: fci(aid),
  gpo: gpo('1800', '08010100'),
  'read 1.1': record(cardObjects),
  'get 9F36': '9F360200029000',
  'get 9F13': '9F130200019000',
  'get 9F17': '9F1701039000',
  challenge: '11223344556677889000',
  verify: '9000',
  external: '9000',
  script: '9000',
  ac1: 'ac:asked',
  ac2: 'ac:asked',
};

const zeros = new Uint8Array(5);

/** The plain terminal's application. */
export const plainApplication: ApplicationConfig = {
  aid: fromHex(aid),
  match: 'partial',
  version: fromHex('0096'),
  floorLimitMinor: 10_000n,
  tac: { denial: zeros, online: zeros, default: zeros },
};

/** The plain terminal: attended, offline with online capability, every CVM, SDA, DDA and CDA. */
export const plainConfig: TerminalConfig = {
  terminalType: 0x22,
  capabilities: fromHex('60F8C8'),
  additionalCapabilities: fromHex('F000F0A001'),
  country: '156',
  applications: [plainApplication],
  caKeys: [],
};

/** The plain transaction: a purchase of 50.00. */
export const plainInput: TransactionInput = {
  amountMinor: 5_000n,
  currency: '156',
  transactionType: 0x00,
  date: '261122',
  time: '101112',
};

/** Answers of people and host by request type; a list is given one after the other. */
export type People = Readonly<
  Partial<Record<PersonRequest['type'], KernelAnswer | readonly KernelAnswer[]>>
>;

const obliging: Readonly<Record<PersonRequest['type'], KernelAnswer>> = {
  'choose-application': { type: 'choose-application', index: 0 },
  'confirm-application': { type: 'confirm-application', confirmed: true },
  pin: { type: 'pin', result: 'entered' },
  'offline-pin': { type: 'offline-pin', result: 'entered', pin: '1234' },
  online: { type: 'online', result: 'answered', arc: '00', decision: 'approved' },
  referral: { type: 'referral', approved: true },
};

/** One row of a table: what is changed against plain, and what must come of it. */
export interface KernelCase {
  readonly name: string;
  readonly card?: CardScript;
  readonly config?: Partial<TerminalConfig>;
  readonly application?: Partial<ApplicationConfig>;
  readonly input?: Partial<TransactionInput>;
  readonly people?: People;
  readonly expect: {
    /** `type/reason`. */
    readonly ends: string;
    readonly tvr?: string;
    readonly tsi?: string;
    readonly cvm?: string;
    readonly arc?: string;
    readonly scripts?: string;
    readonly reversal?: boolean;
    readonly advice?: boolean;
    /** Commands, in words, that must occur in this order (others may stand between). */
    readonly asks?: readonly string[];
    /** Commands that must not occur. */
    readonly never?: readonly string[];
    /** Commands in hex that must occur. */
    readonly sends?: readonly string[];
  };
}

/** What came of a case. */
export interface CaseResult {
  readonly outcome: KernelOutcome;
  readonly trace: Trace;
  readonly requests: readonly PersonRequest[];
}

/** Runs one case. */
export function runCase(row: KernelCase): CaseResult {
  const trace: Trace = { keys: [], commands: [] };
  const card = scriptedCard({ ...plainCard, ...row.card }, trace);
  const application = { ...plainApplication, ...row.application };
  const config = { ...plainConfig, applications: [application], pse: false, ...row.config };
  const requests: PersonRequest[] = [];
  const answers: Readonly<Record<string, KernelAnswer | readonly KernelAnswer[]>> = {
    ...obliging,
    ...row.people,
  };
  const outcome = drive(
    runContact({
      config,
      input: { ...plainInput, ...row.input },
      environment: { random: (length) => new Uint8Array(length).fill(0xa5) },
    }),
    card,
    (request) => {
      const nth = requests.filter((one) => one.type === request.type).length;
      requests.push(request);
      const answer = answers[request.type];
      return Array.isArray(answer)
        ? (answer as readonly KernelAnswer[])[Math.min(nth, answer.length - 1)]
        : (answer as KernelAnswer);
    },
  );
  return { outcome, trace, requests };
}

/** The outcome in the words of a row's `expect`, for those properties that the row names. */
export function summary(row: KernelCase): Record<string, unknown> {
  const { outcome, trace } = runCase(row);
  const shown: Record<string, unknown> = {
    ends: `${outcome.type}/${outcome.reason}`,
    tvr: toHex(outcome.tvr),
    tsi: toHex(outcome.tsi),
    cvm: toHex(outcome.cvmResults),
    arc: outcome.arc,
    scripts: toHex(outcome.scriptResults),
    reversal: outcome.reversalRequired,
    advice: outcome.adviceRequired,
    asks: inOrder(trace.keys, row.expect.asks ?? []),
    never: (row.expect.never ?? []).filter((key) => !trace.keys.includes(key)),
    sends: (row.expect.sends ?? []).filter((hex) => trace.commands.includes(hex)),
  };
  return Object.fromEntries(Object.keys(row.expect).map((name) => [name, shown[name]]));
}

/** The wanted keys as far as they occur in order. */
function inOrder(keys: readonly string[], wanted: readonly string[]): string[] {
  const found: string[] = [];
  for (const key of keys) if (key === wanted[found.length]) found.push(key);
  return found;
}

/** Joins hex texts with a status word 9000. */
export function ok(...parts: readonly string[]): string {
  return toHex(concatBytes(...parts.map((part) => fromHex(part)), fromHex('9000')));
}
