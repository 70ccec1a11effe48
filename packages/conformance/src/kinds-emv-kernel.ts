// Kernel vectors: selection, initiation, restrictions, risk management, action analysis.
import { fromHex, toHex } from '@chipswitch/bytes';
import {
  type ActionCodes,
  type ApplicationConfig,
  type CandidateList,
  analyseAction,
  buildCandidateList,
  buildGpo,
  checkRestrictions,
  checkVelocity,
  exceedsFloorLimit,
  parseFci,
  parseGpo,
  selectsRandomly,
  tsiOf,
  type TvrBit,
  tvrOf,
} from '@chipswitch/emv';
import { findTag } from '@chipswitch/tlv';
import {
  type Fields,
  bytesAt,
  bytesIfAny,
  comparing,
  numberAt,
  objectAt,
  tagsOf,
  textAt,
} from './emv-input.ts';
import { emvCryptogramKinds } from './kinds-emv-cryptogram.ts';
import { emvOdaKinds } from './kinds-emv-oda.ts';
import type { Kinds, Vector } from './runner.ts';
import { AnyOf } from './vector-values.ts';

function restrictions(input: Fields): unknown {
  const data = tagsOf(
    objectAt(input, 'terminal'),
    objectAt(input, 'transaction'),
    objectAt(input, 'card'),
  );
  return { tvr: tvrOf(checkRestrictions(data)) };
}

/** A counter of GET DATA: undefined when the card refused it. */
function counter(input: Fields, name: string): number | undefined {
  const value = bytesIfAny(objectAt(input, 'getData'), name);
  return value === undefined ? undefined : (value[0] << 8) | value[1];
}

function riskManagement(input: Fields): unknown {
  const card = objectAt(input, 'card');
  const digits = (name: string): string | undefined =>
    typeof card[name] === 'string' ? card[name].replace(/F+$/i, '') : undefined;
  const log = ((input['log'] ?? []) as readonly Fields[]).map((entry) => ({
    pan: textAt(entry, 'pan'),
    psn: typeof entry['psn'] === 'string' ? entry['psn'] : undefined,
    amountMinor: BigInt(numberAt(entry, 'amount')),
  }));
  const exceeds = exceedsFloorLimit({
    floorLimitMinor: BigInt(numberAt(input, 'floorLimit')),
    amountMinor: BigInt(numberAt(input, 'amount')),
    pan: digits('5A'),
    psn: digits('5F34'),
    log,
  });
  const lower = bytesIfAny(card, '9F14');
  const upper = bytesIfAny(card, '9F23');
  const velocity =
    lower === undefined || upper === undefined
      ? []
      : checkVelocity({
          lowerLimit: lower[0],
          upperLimit: upper[0],
          atc: counter(input, '9F36'),
          lastOnlineAtc: counter(input, '9F13'),
        });
  const bits: TvrBit[] = [...(exceeds ? (['floor-limit'] as const) : []), ...velocity];
  return { tvr: tvrOf(bits), tsi: tsiOf(['terminal-risk-management']) };
}

function randomSelection(input: Fields): unknown {
  const selected = selectsRandomly(
    {
      thresholdMinor: BigInt(numberAt(input, 'threshold')),
      target: numberAt(input, 'target'),
      maximumTarget: numberAt(input, 'maximumTarget'),
    },
    {
      floorLimitMinor: BigInt(numberAt(input, 'floorLimit')),
      amountMinor: BigInt(numberAt(input, 'amount')),
      random: numberAt(input, 'random'),
    },
  );
  return { selected };
}

const noDenial = new Uint8Array(5);
const everything = new Uint8Array(5).fill(0xff);

/** Action codes; an issuer's that are absent deny nothing and send everything online. */
function codesAt(input: Fields, name: string, absent: Uint8Array): ActionCodes {
  const codes = objectAt(input, name);
  return {
    denial: bytesIfAny(codes, 'denial') ?? noDenial,
    online: bytesIfAny(codes, 'online') ?? absent,
    default: bytesIfAny(codes, 'default') ?? absent,
  };
}

