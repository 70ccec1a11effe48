// Kinds of emv vectors about what a terminal decides: selection, initiation, restrictions, risk, action.
import { toHex } from '@chipswitch/bytes';
import {
  type CandidateList,
  type TvrBit,
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
  tvrOf,
} from '@chipswitch/emv';
import { findTag } from '@chipswitch/tlv';
import type * as v from 'valibot';
import { aid, objectsByTag, pan, psn, tsi, tvr } from '../card-forms.ts';
import {
  boolean,
  bytes,
  bytesByTag,
  bytesFrom,
  bytesOf,
  list,
  maybe,
  number,
  numberFrom,
  object,
  oneOf,
  orNull,
  refusal,
  row,
  saying,
  someOf,
  text,
} from '../forms.ts';
import { type Kinds, kind } from '../kind.ts';
import { tagsOf } from './emv-data.ts';

const noDenial = '0000000000';
const everything = 'FFFFFFFFFF';
const tac = object({
  denial: maybe(tvr, noDenial),
  online: maybe(tvr, noDenial),
  default: maybe(tvr, noDenial),
});
/** An issuer's codes that are absent deny nothing and send everything online (Book 3 10.7). */
const iac = object({
  denial: maybe(tvr, noDenial),
  online: maybe(tvr, everything),
  default: maybe(tvr, everything),
});

const counter = maybe(orNull(bytesOf(2)));

const risk = object({
  floorLimit: number,
  amount: number,
  card: objectsByTag,
  log: list(object({ pan, psn: maybe(psn), amount: number })),
  getData: saying(object({ '9F36': counter, '9F13': counter }), 'null: the card refused'),
});

function riskManagement({ card, getData, ...input }: v.InferOutput<typeof risk>): unknown {
  const digitsOf = (name: string): string | undefined =>
    Object.hasOwn(card, name) ? toHex(card[name]).replace(/F+$/, '') : undefined;
  const counterOf = (name: '9F36' | '9F13'): number | undefined => {
    const value = getData[name] ?? null;
    return value === null ? undefined : (value[0] << 8) | value[1];
  };
  const exceeds = exceedsFloorLimit({
    floorLimitMinor: BigInt(input.floorLimit),
    amountMinor: BigInt(input.amount),
    pan: digitsOf('5A'),
    psn: digitsOf('5F34'),
    log: input.log.map(({ pan, psn, amount }) => ({ pan, psn, amountMinor: BigInt(amount) })),
  });
  const bits: TvrBit[] = exceeds ? ['floor-limit'] : [];
  if (Object.hasOwn(card, '9F14') && Object.hasOwn(card, '9F23')) {
    const limits = { lowerLimit: card['9F14'][0], upperLimit: card['9F23'][0] };
    const counters = { atc: counterOf('9F36'), lastOnlineAtc: counterOf('9F13') };
    bits.push(...checkVelocity({ ...limits, ...counters }));
  }
  return { tvr: tvrOf(bits), tsi: tsiOf(['terminal-risk-management']) };
}

const percentage = numberFrom(0, 99);

const decisions: Kinds = {
  restrictions: kind({
    about: 'Processing restrictions; values by tag.',
    input: object({ terminal: objectsByTag, transaction: objectsByTag, card: objectsByTag }),
    expect: object({ tvr }),
    run: ({ terminal, transaction, card }) => ({
      tvr: tvrOf(checkRestrictions(tagsOf(terminal, transaction, card))),
    }),
  }),
  'risk-management': kind({
    about: 'Floor limit with the log of earlier payments, and velocity.',
    input: risk,
    expect: object({ tvr, tsi }),
    run: riskManagement,
  }),
  'random-selection': kind({
    about: 'Random transaction selection; amounts in minor units, percentages.',
    input: object({
      floorLimit: number,
      threshold: number,
      target: percentage,
      maximumTarget: percentage,
      amount: number,
      random: numberFrom(1, 99),
    }),
    misfit: ({ threshold, floorLimit, target, maximumTarget }) => {
      if (maximumTarget < target) return 'maximumTarget: is below target';
      return threshold < floorLimit ? undefined : 'threshold: is not below floorLimit';
    },
    expect: object({ selected: boolean }),
    run: ({ threshold, target, maximumTarget, floorLimit, amount, random }) => ({
      selected: selectsRandomly(
        { thresholdMinor: BigInt(threshold), target, maximumTarget },
        { floorLimitMinor: BigInt(floorLimit), amountMinor: BigInt(amount), random },
      ),
    }),
  }),
  'action-analysis': kind({
    about: 'Terminal action analysis. Absent codes: zeros; issuer online and default: ones.',
    input: object({
      tvr,
      iac: maybe(iac, {}),
      tac: maybe(tac, {}),
      onlineCapable: boolean,
      unableToGoOnline: boolean,
    }),
    expect: object({ request: oneOf('TC', 'ARQC', 'AAC') }),
    run: (input) => ({ request: analyseAction(input) }),
  }),
};

