// node packages/conformance/src/write-formats.ts: writes the formats into the README, out of the schemas.
import { readFileSync, writeFileSync } from 'node:fs';
import { formatsText } from './formats.ts';

const path = new URL('../README.md', import.meta.url);

/** The README with the formats as the schemas have them now. */
export function readmeWithFormats(readme: string): string {
  const [start, end] = ['<!-- formats -->', '<!-- end of formats -->'];
  const before = readme.slice(0, readme.indexOf(start) + start.length);
  return `${before}\n\n${formatsText()}\n${readme.slice(readme.indexOf(end))}`;
}

if (import.meta.main) writeFileSync(path, readmeWithFormats(readFileSync(path, 'utf8')));
