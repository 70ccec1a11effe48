// Input: inline, file, standard input; hex, dumps, base64, text; bounded and refused by name.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHexDump } from '../src/frame/hex-dump.ts';
import { isRefusal, readInput, type InputForm } from '../src/frame/input.ts';
import type { Surroundings } from '../src/frame/verb.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-input-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function from(stdin: string | undefined): Surroundings {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(Buffer.from(stdin ?? '', 'latin1'));
  }
  return {
    env: {},
    stdin: chunks(),
    stdinIsTty: stdin === undefined,
    stdoutIsTty: false,
    stderrIsTty: false,
    columns: undefined,
    writeOut: () => Promise.resolve(),
    writeError: () => undefined,
  };
}

async function ways(argument: string, form: InputForm = 'auto', stdin?: string): Promise<string[]> {
  const input = await readInput(argument, { form, from: from(stdin), bytesMax: 1000 });
  if (isRefusal(input)) return [input.code];
  return input.readings.map(({ how, bytes }) => `${how} ${Buffer.from(bytes).toString('hex')}`);
}

describe('inline', () => {
  it('hex as people paste it, with the text kept as another reading', async () => {
    for (const text of [
      '9f2608',
      '9F 26 08',
      '9f:26:08',
      '0x9f,0x26,0x08',
      '9F26\n08\n',
      "h'9F2608'",
    ]) {
      expect((await ways(text))[0]).toBe('hex 9f2608');
    }
    expect(await ways('0800')).toEqual(['hex 0800', 'text 30383030']);
  });
  it('base64 where it can be, text first', async () => {
    expect(await ways('nyYIESIzRFVmd4g=')).toContain('base64 9f26081122334455667788');
    expect((await ways('hello world'))[0]).toBe('text 68656c6c6f20776f726c64');
  });
  it('forms can be forced, and are then held to', async () => {
    expect(await ways('0800', 'text')).toEqual(['text 30383030']);
    expect(await ways('xyz', 'hex')).toEqual(['NOT_IN_FORM']);
    expect(await ways('!!', 'base64')).toEqual(['NOT_IN_FORM']);
  });
});

describe('files and standard input', () => {
  it('reads raw bytes, hex files, dumps, and text whose line feed may count', async () => {
    writeFileSync(join(folder, 'raw'), Uint8Array.of(0, 1, 0xff));
    writeFileSync(join(folder, 'hex.txt'), '9F26 08\n');
    writeFileSync(join(folder, 'dump'), '00000000: 3132 3334  1234\n00000004: 35       5\n');
    writeFileSync(join(folder, 'text'), '0800ABCX\n');
    expect(await ways(`@${join(folder, 'raw')}`)).toEqual(['bytes 0001ff']);
    expect((await ways(join(folder, 'hex.txt')))[0]).toBe('hex 9f2608');
    expect((await ways(join(folder, 'dump')))[0]).toBe('hex dump 3132333435');
    expect(await ways(join(folder, 'text'))).toContain('bytes 30383030414243580a');
    expect((await ways('-', 'auto', '9f26'))[0]).toBe('hex 9f26');
  });
  it('refuses by name', async () => {
    expect(await ways('@/no/such/file')).toEqual(['NO_SUCH_FILE']);
    expect(await ways('./missing.hex')).toEqual(['NO_SUCH_FILE']);
    expect(await ways(`@${folder}`)).toEqual(['NOT_A_FILE']);
    expect(await ways('-')).toEqual(['NO_INPUT']);
    expect(await ways('-', 'auto', '  \n')).toEqual(['EMPTY_INPUT']);
    expect(await ways('-', 'auto', 'x'.repeat(1001))).toEqual(['INPUT_TOO_LARGE']);
    expect(await ways('@/dev/zero')).toEqual(['INPUT_TOO_LARGE']);
    expect(await ways('x'.repeat(1001))).toEqual(['INPUT_TOO_LARGE']);
  });
});

describe('hex dumps', () => {
  const bytes = Array.from({ length: 40 }, (_, i) => (i * 7) & 255);
  const hex = (part: readonly number[]): string[] =>
    part.map((b) => b.toString(16).padStart(2, '0'));
  const rows = [0, 16, 32].map((at) => ({ at, part: bytes.slice(at, at + 16) }));
  const tools: [string, string][] = [
    [
      'xxd',
      rows
        .map(
          ({ at, part }) =>
            `${at.toString(16).padStart(8, '0')}: ${hex(part)
              .join('')
              .replaceAll(/(.{4})/g, '$1 ')} 1234`,
        )
        .join('\n'),
    ],
    [
      'hexdump -C',
      `${rows.map(({ at, part }) => `${at.toString(16).padStart(8, '0')}  ${hex(part.slice(0, 8)).join(' ')}  ${hex(part.slice(8)).join(' ')}  |12 34|`).join('\n')}\n00000028`,
    ],
    [
      'Wireshark',
      rows
        .map(
          ({ at, part }) => `${at.toString(16).padStart(4, '0')}   ${hex(part).join(' ')}   ab.cd`,
        )
        .join('\n'),
    ],
    [
      'od',
      rows
        .map(({ at, part }) => `${at.toString(16).padStart(6, '0')} ${hex(part).join(' ')}  >12<`)
        .join('\n'),
    ],
  ];
  for (const [tool, text] of tools) {
    it(`of ${tool} are read back`, () => {
      expect(Array.from(readHexDump(text) ?? [])).toEqual(bytes);
    });
  }
  it('with a hole or a wrong offset are none', () => {
    expect(readHexDump('00000000: 3132\n00000010: 3334')).toBeUndefined();
    expect(readHexDump('00000004: 3132')).toBeUndefined();
    expect(readHexDump('hello: world')).toBeUndefined();
  });
  it('never throw', () => {
    fc.assert(
      fc.property(fc.string(), (tail) => {
        const got = readHexDump(`0000: ${tail}`);
        expect(got === undefined || got.length > 0).toBe(true);
      }),
    );
  });
});
