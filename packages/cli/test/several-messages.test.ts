// Several framed messages in one input: each can be seen, at its own offsets.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runHere, runJson } from './support/run-here.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../examples/${name}.hex`, import.meta.url), 'utf8').replaceAll(/\s/g, '');
const request = read('request');
const response = read('response');
const both = request + response;

describe('E11.13: two messages in one input', () => {
  it('the first is shown, and how to see the next', async () => {
    const { out, err } = await runHere(['d', both]);
    expect(out).toContain('0200 financial request');
    expect(err).toContain('--message 2');
  });
  it('--message shows the one that is asked for, as if it stood alone', async () => {
    const alone = (await runJson(['decode', 'iso', response])).document;
    const second = (await runJson(['decode', 'iso', both, '--message', '2'])).document;
    expect(second['bodyOffset']).toBe(request.length / 2 + (alone['bodyOffset'] as number));
    expect({ ...second, bodyOffset: 0 }).toEqual({ ...alone, bodyOffset: 0 });
    expect((await runHere(['d', both, '--message', '2'])).err).not.toContain('--message');
  });
  it('redact and validate take it as well', async () => {
    const alone = await runHere(['redact', request]);
    expect((await runHere(['redact', response + request, '--message', '2'])).out).toBe(alone.out);
    const { document } = await runJson(['validate', both, '--message', '2']);
    expect(document).toEqual((await runJson(['validate', response])).document);
  });
  it.each(['3', '100'])('there is no message %s', async (number) => {
    expect(await runHere(['decode', 'iso', both, '--message', number])).toMatchObject({
      code: 3,
      out: '',
    });
  });
  it('0 is no number of a message', async () => {
    expect((await runHere(['d', both, '--message', '0'])).err).toContain('1 to 10000');
  });
});
