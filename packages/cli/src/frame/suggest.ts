// "Did you mean": the nearest known word by edit distance (Levenshtein 1966).
import { distance } from 'fastest-levenshtein';

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
