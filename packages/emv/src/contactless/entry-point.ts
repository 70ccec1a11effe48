// Entry Point: from the amount to the outcome of the kernel that ran (Book B section 3, Book A section 6).
import { fromAscii } from '@chipswitch/bytes';
import { findTag } from '@chipswitch/tlv';
import { selectCommand, statusText } from '../kernel/apdu.ts';
import { setArc } from '../kernel/completion.ts';
import { type Context, type Stop, newContext, note } from '../kernel/context.ts';
import { type Asking, exchange, expectAnswer } from '../kernel/exchange.ts';
import { outcomeOf } from '../kernel/outcome.ts';
import { parseFci } from '../kernel/select.ts';
import { tag } from '../kernel/tags.ts';
import type {
  ContactlessMessage,
  ContactlessParameters,
  KernelEnvironment,
  KernelRun,
  TransactionInput,
} from '../kernel/types.ts';
import { type CombinationCandidate, listCombinations } from './combination-selection.ts';
import { runKernel2 } from './kernel-2.ts';
import { runKernel3 } from './kernel-3.ts';
import { type KernelEnd, cardError, endWith, fromStop, otherInterface } from './kernel-end.ts';
import { type Indicators, preProcess } from './pre-processing.ts';
import type { Combination, ContactlessConfig } from './types.ts';

/** Selects one candidate's application and fills the data set; `next` when it is not to be had. */
function* selectCandidate(
  context: Context,
  candidate: CombinationCandidate,
): Asking<KernelEnd | 'next' | undefined> {
  const answer = yield* exchange('select', selectCommand(candidate.selectName));
  if (!answer.ok) return fromStop({ type: 'terminated', reason: 'card-not-responding' });
  if (answer.sw !== 0x9000) {
    note(context, 'select', `not selectable: ${statusText(answer.sw)}`);
    return 'next';
  }
  const fci = parseFci(answer.data);
  if (fci === undefined) return 'next';
  const { data } = context;
  const { combination, ttq } = candidate.indicators;
  data.set(tag.dfName, fci.name);
  data.set(tag.terminalAid, fci.name);
  for (const number of [
    tag.applicationLabel,
    tag.priority,
    tag.pdol,
    tag.languages,
    tag.preferredName,
  ]) {
    const found = findTag(fci.objects, number);
    if (found !== undefined) data.set(number, found.value);
  }
  for (const [number, value] of combination.data ?? []) data.set(number, value);
  data.set(tag.terminalVersion, combination.version);
  if (ttq !== undefined) data.set(tag.ttq, ttq);
  context.application = combination;
  return undefined;
}

/** Starts the kernel of a combination. */
function* activate(
  context: Context,
  candidate: CombinationCandidate,
  config: ContactlessConfig,
): Asking<KernelEnd> {
  const { combination } = candidate.indicators;
  note(context, 'select', `kernel ${combination.kernelId}`);
  switch (flowOf(combination)) {
    case 2:
      return yield* runKernel2(context, { combination, config });
    case 3:
      return yield* runKernel3(context);
    case undefined:
      note(context, 'select', 'no such kernel here');
      return endWith({ type: 'select-next', reason: 'no-application' }, 'processing-error', {
        start: 'C',
      });
  }
}

/**
 * Which flow a kernel follows: 1, 6 and 7 in their EMV modes go the quick way with qualifiers as 3
 * does; 4 and 5 are contact in all but the interface, as 2 is without its extras.
 */
function flowOf({ kernelId, behavesAs }: Combination): 2 | 3 | undefined {
  if (behavesAs !== undefined) return behavesAs;
  if (kernelId === 2 || kernelId === 4 || kernelId === 5) return 2;
  const quick = kernelId === 1 || kernelId === 3 || kernelId === 6 || kernelId === 7;
  return quick ? 3 : undefined;
}

interface Tried {
  readonly end: KernelEnd;
  readonly kernelId: number;
}

/** Candidates in turn, until a kernel ends otherwise than "select next". */
function* tryCandidates(
  context: Context,
  config: ContactlessConfig,
  candidates: readonly CombinationCandidate[],
): Asking<Tried> {
  const clean = new Map(context.data);
  const bits = [context.tvr.slice(), context.tsi.slice()];
  let last: Tried = { end: cardError('no-application'), kernelId: 0 };
  for (const candidate of candidates) {
    context.data.clear();
    for (const [number, value] of clean) context.data.set(number, value);
    context.tvr.set(bits[0]);
    context.tsi.set(bits[1]);
    context.signedRecords.length = 0;
    const selected = yield* selectCandidate(context, candidate);
    if (selected === 'next') continue;
    const { kernelId } = candidate.indicators.combination;
    const end = selected ?? (yield* activate(context, candidate, config));
    last = { end, kernelId };
    if (end.stop === 'online' || end.stop.type !== 'select-next') return last;
    note(context, 'select', 'the next combination');
  }
  // Nobody else to ask: "select next" ends as the card that cannot be used.
  const ranOut = last.end.stop !== 'online' && last.end.stop.type === 'select-next';
  if (!ranOut || last.end.stop === 'online') return last;
  return { ...last, end: cardError(last.end.stop.reason) };
}

