// The file of hot cards as messages of terminals change it (0302): each change is a version of the configuration, so that
// every switch takes it up, who asked is kept, and it can be taken back like any other.
import type { HotCardChange, HotCardFile, HotCardOutcome } from '../hot-card-file.ts';
import { type RowChange, keyOf, rowsOf } from './configuration-rows.ts';
import type { ConfigurationStore } from './configuration-store.ts';
import type { ConfigurationWatch } from './configuration-watch.ts';
import type { KnownConfiguration } from './open-configuration.ts';

/** What it is kept with. */
export interface HotCardParts {
  readonly store: Pick<ConfigurationStore, 'write'>;
  readonly watch: Pick<ConfigurationWatch, 'known' | 'look'>;
  readonly onFault: (fault: Error) => void;
}

/** As often as somebody else may be first. */
const triesMax = 5;

/** What the change would do, or what is to be said without one. */
function judge(known: KnownConfiguration, change: HotCardChange): RowChange | HotCardOutcome {
  const { action, panHmac, by } = change;
  const content = { panHmac, reason: `terminal ${by.trim()}` };
  const [row] = rowsOf({ hotCards: [content] }).values();
  const { kind, name } = row;
  const before = known.rows.get(keyOf(row));
  if (action === 'add') {
    if (before !== undefined) return 'already-there';
    return { kind, name, action: 'added', before, after: row };
  }
  if (before === undefined) return 'not-found';
  if (action === 'ask') return 'done';
  if (action === 'delete') return { kind, name, action: 'removed', before, after: undefined };
  if (before.digest === row.digest) return 'done';
  return { kind, name, action: 'changed', before, after: row };
}

/** The file, in the configuration. */
export function hotCardsIn({ store, watch, onFault }: HotCardParts): HotCardFile {
  const tryChange = async (change: HotCardChange): Promise<HotCardOutcome | undefined> => {
    const known = watch.known();
    const judged = judge(known, change);
    if (typeof judged === 'string') return judged;
    const rows = new Map(known.rows);
    if (judged.after === undefined) rows.delete(keyOf(judged));
    else rows.set(keyOf(judged), judged.after);
    const written = await store.write({
      basedOn: known.version,
      origin: 'change',
      writtenBy: `terminal ${change.by.trim()}`,
      reason: `0302 ${change.action} of a hot card`,
      changes: [judged],
      rows,
    });
    // Here it holds at once; when somebody else was first, what they wrote is known then.
    await watch.look();
    return written.ok ? 'done' : undefined;
  };
  return {
    change: async (change) => {
      try {
        for (let tries = 0; tries < triesMax; tries++) {
          const outcome = await tryChange(change);
          if (outcome !== undefined) return outcome;
        }
      } catch (error) {
        onFault(error instanceof Error ? error : new Error(String(error)));
      }
      return 'unavailable';
    },
  };
}
