// A configuration document taken apart into rows, each with a digest, and put together again: readable JSON whose
// order is always the same, and which holds no key and no card number.
import { createHash } from 'node:crypto';
import type { Json } from '@chipswitch/ledger';
import { SettingError } from '@chipswitch/program';

/** One thing of a configuration, as the document says it. */
export type Content = Readonly<Record<string, Json>>;

/** One thing of a configuration. */
export interface ConfigurationRow {
  readonly kind: string;
  /** Unique within its kind. */
  readonly name: string;
  /** Its place among its kind, where the order says something. */
  readonly place?: number;
  readonly content: Content;
  /** SHA-256 of kind, place and content, hex. */
  readonly digest: string;
}

/** What every switch of a database shares, by section; a section that is absent says nothing. */
export type ConfigurationDocument = Readonly<Record<string, readonly Content[]>>;

interface Section {
  readonly name: string;
  readonly kind: string;
  /** Properties that make the name of a row; they come first in a document. */
  readonly namedBy: readonly string[];
  /** Rows are tried in order, so their order is part of what they say. */
  readonly isOrdered?: true;
}

/** The sections in the order of a document. */
export const sections: readonly Section[] = [
  { name: 'merchants', kind: 'merchant', namedBy: ['acceptorId'] },
  { name: 'terminals', kind: 'terminal', namedBy: ['terminalId'] },
  { name: 'hosts', kind: 'host', namedBy: ['name'] },
  { name: 'routes', kind: 'route', namedBy: ['prefix', 'from', 'to'] },
  { name: 'rules', kind: 'rule', namedBy: ['name'], isOrdered: true },
  {
    name: 'costs',
    kind: 'cost',
    namedBy: ['host', 'currency', 'scheme', 'product'],
    isOrdered: true,
  },
  { name: 'limits', kind: 'limit', namedBy: ['name'], isOrdered: true },
  { name: 'hotCards', kind: 'hot-card', namedBy: ['panHmac'] },
];

/** JSON with its properties in order, whoever wrote it. */
function canonical(value: Json): Json {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).toSorted();
  return Object.fromEntries(names.map((name) => [name, canonical((value as Content)[name])]));
}

/** SHA-256 of JSON, whatever the order of its properties; hex. */
export function digestOf(value: Json): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(value)))
    .digest('hex');
}

function inOrder(content: Content, { namedBy }: Section): Content {
  const rest = Object.keys(content).filter((name) => !namedBy.includes(name));
  const names = [...namedBy.filter((name) => name in content), ...rest.toSorted()];
  return Object.fromEntries(names.map((name) => [name, canonical(content[name])]));
}

/** Name of a row: what it is named by, as far as it has it. */
function nameOf(content: Content, { namedBy }: Section): string {
  const parts = namedBy.map((name) => content[name]).filter((part) => part !== undefined);
  return parts.map(String).join(' ');
}

// What it is named by is in its content.
function rowDigest(kind: string, place: number | undefined, content: Content): string {
  return digestOf([kind, place ?? null, content]);
}

function rowOf(content: Content, section: Section, i: number): ConfigurationRow {
  const place = section.isOrdered === true ? { place: i } : {};
  const digest = rowDigest(section.kind, section.isOrdered === true ? i : undefined, content);
  return { kind: section.kind, name: nameOf(content, section), ...place, content, digest };
}

/**
 * Takes a document apart. What it says must have been checked: here only names are made.
 *
 * @throws SettingError when a row has the name of another.
 */
export function rowsOf(document: ConfigurationDocument): Map<string, ConfigurationRow> {
  const rows = new Map<string, ConfigurationRow>();
  for (const section of sections) {
    for (const [i, content] of (document[section.name] ?? []).entries()) {
      const row = rowOf(content, section, i);
      if (rows.has(keyOf(row))) {
        throw new SettingError(`config.${section.name}[${i}]`, `"${row.name}" is there twice`);
      }
      rows.set(keyOf(row), row);
    }
  }
  return rows;
}

