// Combination selection: the PPSE and which kernel for which application (Book B section 3.3).
import { equalBytes, fromAscii, toHex } from '@chipswitch/bytes';
import { type TlvNode } from '@chipswitch/tlv';
import { selectCommand } from '../kernel/apdu.ts';
import { type Asking, exchange } from '../kernel/exchange.ts';
import { parseFci } from '../kernel/select.ts';
import { tag } from '../kernel/tags.ts';
import type { CardError } from '../kernel/types.ts';
import type { Indicators } from './pre-processing.ts';

/** A combination that card and reader share. */
export interface CombinationCandidate {
  /** ADF name of the directory entry (4F). */
  readonly aid: Uint8Array;
  /** What is selected: the ADF name, with 9F29 behind it where extended selection applies. */
  readonly selectName: Uint8Array;
  /** 1 (first) to 15; 0 when the card gave none. */
  readonly priority: number;
  readonly indicators: Indicators;
}

/** Candidates in the order in which they are tried, or why there are none. */
export type CombinationList =
  | { readonly ok: true; readonly candidates: readonly CombinationCandidate[] }
  | { readonly ok: false; readonly error: CardError };

const ppseName = fromAscii('2PAY.SYS.DDF01');
const entriesMax = 64;

/** Kernels by default for the providers of Book B table 3-6. */
const defaultKernels: ReadonlyMap<string, number> = new Map([
  ['A000000004', 2],
  ['A000000003', 3],
  ['A000000025', 4],
  ['A000000065', 5],
  ['A000000152', 6],
  ['A000000333', 7],
]);

/**
 * The kernel a directory entry asks for (3.3.2.5 C): its 9F2A, else the provider's own. 0 is any
 * kernel; undefined means that the entry is not usable.
 */
export function requestedKernel(
  aid: Uint8Array,
  identifier: Uint8Array | undefined,
): number | undefined {
  if (identifier === undefined || identifier.length === 0 || identifier[0] === 0) {
    return defaultKernels.get(toHex(aid, 0, 5)) ?? 0;
  }
  if (identifier.length > 8) return undefined;
  const [first] = identifier;
  // 00 international and 01 reserved: one byte.
  if (first < 0x80) return first;
  // Domestic: three bytes, and the short identifier may not be zero.
  if (identifier.length < 3 || (first & 0x3f) === 0) return undefined;
  return (first << 16) | (identifier[1] << 8) | identifier[2];
}

function matches(aid: Uint8Array, { combination }: Indicators): boolean {
  if (equalBytes(aid, combination.aid)) return true;
  const longer = aid.length > combination.aid.length;
  return (
    combination.match === 'partial' &&
    longer &&
    equalBytes(aid.subarray(0, combination.aid.length), combination.aid)
  );
}

function selectNameOf(
  aid: Uint8Array,
  objects: readonly TlvNode[],
  indicators: Indicators,
): Uint8Array {
  const extended = objects.find((node) => node.tag === 0x9f29)?.value;
  if (indicators.combination.extendedSelection !== true || extended === undefined) return aid;
  // A name has at most 16 bytes: what does not fit is not appended.
  if (aid.length + extended.length > 16) return aid;
  return Uint8Array.of(...aid, ...extended);
}

/** Candidates of one directory entry: every allowed combination that fits. */
function candidatesOf(entry: TlvNode, allowed: readonly Indicators[]): CombinationCandidate[] {
  const objects = entry.children ?? [];
  const valueOf = (number: number): Uint8Array | undefined =>
    objects.find((node) => node.tag === number)?.value;
  const aid = valueOf(tag.adfName);
  if (aid === undefined || aid.length < 5 || aid.length > 16) return [];
  const kernel = requestedKernel(aid, valueOf(tag.kernelIdentifier));
  if (kernel === undefined) return [];
  const indicator = valueOf(tag.priority);
  const priority = indicator?.length === 1 ? indicator[0] & 0x0f : 0;
  return allowed
    .filter((one) => matches(aid, one) && (kernel === 0 || one.combination.kernelId === kernel))
    .map((indicators) => ({
      aid,
      selectName: selectNameOf(aid, objects, indicators),
      priority,
      indicators,
    }));
}

/** Entries of the PPSE's file control information. */
function directoryOf(answer: Uint8Array): readonly TlvNode[] {
  const fci = parseFci(answer);
  const directory = fci?.objects.find((node) => node.tag === 0xbf0c);
  return (directory?.children ?? []).filter((node) => node.tag === tag.directoryEntry);
}

/** Selects the PPSE and lists the combinations by priority; ties stay in the card's order. */
export function* listCombinations(preProcessed: readonly Indicators[]): Asking<CombinationList> {
  const answer = yield* exchange('select', selectCommand(ppseName));
  if (!answer.ok) return answer;
  if (answer.sw !== 0x9000) return { ok: true, candidates: [] };
  const allowed = preProcessed.filter((one) => !one.notAllowed);
  const candidates = directoryOf(answer.data)
    .slice(0, entriesMax)
    .flatMap((entry) => candidatesOf(entry, allowed));
  const rank = ({ priority }: CombinationCandidate): number => (priority === 0 ? 16 : priority);
  return { ok: true, candidates: candidates.sort((a, b) => rank(a) - rank(b)) };
}