/** An end that needs no host. */
type FinalEnd = KernelEnd & { readonly stop: Stop };

function isFinal(end: KernelEnd): end is FinalEnd {
  return end.stop !== 'online';
}

/** The host decides: an online PIN is asked for first, the card is no longer needed. */
function* goOnline(context: Context, end: KernelEnd): Asking<FinalEnd> {
  if (end.cvm === 'online-pin') {
    const { amountMinor, currency } = context.input;
    const entry = expectAnswer(yield { type: 'pin', amountMinor, currency }, 'pin');
    if (entry.result === 'cancelled') {
      return {
        ...end,
        stop: { type: 'cancelled', reason: 'cardholder-cancelled' },
        message: 'declined',
      };
    }
    if (entry.result !== 'entered') {
      return {
        ...end,
        stop: { type: 'declined', reason: 'offline-declined' },
        message: 'declined',
      };
    }
    context.cvm.onlinePin = true;
    if (entry.encipheredPin !== undefined)
      context.data.set(tag.transactionPin, entry.encipheredPin);
  }
  const unable = { type: 'declined', reason: 'unable-to-go-online-declined' } as const;
  if (context.input.offline === true) {
    setArc(context, 'Z3');
    return { ...end, stop: unable, message: 'declined' };
  }
  note(context, 'online', 'authorization request');
  const answer = expectAnswer(yield { type: 'online', data: context.data }, 'online');
  if (answer.result === 'unable') {
    setArc(context, 'Z3');
    return { ...end, stop: unable, message: 'declined' };
  }
  context.online = true;
  setArc(context, answer.arc);
  if (answer.authorizationCode !== undefined) {
    context.data.set(tag.authorizationCode, fromAscii(answer.authorizationCode));
  }
  const meaning = answer.decision;
  note(context, 'online', `response code ${answer.arc}: ${meaning}`);
  if (meaning === 'approved') {
    context.hostApproved = true;
    const message: ContactlessMessage = end.cvm === 'signature' ? 'approved-sign' : 'approved';
    return { ...end, stop: { type: 'approved', reason: 'online-approved' }, message };
  }
  // 65 and 1A: the issuer wants the contact chip or another verification.
  if (answer.arc === '65' || answer.arc === '1A') {
    return {
      ...end,
      ...otherInterface('online-declined'),
      stop: { type: 'try-another-interface', reason: 'online-declined' },
    };
  }
  return { ...end, stop: { type: 'declined', reason: 'online-declined' }, message: 'declined' };
}

function parametersOf(end: KernelEnd, kernelId: number): ContactlessParameters {
  return {
    kernelId,
    start: end.start,
    cvm: end.cvm,
    message: end.message,
    alternateInterface: end.alternateInterface,
    receipt: end.cvm === 'signature',
    // A removed field makes phones and cards start anew: 1.3 s (Book A table 6-1).
    fieldOffTenths: end.start === 'B' ? 13 : 0,
    torn: end.torn,
  };
}

/** Whether any combination can be used, and if not, why. */
function refusal(indicators: readonly Indicators[]): KernelEnd | undefined {
  if (indicators.some((one) => !one.notAllowed)) return undefined;
  return indicators.length > 0 ? otherInterface('amount-not-allowed') : cardError('no-application');
}

/**
 * Runs one tap: pre-processing, combination selection, the kernel, and the host's word. The card is
 * needed until the cryptogram only. When it ends `try-again`, present the card again and call anew,
 * with `outcome.contactless.torn` in the log where there is one.
 *
 * @example drive(runContactless({ config, input, environment }), card, others)
 */
export function* runContactless(start: {
  readonly config: ContactlessConfig;
  readonly input: TransactionInput;
  readonly environment: KernelEnvironment;
}): KernelRun {
  const { config, input, environment } = start;
  const context = newContext({ ...config, applications: config.combinations }, input, environment);
  const indicators = preProcess(config.combinations, input);
  const refused = refusal(indicators);
  for (const one of indicators) {
    const { kernelId } = one.combination;
    const allowed = one.notAllowed ? 'not allowed' : 'allowed';
    note(context, 'pre-process', `kernel ${kernelId}: ${allowed}`);
  }
  let tried: Tried = { end: refused ?? cardError('no-application'), kernelId: 0 };
  if (refused === undefined) {
    const list = yield* listCombinations(indicators);
    if (list.ok) tried = yield* tryCandidates(context, config, list.candidates);
    else
      tried = { end: fromStop({ type: 'terminated', reason: 'card-not-responding' }), kernelId: 0 };
  }
  const end = isFinal(tried.end) ? tried.end : yield* goOnline(context, tried.end);
  const { stop, cvm } = end;
  context.cvm.signature = cvm === 'signature';
  context.cvm.onDevice = cvm === 'on-device';
  context.cvm.noCvm = cvm === 'none';
  return { ...outcomeOf(context, stop), contactless: parametersOf(end, tried.kernelId) };
}