function actionAnalysis(input: Fields): unknown {
  const request = analyseAction({
    tvr: bytesAt(input, 'tvr'),
    iac: codesAt(input, 'iac', everything),
    tac: codesAt(input, 'tac', noDenial),
    onlineCapable: input['onlineCapable'] !== false,
    unableToGoOnline: input['unableToGoOnline'] === true,
  });
  return { request };
}

function gpo(input: Fields, vector: Vector): unknown {
  const fci = parseFci(bytesAt(input, 'fci'));
  if (fci === undefined) return { error: 'fci' };
  const pdol = findTag(fci.objects, 0x9f38)?.value;
  const built = buildGpo(pdol, tagsOf(objectAt(input, 'data')));
  if (!built.ok) return { error: built.error.code };
  const response = bytesAt(input, 'response');
  const sw = toHex(response, response.length - 2);
  if (sw !== '9000') {
    // The command was right; whether the card's refusal is an error is for the vector to say.
    const expectsError = 'error' in objectAt(vector, 'expect');
    return { command: built.command, ...(expectsError ? { error: sw } : { sw }) };
  }
  const answer = parseGpo(response.subarray(0, response.length - 2));
  if (!answer.ok) return { command: built.command, error: answer.error.code };
  return { command: built.command, aip: answer.aip, afl: answer.afl };
}

function applicationOf(entry: Fields): ApplicationConfig {
  const none = { denial: noDenial, online: noDenial, default: noDenial };
  return {
    aid: bytesAt(entry, 'aid'),
    match: entry['match'] === 'partial' ? 'partial' : 'exact',
    version: new Uint8Array(2),
    tac: none,
  };
}

/** Plays a scripted card: the terminal must ask exactly so, in this order, to the end. */
function playSelection(input: Fields, codeTables?: readonly number[]): CandidateList | string {
  const script = [...((input['exchange'] ?? []) as readonly (readonly [string, string])[])];
  const applications = ((input['terminalAids'] ?? []) as readonly Fields[]).map(applicationOf);
  const run = buildCandidateList({
    applications,
    ...(codeTables === undefined ? {} : { codeTables }),
  });
  let step = run.next();
  while (step.done !== true) {
    const request = step.value;
    const [expected, response] = script.shift() ?? [];
    const asked = request.type === 'apdu' ? toHex(request.command) : request.type;
    if (expected === undefined || response === undefined || expected !== asked) {
      return `asked ${asked} where the script has ${expected ?? 'nothing'}`;
    }
    step = run.next({ type: 'apdu', response: fromHex(response) });
  }
  return script.length > 0 ? `never asked ${script[0][0]}` : step.value;
}

function select(input: Fields): unknown {
  const list = playSelection(input);
  if (typeof list === 'string') return { outcome: list };
  if (!list.ok) return { outcome: list.fault, candidates: [] };
  // The format does not say which code tables the terminal shows: with them a candidate goes by its
  // preferred name (9F12), without by its label (50).
  const plain = playSelection(input, []);
  const labels = typeof plain !== 'string' && plain.ok ? plain.candidates : [];
  const candidates = list.candidates.map(({ aid, label, priority, confirm }, i) => {
    return { aid, label: new AnyOf(label, labels[i]?.label ?? label), priority, confirm };
  });
  return { outcome: list.outcome, candidates };
}

/** Checks by kind. */
export const emvKernelKinds: Kinds = {
  ...emvOdaKinds,
  ...emvCryptogramKinds,
  restrictions: comparing(restrictions),
  'risk-management': comparing(riskManagement),
  'random-selection': comparing(randomSelection),
  'action-analysis': comparing(actionAnalysis),
  select: comparing(select),
  gpo: comparing(gpo),
};
