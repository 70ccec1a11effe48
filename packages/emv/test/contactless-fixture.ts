// A scripted contactless card and a plain reader: what the contactless tables change row by row.
import { fromAscii, fromHex, toHex } from '@chipswitch/bytes';
import {
  type Combination,
  type ContactlessConfig,
  type KernelAnswer,
  type KernelOutcome,
  type KernelRequest,
  type TransactionInput,
  runContactless,
} from '../src/index.ts';
import {
  type CardScript,
  type People,
  type Trace,
  object,
  ok,
  plainInput,
  record,
  scriptedCard,
  tlv,
} from './kernel-fixture.ts';
import { caKey, hex, iccCertificate, issuerCertificate, signedDynamic } from './oda-forge.ts';

const zeros = new Uint8Array(5);
export const visaAid = 'A0000000031010';
export const mastercardAid = 'A0000000041010';
const ppse = toHex(fromAscii('2PAY.SYS.DDF01'));
/** The key of the script under which the PPSE is selected. */
export const selectPpse = `select ${ppse}`;

/** One directory entry of the PPSE. */
export function directoryEntry(
  aid: string,
  more: Readonly<Record<string, string>> = { '87': '01' },
): string {
  return object('61', tlv({ '4F': aid, ...more }));
}

/** The PPSE's answer. */
export function ppseFci(...entries: readonly string[]): string {
  const inside = object('A5', object('BF0C', entries.join('')));
  return ok(object('6F', object('84', ppse) + inside));
}

/** An application's file control information with a PDOL. */
export function applicationFci(name: string, pdol = '9F66049F02069F37045F2A02'): string {
  const objects = pdol === '' ? { '50': '56' } : { '50': '56', '9F38': pdol };
  return ok(object('6F', object('84', name) + object('A5', tlv(objects))));
}

/** What the quick answer of the plain Visa card holds. */
export const quickObjects: Readonly<Record<string, string>> = {
  '82': '2000',
  '57': '4761739001010119D30122010000000000000F',
  '5F34': '01',
  '9F10': '06011203A00000',
  '9F26': '1122334455667788',
  '9F27': '80',
  '9F36': '0002',
  '9F6C': '0000',
};

/** A quick answer with some objects changed or, by undefined, taken out. */
export function quick(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const objects: Record<string, string> = { ...quickObjects };
  for (const [tag, value] of Object.entries(changes)) {
    if (value === undefined) delete objects[tag];
    else objects[tag] = value;
  }
  return ok(object('77', tlv(objects)));
}

const unpredictable = 'A5A5A5A5';
const amount = '000000005000';
const related = '01A1A2A3A40000';

/** Records and answer of a card that approves offline with fast DDA; rows change a part. */
export function offlineCard(
  changes: {
    readonly ctq?: string;
    readonly related?: string | undefined;
    readonly terminalData?: string;
    readonly expiration?: string;
    readonly gpo?: Readonly<Record<string, string | undefined>>;
    readonly spoil?: boolean;
  } = {},
): CardScript {
  const ctq = changes.ctq ?? '0000';
  const authenticated = 'related' in changes ? changes.related : `${related.slice(0, 10)}${ctq}`;
  const terminalData = `${unpredictable}${amount}0156${authenticated ?? ''}`;
  const signed = tlv({
    '5A': '4761739001010119',
    '5F24': changes.expiration ?? '301231',
    '9F4A': '82',
  });
  const issuer = issuerCertificate();
  const icc = iccCertificate(fromHex(`${signed}2000`));
  const signature = signedDynamic(
    fromHex('020002'),
    fromHex(changes.terminalData ?? terminalData),
    changes.spoil === undefined ? {} : { spoilHash: changes.spoil },
  );
  return {
    gpo: quick({
      '9F27': '40',
      '9F6C': ctq,
      '94': '0801010110010500',
      '9F4B': hex(signature),
      ...changes.gpo,
    }),
    'read 1.1': ok(object('70', signed)),
    'read 2.1': record({ '8F': 'F1', '9F32': hex(issuer.exponent) }),
    'read 2.2': record({ '90': hex(issuer.certificate) }),
    'read 2.3': record({ '92': hex(issuer.remainder), '9F47': hex(icc.exponent) }),
    'read 2.4': record({ '9F46': hex(icc.certificate) }),
    'read 2.5': record({
      ...(icc.remainder.length === 0 ? {} : { '9F48': hex(icc.remainder) }),
      ...(authenticated === undefined ? {} : { '9F69': authenticated }),
    }),
  };
}

/** The plain Visa card: goes online. */
export const plainVisa: CardScript = {
  [selectPpse]: ppseFci(directoryEntry(visaAid)),
  [`select ${visaAid}`]: applicationFci(visaAid),
  gpo: quick(),
};

const kernel2Objects: Readonly<Record<string, string>> = {
  '5A': '5413330089600010',
  '5F24': '301231',
  '5F34': '00',
  '5F28': '0156',
  '8C': '9F02069F37049505',
  '8E': '000000000000000042031E031F03',
  '9F07': 'FFC0',
  '9F08': '0002',
  '9F0D': '0000000000',
  '9F0E': '0000000000',
  '9F0F': '0000000000',
};

/** A record of the plain Mastercard with changes. */
export function kernel2Record(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const objects: Record<string, string> = { ...kernel2Objects };
  for (const [tag, value] of Object.entries(changes)) {
    if (value === undefined) delete objects[tag];
    else objects[tag] = value;
  }
  return record(objects);
}

