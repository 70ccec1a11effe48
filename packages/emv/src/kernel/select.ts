// Application selection (Book 1 section 12): the candidate list by PSE or by the list of AIDs.
import { TextDecoder } from 'node:util';
import { equalBytes, fromAscii, toHex, toLatin1 } from '@chipswitch/bytes';
import { type TlvNode, findTag, parseTlv } from '@chipswitch/tlv';
import { readRecordCommand, selectCommand } from './apdu.ts';
import { type Asking, exchange } from './exchange.ts';
import { tag } from './tags.ts';
import type { ApplicationConfig, Candidate, CardError } from './types.ts';

/** The candidate list, or why there is none. */
export type CandidateList =
  | {
      readonly ok: true;
      readonly outcome: 'candidates' | 'no-application' | 'card-blocked';
      /** In the order in which they are offered: by priority, ties as the card has them. */
      readonly candidates: readonly Candidate[];
      readonly via: 'pse' | 'aid-list';
    }
  | { readonly ok: false; readonly error: CardError };

/** What selection needs to know of the terminal. */
export interface SelectOptions {
  readonly applications: readonly ApplicationConfig[];
  /** Try the payment system environment first. Default true. */
  readonly pse?: boolean;
  /** ISO 8859 parts the display knows. Default all ten. */
  readonly codeTables?: readonly number[];
}

const pseName = fromAscii('1PAY.SYS.DDF01');
// A directory has at most ten entries in practice; a card that never says 6A83 is cut off here.
const recordsMax = 32;
const entriesMax = 64;
// Occurrences of one partial name.
const occurrencesMax = 16;

/** Whether a card's AID is one of the terminal's (Book 1 section 12.3.1). */
function matchApplication(
  aid: Uint8Array,
  applications: readonly ApplicationConfig[],
): ApplicationConfig | undefined {
  const exact = applications.find((application) => equalBytes(application.aid, aid));
  if (exact !== undefined) return exact;
  return applications.find(
    (application) =>
      application.match === 'partial' &&
      aid.length > application.aid.length &&
      equalBytes(application.aid, aid.subarray(0, application.aid.length)),
  );
}

// Part 1 goes without a decoder; the others are few and kept.
const decoders = new Map<number, TextDecoder>();

function decoderOf(codeTable: number): TextDecoder {
  const known = decoders.get(codeTable);
  if (known !== undefined) return known;
  const decoder = new TextDecoder(`iso-8859-${codeTable}`);
  decoders.set(codeTable, decoder);
  return decoder;
}

/** A name for the cardholder, in a part of ISO 8859 (1 to 10); control characters are left out. */
function printable(bytes: Uint8Array, codeTable: number): string {
  const shown = bytes.filter((byte) => (byte >= 0x20 && byte <= 0x7e) || byte >= 0xa0);
  const text = codeTable === 1 ? toLatin1(shown) : decoderOf(codeTable).decode(shown);
  return text.trim();
}

function labelOf(
  aid: Uint8Array,
  objects: readonly TlvNode[],
  codeTable: number | undefined,
  options: SelectOptions,
): string {
  const preferred = findTag(objects, tag.preferredName)?.value;
  const tables = options.codeTables ?? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const known = codeTable !== undefined && codeTable >= 1 && codeTable <= 10;
  if (preferred !== undefined && known && tables.includes(codeTable)) {
    const name = printable(preferred, codeTable);
    if (name !== '') return name;
  }
  const label = findTag(objects, tag.applicationLabel)?.value;
  const name = label === undefined ? '' : printable(label, 1);
  return name === '' ? toHex(aid) : name;
}

function codeTableOf(objects: readonly TlvNode[]): number | undefined {
  const value = findTag(objects, tag.codeTable)?.value;
  return value?.length === 1 ? value[0] : undefined;
}

/** Languages of 5F2D: up to four codes of two letters. */
function languagesOf(value: Uint8Array | undefined): string[] {
  if (value === undefined || value.length % 2 !== 0 || value.length > 8) return [];
  const text = toLatin1(value).toLowerCase();
  return (text.match(/../g) ?? []).filter((code) => /^[a-z]{2}$/.test(code));
}

function candidateOf(
  aid: Uint8Array,
  application: ApplicationConfig,
  objects: readonly TlvNode[],
  context: { codeTable: number | undefined; languages: readonly string[] },
  options: SelectOptions,
): Candidate {
  const priority = findTag(objects, tag.priority)?.value;
  const indicator = priority?.length === 1 ? priority[0] : 0;
  return {
    aid,
    label: labelOf(aid, objects, context.codeTable, options),
    priority: indicator & 0x0f,
    confirm: (indicator & 0x80) !== 0,
    application,
    languages: context.languages,
  };
}

/** By priority 1 to 15, then those without one; ties stay in the card's order. */
function inOfferedOrder(candidates: readonly Candidate[]): Candidate[] {
  const rank = (candidate: Candidate): number =>
    candidate.priority === 0 ? 16 : candidate.priority;
  return [...candidates].sort((a, b) => rank(a) - rank(b));
}

/** The FCI template of an answer to SELECT: its name and its proprietary objects. */
export function parseFci(
  data: Uint8Array,
): { readonly name: Uint8Array; readonly objects: readonly TlvNode[] } | undefined {
  const parsed = parseTlv(data);
  const fci = parsed.ok ? parsed.nodes.find((node) => node.tag === tag.fciTemplate) : undefined;
  const name = fci?.children?.find((node) => node.tag === tag.dfName)?.value;
  const proprietary = fci?.children?.find((node) => node.tag === tag.fciProprietary);
  if (name === undefined || name.length < 5 || name.length > 16) return undefined;
  return { name, objects: proprietary?.children ?? [] };
}