/** Keys of the rows that a document states, which need not have been checked. */
export function keysIn(document: ConfigurationDocument): ReadonlySet<string> {
  return new Set(
    sections.flatMap((section) =>
      (document[section.name] ?? []).map((content) =>
        keyOf({ kind: section.kind, name: nameOf(content, section) }),
      ),
    ),
  );
}

/** The same row at another place. */
export function placedAt(row: ConfigurationRow, place: number): ConfigurationRow {
  return { ...row, place, digest: rowDigest(row.kind, place, row.content) };
}

/** Key of a row among those of all kinds. */
export function keyOf({ kind, name }: Pick<ConfigurationRow, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

function rowsByKind(rows: Iterable<ConfigurationRow>): Map<string, ConfigurationRow[]> {
  const byKind = new Map<string, ConfigurationRow[]>(sections.map(({ kind }) => [kind, []]));
  for (const row of rows) byKind.get(row.kind)?.push(row);
  return byKind;
}

/** Rows as sections that say the same: for whoever reads what they say, and not how it looks. */
export function sectionsOf(rows: Iterable<ConfigurationRow>): ConfigurationDocument {
  const byKind = rowsByKind(rows);
  const contents = ({ kind, isOrdered }: Section): readonly Content[] => {
    const own = byKind.get(kind) ?? [];
    const inPlace =
      isOrdered === true ? own.toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0)) : own;
    return inPlace.map(({ content }) => content);
  };
  return Object.fromEntries(sections.map((section) => [section.name, contents(section)]));
}

/** Puts rows together again for people: every section there, rows and their properties in order. */
export function documentOf(rows: Iterable<ConfigurationRow>): ConfigurationDocument {
  const byKind = rowsByKind(rows);
  const compare = (a: ConfigurationRow, b: ConfigurationRow): number =>
    (a.place ?? 0) - (b.place ?? 0) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  return Object.fromEntries(
    sections.map((section) => [
      section.name,
      (byKind.get(section.kind) ?? [])
        .toSorted(compare)
        .map(({ content }) => inOrder(content, section)),
    ]),
  );
}

const digestWords = 8;

/** Digest of a whole configuration: the same for the same rows, however they came about. */
export function digestOfRows(rows: ReadonlyMap<string, ConfigurationRow>): string {
  // Digests of rows are added word by word: a sum knows no order.
  const sum = new Uint32Array(digestWords);
  for (const { digest } of rows.values()) {
    for (let i = 0; i < digestWords; i++) {
      sum[i] += Number.parseInt(digest.slice(8 * i, 8 * i + 8), 16);
    }
  }
  return [...sum].map((word) => word.toString(16).padStart(8, '0')).join('');
}

/** One thing that differs between two configurations. */
export interface RowChange {
  readonly kind: string;
  readonly name: string;
  readonly action: 'added' | 'changed' | 'removed';
  readonly before: ConfigurationRow | undefined;
  readonly after: ConfigurationRow | undefined;
}

/** What differs, in the order of kinds and names. */
export function changesBetween(
  before: ReadonlyMap<string, ConfigurationRow>,
  after: ReadonlyMap<string, ConfigurationRow>,
): RowChange[] {
  const changes: RowChange[] = [];
  for (const [key, row] of after) {
    const old = before.get(key);
    if (old?.digest === row.digest) continue;
    const { kind, name } = row;
    const action = old === undefined ? 'added' : 'changed';
    changes.push({ kind, name, action, before: old, after: row });
  }
  for (const [key, row] of before) {
    const { kind, name } = row;
    if (!after.has(key))
      changes.push({ kind, name, action: 'removed', before: row, after: undefined });
  }
  const order = new Map(sections.map(({ kind }, i) => [kind, i]));
  return changes.toSorted(
    (a, b) =>
      (order.get(a.kind) ?? 0) - (order.get(b.kind) ?? 0) ||
      (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}
