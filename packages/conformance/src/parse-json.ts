// JSON of which nothing is dropped: an object in which one name stands twice is refused (RFC 8259 section 4 leaves
// open which of the two counts; JSON.parse takes the last without a word).
import { visit } from 'jsonc-parser';

/**
 * The value of a JSON text.
 *
 * @throws SyntaxError where it is none, Error where a name stands twice, with line and path.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const names: Set<string>[] = [];
  let double: string | undefined;
  visit(text, {
    onObjectBegin: () => void names.push(new Set()),
    onObjectEnd: () => void names.pop(),
    onObjectProperty: (name, _offset, _length, line, _column, pathOf) => {
      const here = names.at(-1);
      if (here?.has(name) === true) {
        double ??= `line ${line + 1}: ${[...pathOf(), name].join(' > ')} stands twice`;
      }
      here?.add(name);
    },
  });
  if (double !== undefined) throw new Error(double);
  return value;
}
