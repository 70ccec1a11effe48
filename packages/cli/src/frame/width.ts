// Columns that a text takes on a terminal (Unicode Standard Annex 11: wide East Asian characters take two). By
// fast-string-width: string-width compiles its patterns for 30 ms, three quarters of a cold start.
import stringWidth from 'fast-string-width';

/** Pads with blanks to `columns`; a longer text stays whole. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - stringWidth(text)));
}

/** Cuts an uncoloured text to `columns`, marking the cut. */
export function cutColumns(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    const next = stringWidth(character);
    if (used + next > columns - 1) break;
    kept += character;
    used += next;
  }
  return `${kept}…`;
}

/** Breaks an uncoloured text at blanks into lines of at most `columns`. */
export function wrapColumns(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && stringWidth(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
