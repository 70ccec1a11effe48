// Writes src/fast/element-store.ts: one store instruction per data element of the first two bitmaps.
import { writeFileSync } from 'node:fs';

const cases = Array.from({ length: 127 }, (_, i) => {
  const n = i + 2;
  return `      case ${n}:\n        message.de${n} = value;\n        break;\n`;
});

/** The source text of src/fast/element-store.ts. */
export const elementStoreSource = `// One store per data element: V8 keeps an inline cache for each, which a computed key cannot have.
// Written by scripts/write-element-store.ts.
/* oxlint-disable max-lines-per-function -- a table in the form of a switch */
import type { FieldValue, Message } from '../spec/spec-types.ts';
import { shortText } from './short-text.ts';

/** Values of a message's elements by their index: a place in a text, or the value itself. */
export interface ElementValues {
  readonly text: string;
  readonly starts: Int32Array;
  /** Where the text ends, -1 for an element whose value stands in \`values\`. */
  readonly ends: Int32Array;
  readonly values: readonly (FieldValue | undefined)[];
}

/**
 * Sets data elements of a message that already has their keys: no generated code, so that it also
 * works where \`eval\` is forbidden.
 *
 * @param numbers number of the element at each index of \`from\`
 */
export function storeElements(
  message: Message,
  numbers: readonly number[],
  from: ElementValues,
): void {
  const { text, starts, ends, values } = from;
  for (let i = 0; i < numbers.length; i++) {
    const end = ends[i];
    const start = starts[i];
    let value: FieldValue;
    if (end < 0) value = values[i] as FieldValue;
    else value = end - start <= 4 ? shortText(text, start, end) : text.substring(start, end);
    switch (numbers[i]) {
${cases.join('')}      default:
        message[\`de\${numbers[i]}\`] = value;
    }
  }
}
`;

if (import.meta.main) {
  writeFileSync(new URL('../src/fast/element-store.ts', import.meta.url), elementStoreSource);
}
