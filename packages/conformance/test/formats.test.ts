// The formats in the README are those of the schemas, and every form they name is explained.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { formatsText } from '../src/formats.ts';
import { formMeanings } from '../src/forms.ts';
import { families } from '../src/index.ts';
import { readmeWithFormats } from '../src/write-formats.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

it('the README has the formats as the schemas have them', () => {
  expect(readmeWithFormats(readme)).toBe(readme);
});

it.each(Object.values(families).flatMap((kinds) => Object.keys(kinds)))(
  '%s is written down',
  (kind) => {
    expect(readme).toContain(`#### ${kind}\n`);
  },
);

it('says what each form is that it names', () => {
  const named = [...formatsText().matchAll(/^ +\w+\??: \[*([a-z][a-z ]*?)\]*(?: {3}\(.*)?$/gm)];
  const forms = new Set(named.map(([, form]) => form));
  expect(forms.size).toBeGreaterThan(10);
  const single = [...forms].filter((form) => !form.includes(' or '));
  expect(single.filter((form) => !(form in formMeanings))).toEqual([]);
});
