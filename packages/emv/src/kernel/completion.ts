// Going online and completing: issuer authentication, scripts, second GENERATE AC (Book 3 sections 10.8, 10.9, 10.11).
import { fromAscii } from '@chipswitch/bytes';
import { analyseAction, isOnlineCapable, isOnlineOnly, issuerActionCodes } from './action.ts';
import { externalAuthenticateCommand } from './apdu.ts';
import { setTsi } from './bits.ts';
import { type Context, type Stop, faultStop, flag, note } from './context.ts';
import { type Asking, exchange, expectAnswer } from './exchange.ts';
import { fillCdol, generateAc } from './generate.ts';
import { processScripts, readScripts } from './scripts.ts';
import { tag } from './tags.ts';
import type { KernelAnswer } from './types.ts';

/** Sets 8A, which CDOL 2 asks for. */
export function setArc(context: Context, arc: string): void {
  context.data.set(tag.arc, fromAscii(arc));
}

function* authenticateIssuer(context: Context): Asking<Stop | undefined> {
  const value = context.data.get(tag.issuerAuthenticationData);
  if (value === undefined) {
    note(context, 'authenticate-issuer', 'nothing to authenticate the issuer with');
    return undefined;
  }
  // Without the bit in the AIP the data go to the card in CDOL 2, or not at all.
  if (((context.data.get(tag.aip)?.[0] ?? 0) & 0x04) === 0) return undefined;
  if (value.length < 8 || value.length > 16) {
    note(context, 'authenticate-issuer', 'issuer authentication data of a wrong length');
    flag(context, 'authenticate-issuer', 'issuer-authentication-failed');
    return undefined;
  }
  const answer = yield* exchange('authenticate-issuer', externalAuthenticateCommand(value));
  if (!answer.ok) return faultStop(context, answer.error.code, true);
  setTsi(context.tsi, 'issuer-authentication');
  if (answer.sw !== 0x9000) flag(context, 'authenticate-issuer', 'issuer-authentication-failed');
  else note(context, 'authenticate-issuer', 'the card accepts the issuer');
  return undefined;
}

interface SecondAc {
  readonly asked: 'TC' | 'AAC';
  readonly scripts: Uint8Array | undefined;
}

/** Whether the second GENERATE AC asks for CDA (Book 4 section 6.3.2.1). */
function secondWithCda(context: Context, asked: 'TC' | 'AAC'): boolean {
  if (context.oda.method !== 'cda' || context.oda.failed || asked !== 'TC') return false;
  const mode = context.application?.cdaMode ?? 1;
  return !context.online || mode === 1 || mode === 4;
}

/** Scripts 71, GENERATE AC 2, scripts 72. */
function* generateSecond(context: Context, second: SecondAc): Asking<Stop | undefined> {
  const scripts = second.scripts === undefined ? [] : readScripts(second.scripts);
  yield* processScripts(context, scripts, 0x71);
  const cdolData = fillCdol(context, context.data.get(tag.cdol2) ?? new Uint8Array(0));
  if (cdolData === undefined) return { type: 'terminated', reason: 'card-data-error' };
  const { asked } = second;
  const cda = secondWithCda(context, asked);
  const result = yield* generateAc(context, { step: 'generate-ac-2', asked, cda, cdolData });
  if ('reason' in result) return result;
  if (result.cryptogram.type === 'ARQC') {
    // Only TC and AAC can end a transaction.
    return { type: 'terminated', reason: 'cryptogram-type-invalid' };
  }
  context.last = result.cryptogram;
  yield* processScripts(context, scripts, 0x72);
  if (result.cdaFailed) return { type: 'declined', reason: 'cda-failed' };
  return undefined;
}