const selection = object({
  terminalAids: someOf(object({ aid, match: oneOf('exact', 'partial') })),
  exchange: saying(
    someOf(row([bytes, bytesFrom(2, 258)])),
    'command and response; asked in this order, to the end',
  ),
});

/** Plays a scripted card. */
function play({ terminalAids, exchange }: v.InferOutput<typeof selection>): CandidateList {
  const zeros = new Uint8Array(5);
  const codes = { denial: zeros, online: zeros, default: zeros };
  const run = buildCandidateList({
    applications: terminalAids.map((one) => ({ ...one, version: new Uint8Array(2), tac: codes })),
  });
  const script = [...exchange];
  let step = run.next();
  while (step.done !== true) {
    const request = step.value;
    const asked = request.type === 'apdu' ? toHex(request.command) : request.type;
    const next = script.shift();
    if (next === undefined || toHex(next[0]) !== asked) {
      throw new Error(
        `asked ${asked} where the script has ${next === undefined ? 'nothing' : toHex(next[0])}`,
      );
    }
    step = run.next({ type: 'apdu', response: next[1] });
  }
  if (script.length > 0) throw new Error(`never asked ${toHex(script[0][0])}`);
  return step.value;
}

const applications: Kinds = {
  select: kind({
    about: 'Application selection with a scripted card; label: the name the terminal shows.',
    input: selection,
    expect: object({
      outcome: oneOf('candidates', 'no-application', 'card-blocked'),
      candidates: list(object({ aid, label: text, priority: number, confirm: boolean })),
    }),
    run: (input) => {
      const found = play(input);
      if (!found.ok) return { outcome: found.error.code, candidates: [] };
      const candidates = found.candidates.map((one) => {
        const { label, priority, confirm } = one;
        return { aid: one.aid, label, priority, confirm };
      });
      return { outcome: found.outcome, candidates };
    },
  }),
  gpo: kind({
    about: 'FCI to GET PROCESSING OPTIONS; its answer to AIP and AFL, if its status is 9000.',
    input: object({
      fci: bytes,
      data: bytesByTag,
      response: saying(
        orNull(bytesFrom(2, 258)),
        'with its status; null where no command is built',
      ),
    }),
    expect: object({
      command: bytes,
      aip: maybe(saying(bytesOf(2), 'only with 9000')),
      afl: maybe(saying(bytesFrom(4, 252), 'only with 9000')),
    }),
    refusal: refusal('pdol'),
    run: ({ fci, data, response }) => {
      const template = parseFci(fci);
      if (template === undefined) throw new Error('fci');
      const built = buildGpo(findTag(template.objects, 0x9f38)?.value, tagsOf(data));
      if (!built.ok) return { error: built.error.code };
      if (response === null) throw new Error('a command and no response to it');
      const { command } = built;
      if (toHex(response, response.length - 2) !== '9000') return { command };
      const answer = parseGpo(response.subarray(0, response.length - 2));
      if (!answer.ok) throw new Error(`response: ${answer.error.code}`);
      return { command, aip: answer.aip, afl: answer.afl };
    },
  }),
};

/** Kinds about what a terminal decides. */
export const emvKernelKinds: Kinds = { ...decisions, ...applications };
