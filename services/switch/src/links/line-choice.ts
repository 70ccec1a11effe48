// Which of a host's lines a message takes.

/** The ways to choose. */
export type LineChoice = 'primary-standby' | 'round-robin' | 'weighted';

/**
 * A chooser over lines: the first, each in its turn, or each as often as its weight says; of those that can be used.
 *
 * @example lineChooser([{ weight: 2 }, { weight: 1 }], 'weighted')(() => true) // 0, then 1, then 0, …
 */
export function lineChooser(
  lines: readonly { readonly weight: number }[],
  choice: LineChoice,
): (usable: (index: number) => boolean) => number | undefined {
  if (choice === 'primary-standby') {
    return (usable) => {
      const first = lines.findIndex((_, index) => usable(index));
      return first < 0 ? undefined : first;
    };
  }
  // Smooth weighted turns: who has waited longest for its share comes next.
  const credit = lines.map(() => 0);
  const weightOf = (index: number): number => (choice === 'weighted' ? lines[index].weight : 1);
  return (usable) => {
    const able = [...lines.keys()].filter(usable);
    if (able.length === 0) return undefined;
    let total = 0;
    for (const index of able) {
      credit[index] += weightOf(index);
      total += weightOf(index);
    }
    const chosen = able.reduce((best, index) => (credit[index] > credit[best] ? index : best));
    credit[chosen] -= total;
    return chosen;
  };
}