/** Ends by the second cryptogram. */
function verdict(context: Context, why: 'host' | 'unable'): Stop {
  const approved = context.last?.type === 'TC';
  if (why === 'unable') {
    setArc(context, approved ? 'Y3' : 'Z3');
    return approved
      ? { type: 'approved', reason: 'unable-to-go-online-approved' }
      : { type: 'declined', reason: 'unable-to-go-online-declined' };
  }
  if (context.hostApproved) {
    return approved
      ? { type: 'approved', reason: 'online-approved' }
      : { type: 'declined', reason: 'card-declined-after-approval' };
  }
  return { type: 'declined', reason: 'online-declined' };
}

/** The host could not be reached: default action codes decide (Book 3 section 10.7). */
function* completeUnable(context: Context): Asking<Stop> {
  const { config, application, data } = context;
  note(context, 'online', 'unable to go online');
  const asked =
    application === undefined
      ? 'AAC'
      : analyseAction({
          tvr: context.tvr,
          iac: issuerActionCodes(data),
          tac: application.tac,
          onlineCapable: isOnlineCapable(config.terminalType),
          onlineOnly: isOnlineOnly(config.terminalType),
          unableToGoOnline: true,
        });
  const kind = asked === 'TC' ? 'TC' : 'AAC';
  setArc(context, kind === 'TC' ? 'Y3' : 'Z3');
  const stop = yield* generateSecond(context, { asked: kind, scripts: undefined });
  return stop ?? verdict(context, 'unable');
}

/** A CDA that failed on an ARQC: no online, the card is told to decline (Book 2 section 6.6.2). */
export function* completeCdaFailed(context: Context): Asking<Stop> {
  setArc(context, 'Z1');
  const stop = yield* generateSecond(context, { asked: 'AAC', scripts: undefined });
  if (stop !== undefined && stop.reason !== 'cda-failed') return stop;
  return { type: 'declined', reason: 'cda-failed' };
}

type HostAnswer = Extract<KernelAnswer, { type: 'online'; result: 'answered' }>;

/** ARC, authorization code and issuer authentication data become data objects. */
function takeAnswer(context: Context, answer: HostAnswer): void {
  const { data } = context;
  setArc(context, answer.arc);
  if (answer.authorizationCode !== undefined) {
    data.set(tag.authorizationCode, fromAscii(answer.authorizationCode));
  }
  if (answer.issuerAuthenticationData !== undefined) {
    data.set(tag.issuerAuthenticationData, answer.issuerAuthenticationData);
  }
}

/** The host's answer takes its way to the card. */
function* completeAnswered(context: Context, answer: HostAnswer): Asking<Stop> {
  context.online = true;
  takeAnswer(context, answer);
  let meaning = answer.decision;
  let referralRefused = false;
  if (meaning === 'referral') {
    const call = expectAnswer(yield { type: 'referral', arc: answer.arc }, 'referral');
    meaning = call.approved ? 'approved' : 'declined';
    referralRefused = !call.approved;
  }
  context.hostApproved = meaning === 'approved';
  note(context, 'online', `response code ${answer.arc}: ${meaning}`);
  const stopped = yield* authenticateIssuer(context);
  if (stopped !== undefined) return stopped;
  const asked = context.hostApproved ? 'TC' : 'AAC';
  const stop = yield* generateSecond(context, { asked, scripts: answer.scripts });
  // A refusal of the issuer stands, whatever the card then does.
  if (stop?.type === 'terminated' && !context.hostApproved) {
    return { type: 'declined', reason: referralRefused ? 'referral-declined' : 'online-declined' };
  }
  if (stop !== undefined) return stop;
  if (referralRefused) return { type: 'declined', reason: 'referral-declined' };
  return verdict(context, 'host');
}

/** Asks the host, and completes with its answer or without one. */
export function* goOnline(context: Context): Asking<Stop> {
  if (context.input.offline === true) return yield* completeUnable(context);
  note(context, 'online', 'authorization request');
  const answer = expectAnswer(yield { type: 'online', data: context.data }, 'online');
  if (answer.result === 'unable') return yield* completeUnable(context);
  return yield* completeAnswered(context, answer);
}
