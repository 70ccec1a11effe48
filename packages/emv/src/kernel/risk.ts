// Terminal risk management: floor limit, random selection, velocity (Book 3 section 10.6).
import { parseTlv } from '@chipswitch/tlv';
import { getDataCommand } from './apdu.ts';
import { type TvrBit, setTsi } from './bits.ts';
import { type Context, type Stop, faultStop, flag, note, panOf, psnOf } from './context.ts';
import { type Asking, exchange } from './exchange.ts';
import { tag } from './tags.ts';
import type { LogEntry, RandomSelection } from './types.ts';

/** Whether two PAN sequence numbers can be the same: an absent one matches any. */
function samePsn(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}

/**
 * Whether the floor limit is reached, the latest earlier amount of the same PAN counted in: a sale
 * split in two does not stay under it (Book 3 section 10.6.1).
 *
 * @example exceedsFloorLimit({ floorLimitMinor: 10_000n, amountMinor: 10_000n, log: [] }) // true
 */
export function exceedsFloorLimit(input: {
  readonly floorLimitMinor: bigint;
  readonly amountMinor: bigint;
  readonly pan?: string | undefined;
  readonly psn?: string | undefined;
  readonly log: readonly LogEntry[];
}): boolean {
  const { floorLimitMinor, amountMinor, pan, psn, log } = input;
  const earlier =
    pan === undefined
      ? undefined
      : log.findLast((entry) => entry.pan === pan && samePsn(entry.psn, psn));
  return amountMinor + (earlier?.amountMinor ?? 0n) >= floorLimitMinor;
}

/**
 * Whether random selection sends this transaction online (Book 3 section 10.6.2).
 *
 * @param random 1 to 99
 */
export function selectsRandomly(
  selection: RandomSelection,
  input: {
    readonly floorLimitMinor: bigint;
    readonly amountMinor: bigint;
    readonly random: number;
  },
): boolean {
  const { thresholdMinor, target, maximumTarget } = selection;
  const { floorLimitMinor, amountMinor, random } = input;
  // At or above the floor limit the transaction goes online anyway.
  if (amountMinor >= floorLimitMinor) return false;
  if (amountMinor < thresholdMinor) return random <= target;
  const share = BigInt(maximumTarget - target) * (amountMinor - thresholdMinor);
  const percent = target + Number(share / (floorLimitMinor - thresholdMinor));
  return random <= percent;
}

/**
 * Velocity checking over the limits of the card and its counters; a counter that the card refused
 * is undefined (Book 3 section 10.6.3).
 *
 * @example checkVelocity({ lowerLimit: 5, upperLimit: 10, atc: 8, lastOnlineAtc: 1 }) // ['lower-offline-limit']
 */
export function checkVelocity(input: {
  readonly lowerLimit: number;
  readonly upperLimit: number;
  readonly atc: number | undefined;
  readonly lastOnlineAtc: number | undefined;
}): TvrBit[] {
  const { lowerLimit, upperLimit, atc, lastOnlineAtc } = input;
  const bits: TvrBit[] = [];
  if (lastOnlineAtc === 0) bits.push('new-card');
  const since =
    atc !== undefined && lastOnlineAtc !== undefined && atc > lastOnlineAtc
      ? atc - lastOnlineAtc
      : undefined;
  if (since === undefined || since > lowerLimit) bits.push('lower-offline-limit');
  if (since === undefined || since > upperLimit) bits.push('upper-offline-limit');
  return bits;
}

/** The value of one object that GET DATA gives, or undefined when the card refuses or answers nonsense. */
export function getDataValue(answer: Uint8Array, number: number): Uint8Array | undefined {
  const parsed = parseTlv(answer);
  if (!parsed.ok || parsed.nodes.length !== 1 || parsed.nodes[0].tag !== number) return undefined;
  return parsed.nodes[0].value;
}

/** Random bytes as a number from 1 to 99, each as likely as the others. */
function randomPercent(random: (lengthBytes: number) => Uint8Array): number {
  for (let tries = 0; tries < 32; tries++) {
    const [byte] = random(1);
    // 198 is twice 99: below it every number comes twice.
    if (byte < 198) return (byte % 99) + 1;
  }
  return 1;
}

function* readCounter(context: Context, number: number): Asking<number | Stop | undefined> {
  const answer = yield* exchange('manage-risk', getDataCommand(number));
  if (!answer.ok) return faultStop(context, answer.error.code, true);
  const value = answer.sw === 0x9000 ? getDataValue(answer.data, number) : undefined;
  if (value?.length !== 2) return undefined;
  context.data.set(number, value);
  return (value[0] << 8) | value[1];
}

function* velocity(context: Context): Asking<Stop | undefined> {
  const lower = context.data.get(tag.lowerOfflineLimit);
  const upper = context.data.get(tag.upperOfflineLimit);
  if (lower === undefined || upper === undefined) return undefined;
  const atc = yield* readCounter(context, tag.atc);
  if (typeof atc === 'object') return atc;
  const lastOnlineAtc = yield* readCounter(context, tag.lastOnlineAtc);
  if (typeof lastOnlineAtc === 'object') return lastOnlineAtc;
  const bits = checkVelocity({ lowerLimit: lower[0], upperLimit: upper[0], atc, lastOnlineAtc });
  flag(context, 'manage-risk', ...bits);
  return undefined;
}

/** Floor limit, random selection, velocity; the exception file and a wish to go online before. */
export function* manageRisk(context: Context): Asking<Stop | undefined> {
  const { application, config, input, environment, data } = context;
  const pan = panOf(data);
  const psn = psnOf(data);
  if (pan !== undefined && environment.onExceptionFile?.(pan, psn) === true) {
    flag(context, 'manage-risk', 'exception-file');
  }
  if (input.forceOnline === true) flag(context, 'manage-risk', 'merchant-forced-online');
  const asked = ((data.get(tag.aip)?.[0] ?? 0) & 0x08) !== 0;
  if (!asked && config.riskManagementAlways === false) {
    note(context, 'manage-risk', 'not asked for by the card');
    return undefined;
  }
  setTsi(context.tsi, 'terminal-risk-management');
  const { amountMinor } = input;
  const floorLimitMinor = application?.floorLimitMinor;
  if (floorLimitMinor !== undefined) {
    const log = input.log ?? [];
    if (exceedsFloorLimit({ floorLimitMinor, amountMinor, pan, psn, log })) {
      flag(context, 'manage-risk', 'floor-limit');
    } else if (application?.randomSelection !== undefined) {
      const random = randomPercent(environment.random);
      if (selectsRandomly(application.randomSelection, { floorLimitMinor, amountMinor, random })) {
        flag(context, 'manage-risk', 'random-online');
      }
    }
  }
  if (application?.velocityCheck === false) return undefined;
  return yield* velocity(context);
}
