// Writes src/data/element-store.ts: one store instruction per data element.
import { writeFileSync } from 'node:fs';

const numbers = Array.from({ length: 192 }, (_, i) => i + 1);
const cases = numbers.map(
  (n) => `      case ${n}:\n        message.de${n} = value;\n        break;\n`,
);

const single = numbers.map((n) => `    case ${n}:\n      message.de${n} = value;\n      break;\n`);

writeFileSync(
  new URL('../src/data/element-store.ts', import.meta.url),
  `// One store per data element: V8 keeps an inline cache for each, which a computed key cannot have.
// Written by scripts/write-element-store.ts.
/* oxlint-disable max-lines-per-function -- a table in the form of a switch */
import { shortText } from '../short-text.ts';
import type { FieldValue, Message } from '../spec-types.ts';

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

/** Sets one data element, also one whose key the message does not have yet: the object stays a fast one. */
export function storeElement(message: Message, number: number, value: FieldValue): void {
  switch (number) {
${single.join('')}    default:
      message[\`de\${number}\`] = value;
  }
}
`,
);
