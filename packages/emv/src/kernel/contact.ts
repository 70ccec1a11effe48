// A whole contact transaction, step by step in the order of Book 3 section 8.2.
import { toHex } from '@chipswitch/bytes';
import { findTag } from '@chipswitch/tlv';
import {
  type RequestedCryptogram,
  analyseAction,
  isOnlineCapable,
  isOnlineOnly,
  issuerActionCodes,
} from './action.ts';
import { selectCommand, statusText } from './apdu.ts';
import { authenticateData } from './authenticate.ts';
import { completeCdaFailed, goOnline, setArc } from './completion.ts';
import { type Context, type Stop, faultStop, flag, newContext, note } from './context.ts';
import { verifyCardholder } from './cvm.ts';
import { EmvFault } from './errors.ts';
import { type Asking, exchange, expectAnswer } from './exchange.ts';
import { fillCdol, flagDefaultTdol, generateAc } from './generate.ts';
import { buildGpo, parseGpo } from './initiate.ts';
import { outcomeOf } from './outcome.ts';
import { readApplicationData } from './read.ts';
import { checkRestrictions } from './restrictions.ts';
import { manageRisk } from './risk.ts';
import { type CandidateList, buildCandidateList, parseFci } from './select.ts';
import { tag } from './tags.ts';
import type {
  Candidate,
  KernelEnvironment,
  KernelRun,
  TerminalConfig,
  TransactionInput,
} from './types.ts';

/** ISO 8859 parts out of the additional capabilities (9F40), unless they are configured. */
function codeTablesOf(config: TerminalConfig): readonly number[] {
  if (config.codeTables !== undefined) return config.codeTables;
  const tables: number[] = [];
  const { additionalCapabilities: can } = config;
  for (let part = 1; part <= 8; part++) if ((can[4] & (1 << (part - 1))) !== 0) tables.push(part);
  if ((can[3] & 0x01) !== 0) tables.push(9);
  if ((can[3] & 0x02) !== 0) tables.push(10);
  return tables;
}

/** Which candidate is tried next: one by itself, else the cardholder says (Book 1 section 12.4). */
function* pickCandidate(
  context: Context,
  candidates: readonly Candidate[],
): Asking<Candidate | Stop> {
  const choice = context.config.cardholderChoice !== false;
  if (!choice) {
    // Nobody can confirm: only applications that need no confirmation are selected.
    const candidate = candidates.find((one) => !one.confirm);
    return candidate ?? { type: 'terminated', reason: 'no-application' };
  }
  if (candidates.length === 1) {
    const [only] = candidates;
    if (!only.confirm) return only;
    const request = { type: 'confirm-application', candidate: only } as const;
    const answer = expectAnswer(yield request, 'confirm-application');
    return answer.confirmed ? only : { type: 'cancelled', reason: 'cardholder-cancelled' };
  }
  const answer = expectAnswer(
    yield { type: 'choose-application', candidates },
    'choose-application',
  );
  const chosen = answer.index === undefined ? undefined : candidates[answer.index];
  return chosen ?? { type: 'cancelled', reason: 'cardholder-cancelled' };
}

/** What an application's FCI holds joins the data set. */
function takeFci(
  context: Context,
  candidate: Candidate,
  fci: NonNullable<ReturnType<typeof parseFci>>,
): void {
  const { data } = context;
  const { application } = candidate;
  data.set(tag.dfName, fci.name);
  data.set(tag.terminalAid, fci.name);
  for (const number of [
    tag.applicationLabel,
    tag.priority,
    tag.pdol,
    tag.languages,
    tag.codeTable,
    tag.preferredName,
  ]) {
    const found = findTag(fci.objects, number);
    if (found !== undefined) data.set(number, found.value);
  }
  for (const [number, value] of application.data ?? []) data.set(number, value);
  data.set(tag.terminalVersion, application.version);
  if (application.floorLimitMinor !== undefined) {
    const limit = new Uint8Array(4);
    const capped =
      application.floorLimitMinor > 0xffffffffn ? 0xffffffffn : application.floorLimitMinor;
    new DataView(limit.buffer).setUint32(0, Number(capped));
    data.set(tag.floorLimit, limit);
  }
}

/** Final SELECT of a candidate; `next` when it is not to be had and the others are tried. */
function* selectFinally(context: Context, candidate: Candidate): Asking<Stop | 'next' | undefined> {
  const answer = yield* exchange('select', selectCommand(candidate.aid));
  if (!answer.ok) return faultStop(context, answer.error.code, false);
  if (answer.sw !== 0x9000) {
    note(context, 'select', `${toHex(candidate.aid)} not selectable: ${statusText(answer.sw)}`);
    return 'next';
  }
  const fci = parseFci(answer.data);
  if (fci === undefined || toHex(fci.name) !== toHex(candidate.aid)) {
    note(context, 'select', 'file control information malformed');
    return { type: 'terminated', reason: 'card-data-error' };
  }
  context.application = candidate.application;
  takeFci(context, candidate, fci);
  note(context, 'select', `${candidate.label} (${toHex(fci.name)}) selected`);
  return undefined;
}

