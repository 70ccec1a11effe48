// Clearing files: whole, cut short, doubled, changed, hostile; read the same in whatever pieces.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearingFileErrorCodes, readClearingFile } from '../src/index.ts';

const sale = '{"ref":"R1","amount":"1250","currency":"CNY"}';
const refund = '{"ref":"R2","amount":"2500","currency":"CNY","type":"refund","seq":"1"}';
const trailer = '{"trailer":{"lines":"2","amountHash":"3750"}}';
const good = `${sale}\n${refund}\n${trailer}\n`;
const bytes = (text: string) => new TextEncoder().encode(text);

describe('a clearing file', () => {
  it('is read with its checksum', async () => {
    expect(await readClearingFile([bytes(good)])).toEqual({
      ok: true,
      lines: [
        { ref: 'R1', amountMinor: 1250n, currency: 'CNY', type: 'sale' },
        { ref: 'R2', amountMinor: 2500n, currency: 'CNY', type: 'refund', seq: '1' },
      ],
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });
  it('may be empty, with a trailer that says so, and need not end in a new line', async () => {
    const empty = '{"trailer":{"lines":"0","amountHash":"0"}}';
    expect(await readClearingFile([bytes(empty)])).toMatchObject({ ok: true, lines: [] });
    expect(await readClearingFile([bytes(good.trimEnd())])).toMatchObject({ ok: true });
  });
  const cases: [string, string, string, number][] = [
    ['nothing at all', '', 'no-trailer', 1],
    ['cut short between lines', `${sale}\n${refund}\n`, 'no-trailer', 3],
    ['cut short in a line', `${sale}\n${refund.slice(0, 20)}`, 'not-json', 2],
    ['a line lost', `${sale}\n${trailer}\n`, 'trailer-differs', 2],
    ['a line doubled', `${sale}\n${sale}\n${refund}\n${trailer}\n`, 'trailer-differs', 4],
    ['an amount changed', good.replace('1250', '1251'), 'trailer-differs', 3],
    ['the whole file doubled', good + good, 'line-after-trailer', 4],
    [
      'a trailer of numbers',
      `${sale}\n{"trailer":{"lines":1,"amountHash":1250}}`,
      'trailer-differs',
      2,
    ],
    ['a trailer of nothing', '{"trailer":null}', 'trailer-differs', 1],
    ['an amount below zero', good.replace('1250', '-1250'), 'bad-line', 1],
    ['an amount with a point', good.replace('1250', '12.50'), 'bad-line', 1],
    ['an amount as a number', good.replace('"1250"', '1250'), 'bad-line', 1],
    ['no currency', good.replace(',"currency":"CNY"', ''), 'bad-line', 1],
    ['a type nobody knows', good.replace('refund', 'reversa1'), 'bad-line', 2],
    ['an empty reference', good.replace('R1', ''), 'bad-line', 1],
    ['a card number for a reference', good.replace('R1', '4761739001010119'), 'bad-line', 1],
    ['a property nobody knows', good.replace('"ref"', '"pan":"1","ref"'), 'bad-line', 1],
    ['a list', `[]\n${good}`, 'not-json', 1],
    ['an empty line', `\n${good}`, 'not-json', 1],
    ['another encoding', `\u0000${good}`, 'not-json', 1],
    ['a line without end', 'x'.repeat(100_000), 'line-too-long', 1],
    ['a long line', `{"ref":"${'R'.repeat(1100)}"}\n${good}`, 'line-too-long', 1],
  ];
  it.each(cases)('with %s is refused', async (_title, text, code, line) => {
    expect(await readClearingFile([bytes(text)])).toEqual({ ok: false, error: { code, line } });
  });
  it('in UTF-16 or with a broken character is refused', async () => {
    for (const odd of [Buffer.from(good, 'utf16le'), Uint8Array.of(0x7b, 0xff, 0x7d)]) {
      expect(await readClearingFile([odd])).toMatchObject({ ok: false, error: { line: 1 } });
    }
  });
  it('is the same in whatever pieces it comes', async () => {
    const texts = fc.constantFrom(good, ...cases.map(([, text]) => text.slice(0, 3000)));
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.integer({ min: 1, max: 90 })), async (text, sizes) => {
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const size of sizes) pieces.push(bytes(text).subarray(at, (at += size)));
        pieces.push(bytes(text).subarray(at));
        expect(await readClearingFile(pieces)).toEqual(await readClearingFile([bytes(text)]));
      }),
    );
  });
  it('never throws, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.uint8Array(), fc.json().map(bytes))),
        async (pieces) => {
          expect((await readClearingFile(pieces)).ok).toBe(false);
        },
      ),
    );
  });
  it('has every refusal explained in the README', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    for (const code of clearingFileErrorCodes) expect(readme).toContain(`\`${code}\``);
  });
});