/** Options of kernel 2: AIP and locator. */
export function options2(aip: string, afl = '10010100'): string {
  return ok(object('77', tlv({ '82': aip, '94': afl })));
}

/** The plain Mastercard: no CDA, approves what it is asked. */
export const plainMastercard: CardScript = {
  [selectPpse]: ppseFci(directoryEntry(mastercardAid)),
  [`select ${mastercardAid}`]: applicationFci(mastercardAid, ''),
  gpo: options2('1880'),
  'read 2.1': kernel2Record(),
  ac1: 'ac:asked',
};

/** The plain reader's combination for Visa: kernel 3. */
export const visaCombination: Combination = {
  aid: fromHex('A000000003'),
  match: 'partial',
  version: fromHex('0096'),
  kernelId: 3,
  tac: { denial: zeros, online: zeros, default: zeros },
  ttq: fromHex('36004000'),
  transactionLimitMinor: 100_000n,
  contactlessFloorLimitMinor: 10_000n,
  cvmLimitMinor: 20_000n,
};

/** The plain reader's combination for Mastercard: kernel 2. */
export const mastercardCombination: Combination = {
  aid: fromHex('A000000004'),
  match: 'partial',
  version: fromHex('0002'),
  kernelId: 2,
  tac: { denial: zeros, online: zeros, default: zeros },
  transactionLimitMinor: 100_000n,
  contactlessFloorLimitMinor: 10_000n,
  cvmLimitMinor: 20_000n,
};

/** The plain reader. */
export const plainReader: ContactlessConfig = {
  terminalType: 0x22,
  capabilities: fromHex('006808'),
  additionalCapabilities: fromHex('F000F0A001'),
  country: '156',
  combinations: [visaCombination],
  caKeys: [caKey],
};

/** One row: what is changed, and what must come of it. */
export interface ContactlessCase {
  readonly name: string;
  readonly base?: 'visa' | 'mastercard';
  readonly card?: CardScript;
  readonly config?: Partial<ContactlessConfig>;
  readonly combination?: Partial<Combination>;
  readonly input?: Partial<TransactionInput>;
  readonly people?: People;
  /** How long each answer takes, in microseconds. */
  readonly elapsedUs?: number | readonly number[];
  readonly expect: {
    readonly ends: string;
    readonly cvm?: string;
    readonly message?: string;
    readonly start?: string | undefined;
    readonly kernel?: number;
    readonly tvr?: string;
    readonly cvmResults?: string;
    readonly arc?: string;
    readonly torn?: boolean;
    readonly ttq?: string;
    readonly asks?: readonly string[];
    readonly never?: readonly string[];
    readonly requests?: readonly string[];
  };
}

const answers: Readonly<Record<string, KernelAnswer>> = {
  pin: { type: 'pin', result: 'entered' },
  online: { type: 'online', result: 'answered', arc: '00', decision: 'approved' },
};

/** Runs one row. */
export function runContactlessCase(row: ContactlessCase): {
  readonly outcome: KernelOutcome;
  readonly trace: Trace;
  readonly requests: readonly string[];
} {
  const mastercard = row.base === 'mastercard';
  const trace: Trace = { keys: [], commands: [] };
  const card = scriptedCard({ ...(mastercard ? plainMastercard : plainVisa), ...row.card }, trace);
  const combination = {
    ...(mastercard ? mastercardCombination : visaCombination),
    ...row.combination,
  };
  const config = { ...plainReader, combinations: [combination], ...row.config };
  const times = typeof row.elapsedUs === 'number' ? [row.elapsedUs] : (row.elapsedUs ?? []);
  let relays = 0;
  const requests: string[] = [];
  const answer = (request: KernelRequest): KernelAnswer => {
    if (request.type !== 'apdu') {
      requests.push(request.type);
      return (row.people?.[request.type] as KernelAnswer | undefined) ?? answers[request.type];
    }
    const response = card(request.command);
    if (typeof response === 'string') return { type: 'apdu', fault: response };
    if (request.step !== 'relay-resistance' || times.length === 0)
      return { type: 'apdu', response };
    return { type: 'apdu', response, elapsedUs: times[Math.min(relays++, times.length - 1)] };
  };
  const run = runContactless({
    config,
    input: { ...plainInput, ...row.input },
    environment: { random: (length) => new Uint8Array(length).fill(0xa5) },
  });
  let step = run.next();
  while (step.done !== true) step = run.next(answer(step.value));
  return { outcome: step.value, trace, requests };
}

/** The outcome in the words of a row's `expect`, for those properties that the row names. */
export function contactlessSummary(row: ContactlessCase): Record<string, unknown> {
  const { outcome, trace, requests } = runContactlessCase(row);
  const ttq = outcome.data.get(0x9f66);
  const wanted = row.expect.asks ?? [];
  const found: string[] = [];
  for (const key of trace.keys) if (key === wanted[found.length]) found.push(key);
  const shown: Record<string, unknown> = {
    ends: `${outcome.type}/${outcome.reason}`,
    cvm: outcome.contactless?.cvm,
    message: outcome.contactless?.message,
    start: outcome.contactless?.start,
    kernel: outcome.contactless?.kernelId,
    tvr: toHex(outcome.tvr),
    cvmResults: toHex(outcome.cvmResults),
    arc: outcome.arc,
    torn: outcome.contactless?.torn !== undefined,
    ttq: ttq === undefined ? undefined : toHex(ttq),
    asks: found,
    never: (row.expect.never ?? []).filter((key) => !trace.keys.includes(key)),
    requests,
  };
  return Object.fromEntries(Object.keys(row.expect).map((name) => [name, shown[name]]));
}
