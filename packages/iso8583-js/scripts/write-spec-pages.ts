// Writes docs/specs/: one page for each ready-made spec, from the spec itself.
import { mkdirSync, writeFileSync } from 'node:fs';
import { specPage, specs } from '../src/index.ts';

const folder = new URL('../docs/specs/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, spec] of Object.entries(specs)) {
  writeFileSync(new URL(`${name}.md`, folder), specPage(spec));
}
