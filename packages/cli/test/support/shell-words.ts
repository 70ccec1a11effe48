// Splits a command line as a shell does, as far as examples need it: blanks, single and double quotes.

/** The words of a line. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [, single, double, bare] of line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g))
    words.push(single ?? double ?? bare);
  return words;
}
