// What happened to each payment of a world, line by line, for whoever reads a violation.

/** Keeps notes about payments, by whatever name they are known under at the place of the note. */
export interface Story {
  /** Says that two names are of one payment. */
  readonly alias: (name: string, key: string) => void;
  readonly keyOf: (name: string) => string;
  readonly note: (name: string, text: () => string) => void;
  /** Lines about a payment, those about the whole world among them. */
  readonly of: (key: string) => readonly string[];
}

/** Name of what concerns every payment: kills, broken lines. */
export const everyPayment = '*';

/** A story that nobody will read: nothing is kept. */
export const untold: Story = {
  alias: () => undefined,
  keyOf: (name) => name,
  note: () => undefined,
  of: () => [],
};

/** A story that is kept whole; a world is small. */
export function tellStory(nowMs: () => number): Story {
  const keys = new Map<string, string>();
  const notes: { readonly name: string; readonly line: string }[] = [];
  return {
    alias: (name, key) => void keys.set(name, key),
    keyOf: (name) => keys.get(name) ?? name,
    note: (name, text) => {
      notes.push({ name, line: `${(nowMs() / 1_000).toFixed(3).padStart(9)} s  ${text()}` });
    },
    of: (key) => {
      const isOf = ({ name }: { name: string }): boolean => (keys.get(name) ?? name) === key;
      const [first, last] = [notes.findIndex(isOf), notes.findLastIndex(isOf)];
      return notes
        .filter((note, at) => isOf(note) || (note.name === everyPayment && at > first && at < last))
        .map(({ line }) => line);
    },
  };
}
