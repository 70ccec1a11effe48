// Changes of a configuration for a person: one line each, of a changed thing what differs.
import type { Paint } from '../frame/paint.ts';

/** A thing that differs, as the program says it. */
export interface ShownChange {
  readonly action: 'added' | 'changed' | 'removed';
  readonly kind: string;
  readonly name: string;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
}

/** Changes, counted. */
export interface ShownChanges {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly changes: readonly ShownChange[];
  readonly notShown?: number;
}

const marks = { added: '+', changed: '~', removed: '-' } as const;
const roles = { added: 'good', changed: 'warn', removed: 'bad' } as const;

function differing({ before = {}, after = {} }: ShownChange): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const text = (value: unknown): string =>
    value === undefined ? 'nothing' : JSON.stringify(value);
  return names
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => `${name} ${text(before[name])} → ${text(after[name])}`);
}

/** The lines. */
export function changeLines(
  { added, changed, removed, changes, notShown }: ShownChanges,
  paint: Paint,
): string[] {
  const counted = `${added} added, ${changed} changed, ${removed} removed`;
  const lines = changes.flatMap((change) => {
    const { action, kind, name } = change;
    const head = `${paint(roles[action], marks[action])} ${kind} ${paint('name', name)}`;
    if (action !== 'changed' || change.before === undefined) return [head];
    const parts = differing(change);
    return [head, ...(parts.length === 0 ? ['another place'] : parts).map((part) => `    ${part}`)];
  });
  const more = notShown === undefined ? [] : [`and ${notShown} more (--json has as many)`];
  return [counted, ...lines, ...more];
}
