// "Did you mean": the nearest known word by edit distance with transposition (Damerau 1964).

function distance(from: string, to: string): number {
  const rows = Array.from({ length: from.length + 1 }, (_, row) =>
    Array.from({ length: to.length + 1 }, (_, column) => (row === 0 ? column : row)),
  );
  for (let i = 1; i <= from.length; i++) {
    for (let j = 1; j <= to.length; j++) {
      const change = from[i - 1] === to[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + change);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        best = Math.min(best, rows[i - 2][j - 2] + 1);
      rows[i][j] = best;
    }
  }
  return rows[from.length][to.length];
}

/** Words longer than this are compared by their beginning. */
const wordMax = 32;

/** The known words nearest to what was typed, best first, at most three; none when nothing is near. */
export function nearest(typed: string, known: readonly string[]): string[] {
  const word = typed.toLowerCase().slice(0, wordMax);
  const limit = word.length <= 3 ? 1 : word.length <= 6 ? 2 : 3;
  return known
    .map((candidate) => {
      const lower = candidate.toLowerCase();
      const prefix = word.length >= 2 && lower.startsWith(word) ? 0.5 : Number.POSITIVE_INFINITY;
      return { candidate, score: Math.min(prefix, distance(word, lower.slice(0, wordMax))) };
    })
    .filter(({ score }) => score <= limit)
    .sort((a, b) => a.score - b.score)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** `; did you mean "x" or "y"?`, or nothing. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const near = nearest(typed, known);
  return near.length === 0 ? '' : `; did you mean ${near.map((word) => `"${word}"`).join(' or ')}?`;
}