/** GET PROCESSING OPTIONS; 6985 sends back to selection. */
function* initiate(context: Context): Asking<Stop | 'next' | undefined> {
  const { data } = context;
  const gpo = buildGpo(data.get(tag.pdol), data);
  if (!gpo.ok) {
    note(context, 'initiate', 'PDOL malformed');
    return { type: 'terminated', reason: 'card-data-error' };
  }
  context.pdolData = gpo.pdolData;
  const answer = yield* exchange('initiate', gpo.command);
  if (!answer.ok) return faultStop(context, answer.error.code, false);
  if (answer.sw === 0x6985) {
    note(context, 'initiate', 'conditions of use not satisfied');
    return 'next';
  }
  if (answer.sw !== 0x9000) {
    note(context, 'initiate', `refused: ${statusText(answer.sw)}`);
    return { type: 'terminated', reason: 'card-status-error' };
  }
  const parsed = parseGpo(answer.data);
  if (!parsed.ok) {
    note(context, 'initiate', `answer not usable: ${parsed.error.code}`);
    const missing = parsed.error.code.endsWith('missing');
    return { type: 'terminated', reason: missing ? 'card-data-missing' : 'card-data-error' };
  }
  data.set(tag.aip, parsed.aip);
  data.set(tag.afl, parsed.afl);
  return undefined;
}

function listStop(context: Context, list: CandidateList): Stop | undefined {
  if (!list.ok) return faultStop(context, list.error.code, false);
  if (list.outcome === 'card-blocked') return { type: 'terminated', reason: 'card-blocked' };
  if (list.outcome === 'no-application') return { type: 'terminated', reason: 'no-application' };
  return undefined;
}

/** Selection until an application has started. A new try starts from a clean data set. */
function* startApplication(context: Context): Asking<Stop | undefined> {
  const { config } = context;
  const list = yield* buildCandidateList({
    applications: config.applications,
    pse: config.pse !== false,
    codeTables: codeTablesOf(config),
  });
  const stop = listStop(context, list);
  if (stop !== undefined || !list.ok) return stop;
  note(context, 'select', `${list.candidates.length} candidates by ${list.via}`);
  const clean = new Map(context.data);
  let left = list.candidates;
  while (left.length > 0) {
    const candidate = yield* pickCandidate(context, left);
    if (!('aid' in candidate)) return candidate;
    const selected = yield* selectFinally(context, candidate);
    const started = selected === undefined ? yield* initiate(context) : selected;
    if (started !== 'next') return started;
    left = left.filter((one) => one !== candidate);
    context.data.clear();
    for (const [number, value] of clean) context.data.set(number, value);
  }
  return { type: 'terminated', reason: 'application-not-accepted' };
}

/** Terminal action analysis, and whether to ask for CDA (Book 4 section 6.3.2.1). */
function decide(context: Context): { asked: RequestedCryptogram; cda: boolean } {
  const { config, input, application, data, oda, tvr } = context;
  if (application === undefined) throw new EmvFault('configuration', 'no application');
  const asked = analyseAction({
    tvr,
    iac: issuerActionCodes(data),
    tac: application.tac,
    onlineCapable: isOnlineCapable(config.terminalType),
    onlineOnly: isOnlineOnly(config.terminalType),
    unableToGoOnline: false,
  });
  note(
    context,
    'analyse-action',
    `TVR ${toHex(tvr)}: ${asked}${input.offline === true ? ', offline' : ''}`,
  );
  const mode = application.cdaMode ?? 1;
  const wanted = asked === 'TC' || (asked === 'ARQC' && (mode === 1 || mode === 2));
  return { asked, cda: wanted && oda.method === 'cda' && !oda.failed };
}

function* firstAc(context: Context): Asking<Stop> {
  flagDefaultTdol(context);
  const { asked, cda } = decide(context);
  setArc(context, asked === 'TC' ? 'Y1' : 'Z1');
  if (asked === 'ARQC') context.data.delete(tag.arc);
  const cdolData = fillCdol(context, context.data.get(tag.cdol1) ?? new Uint8Array(0));
  if (cdolData === undefined) return { type: 'terminated', reason: 'card-data-error' };
  context.cdol1Data = cdolData;
  const result = yield* generateAc(context, { step: 'generate-ac-1', asked, cda, cdolData });
  if ('reason' in result) return result;
  context.first = result.cryptogram;
  context.last = result.cryptogram;
  const { type } = result.cryptogram;
  if (type === 'ARQC') {
    return result.cdaFailed ? yield* completeCdaFailed(context) : yield* goOnline(context);
  }
  if (type === 'TC' && !result.cdaFailed) {
    setArc(context, 'Y1');
    return { type: 'approved', reason: 'offline-approved' };
  }
  setArc(context, 'Z1');
  return { type: 'declined', reason: result.cdaFailed ? 'cda-failed' : 'offline-declined' };
}

/** Every step between the records and the first GENERATE AC. */
function* prepare(context: Context): Asking<Stop | undefined> {
  const unread = yield* readApplicationData(context);
  if (unread !== undefined) return unread;
  const odaStop = yield* authenticateData(context);
  if (odaStop !== undefined) return odaStop;
  flag(context, 'restrict', ...checkRestrictions(context.data));
  const cvmStop = yield* verifyCardholder(context);
  if (cvmStop !== undefined) return cvmStop;
  return yield* manageRisk(context);
}

/**
 * Runs one contact transaction. The generator knows no card, clock or host: it asks, the caller
 * answers. It always ends in one outcome; whatever the card does is in there, nothing is thrown
 * but `EmvFault` for a caller that breaks the contract.
 *
 * @example
 * const run = runContact({ config, input, environment });
 * let step = run.next();
 * while (!step.done) step = run.next(answer(step.value));
 * const outcome = step.value;
 */
export function* runContact(start: {
  readonly config: TerminalConfig;
  readonly input: TransactionInput;
  readonly environment: KernelEnvironment;
}): KernelRun {
  const context = newContext(start.config, start.input, start.environment);
  const stop =
    (yield* startApplication(context)) ?? (yield* prepare(context)) ?? (yield* firstAc(context));
  return outcomeOf(context, stop);
}