type PseResult =
  | { readonly ok: true; readonly blocked: boolean; readonly candidates: readonly Candidate[] }
  | { readonly ok: false; readonly error: CardError };

/** Entries of one directory record; undefined when the record is not one. */
function directoryEntries(record: Uint8Array): readonly TlvNode[] | undefined {
  const parsed = parseTlv(record);
  if (!parsed.ok || parsed.nodes.length !== 1 || parsed.nodes[0].tag !== tag.recordTemplate) {
    return undefined;
  }
  return parsed.nodes[0].children?.filter((node) => node.tag === tag.directoryEntry) ?? [];
}

/** The directory of the payment system environment (Book 1 section 12.3.2). */
function* readPse(options: SelectOptions): Asking<PseResult> {
  const none: PseResult = { ok: true, blocked: false, candidates: [] };
  const selected = yield* exchange('select', selectCommand(pseName));
  if (!selected.ok) return selected;
  // 6A81: the card is blocked or knows no SELECT at all.
  if (selected.sw === 0x6a81) return { ok: true, blocked: true, candidates: [] };
  if (selected.sw !== 0x9000) return none;
  const fci = parseFci(selected.data);
  const sfi = fci === undefined ? undefined : findTag(fci.objects, tag.sfi)?.value;
  if (fci === undefined || sfi?.length !== 1 || sfi[0] < 1 || sfi[0] > 10) return none;
  const about = {
    codeTable: codeTableOf(fci.objects),
    languages: languagesOf(findTag(fci.objects, tag.languages)?.value),
  };
  const candidates: Candidate[] = [];
  let entries = 0;
  for (let record = 1; record <= recordsMax; record++) {
    const answer = yield* exchange('select', readRecordCommand(sfi[0], record));
    if (!answer.ok) return answer;
    if (answer.sw === 0x6a83) break;
    const listed = answer.sw === 0x9000 ? directoryEntries(answer.data) : undefined;
    // An error on the way: the directory cannot be trusted, the list of AIDs is used instead.
    if (listed === undefined) return none;
    for (const entry of listed) {
      if (++entries > entriesMax) break;
      const objects = entry.children ?? [];
      const aid = objects.find((node) => node.tag === tag.adfName)?.value;
      if (aid === undefined || aid.length < 5 || aid.length > 16) continue;
      const application = matchApplication(aid, options.applications);
      if (application === undefined) continue;
      candidates.push(candidateOf(aid, application, objects, about, options));
    }
  }
  return { ok: true, blocked: false, candidates };
}

type NameMatch = 'none' | 'exact' | 'partial';

function compareName(name: Uint8Array, application: ApplicationConfig): NameMatch {
  if (equalBytes(name, application.aid)) return 'exact';
  const longer = name.length > application.aid.length;
  return longer && equalBytes(name.subarray(0, application.aid.length), application.aid)
    ? 'partial'
    : 'none';
}

type ListResult = PseResult;

/** Every AID of the terminal in turn (Book 1 section 12.3.3). */
function* tryAidList(options: SelectOptions): Asking<ListResult> {
  const candidates: Candidate[] = [];
  let first = true;
  for (const application of options.applications) {
    for (let occurrence = 0; occurrence < occurrencesMax; occurrence++) {
      const command = selectCommand(application.aid, occurrence > 0);
      const answer = yield* exchange('select', command);
      if (!answer.ok) return answer;
      if (first && answer.sw === 0x6a81) return { ok: true, blocked: true, candidates: [] };
      first = false;
      const warning = answer.sw >> 8 === 0x62 || answer.sw >> 8 === 0x63;
      // The first occurrence: 9000, or 6283 for a blocked one. Further ones: any warning.
      if (answer.sw !== 0x9000 && !(warning && (occurrence > 0 || answer.sw === 0x6283))) break;
      const fci = parseFci(answer.data);
      if (fci === undefined) break;
      const match = compareName(fci.name, application);
      if (match === 'none') break;
      const blocked = answer.sw !== 0x9000;
      const wanted = match === 'exact' || application.match === 'partial';
      const known = candidates.some((candidate) => equalBytes(candidate.aid, fci.name));
      if (wanted && !blocked && !known) {
        const about = {
          codeTable: codeTableOf(fci.objects),
          languages: languagesOf(findTag(fci.objects, tag.languages)?.value),
        };
        candidates.push(candidateOf(fci.name, application, fci.objects, about, options));
      }
      if (match === 'exact') break;
    }
  }
  return { ok: true, blocked: false, candidates };
}

/**
 * Builds the candidate list: through the PSE, else, or when that has nothing in common with the
 * terminal, by selecting each AID of the terminal.
 *
 * @example const list = yield* buildCandidateList({ applications: config.applications });
 */
export function* buildCandidateList(options: SelectOptions): Asking<CandidateList> {
  let via: 'pse' | 'aid-list' = 'pse';
  let result: PseResult = { ok: true, blocked: false, candidates: [] };
  if (options.pse !== false) result = yield* readPse(options);
  if (result.ok && !result.blocked && result.candidates.length === 0) {
    via = 'aid-list';
    result = yield* tryAidList(options);
  }
  if (!result.ok) return result;
  const candidates = inOfferedOrder(result.candidates);
  if (result.blocked) return { ok: true, outcome: 'card-blocked', candidates, via };
  const outcome = candidates.length === 0 ? 'no-application' : 'candidates';
  return { ok: true, outcome, candidates, via };
}
