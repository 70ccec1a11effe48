// The recipe for a host's dialect, tried: a ready-made spec as JSON, changed, and every verb reads and writes by it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere, runJson } from './support/run-here.ts';

let folder = '';
let spec = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cli-dialect-'));
  const { document } = await runJson(['specs', 'iso1987Ascii']);
  const definition = document['definition'] as { fields: Record<string, object> };
  // A host that gives its store number in DE 63, as eight digits packed.
  definition.fields['63'] = { name: 'store number', data: 'bcd', len: 8, odd: 'left0' };
  spec = join(folder, 'toy-host.json');
  writeFileSync(spec, JSON.stringify({ ...definition, name: 'toyHost' }));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a new dialect', () => {
  const sets = ['--set', '7=0706082419', '--set', '11=005835', '--set', '63=00001234'];
  it('builds, decodes, validates, compares', async () => {
    const built = await runHere(['build', 'iso', '--spec', `@${spec}`, '--mti', '0800', ...sets]);
    expect(built).toMatchObject({ code: 0 });
    const hex = built.out.trim();
    expect(hex.endsWith('00001234')).toBe(true);
    const read = await runJson(['decode', 'iso', hex, '--spec', `@${spec}`]);
    expect(read.code).toBe(0);
    expect(JSON.stringify(read.document)).toContain('store number');
    expect((await runHere(['validate', hex, '--spec', `@${spec}`])).code).toBe(0);
    expect((await runHere(['diff', hex, hex, '--spec', `@${spec}`])).code).toBe(0);
  });
  it('refuses what does not fit it, with the element', async () => {
    const words = ['build', 'iso', '--spec', `@${spec}`, '--mti', '0800', '--set', '63=12AB'];
    const built = await runHere(words);
    expect(built.code).toBe(3);
    expect(built.err).toContain('63');
  });
  it('a spec that is wrong is refused with its place', async () => {
    const wrong = join(folder, 'wrong.json');
    writeFileSync(wrong, JSON.stringify({ name: 'wrong', fields: { '2': { data: 'moon' } } }));
    const read = await runHere(['decode', 'iso', '0800', '--spec', `@${wrong}`]);
    expect(read).toMatchObject({ code: 3, out: '' });
    expect(read.err).toContain('BAD_SPEC');
  });
});
