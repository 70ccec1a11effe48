// Runs the examples of docstrings and READMEs as their readers would: `expression; // value` must give that value,
// `console.log(expression); // text` must print that text; a comment in words promises nothing.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { listFiles, root } from './workspace-files.ts';

/** An example and where it stands. */
export interface Example {
  readonly where: string;
  readonly code: string;
  /** What a docstring documents, when that is exported. */
  readonly documents?: string;
}

/** What became of some examples. */
export interface Outcome {
  /** Values and texts that were compared. */
  readonly checked: number;
  /** Place and reason of each that failed. */
  readonly failed: readonly string[];
}

const documented =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export (?:async )?(?:function\*?|class|const) (\w+))?/g;

/** The `@example`s of a member's sources. */
export function docstringExamples(folder: string): Example[] {
  const sources = listFiles(`${folder}/src`).filter((file) => file.endsWith('.ts'));
  return sources.flatMap((file) => {
    const comments = [...readFileSync(root + file, 'utf8').matchAll(documented)];
    const found = comments.flatMap(([, comment, documents]) =>
      comment
        .replaceAll(/^[ \t]*\* ?/gm, '')
        .split(/^@/m)
        .filter((tag) => tag.startsWith('example'))
        .map((tag) => ({ code: tag.slice('example'.length).trim(), documents })),
    );
    return found.map((one, i) => ({ where: `${file}, example ${i + 1}`, ...one }));
  });
}

/** The TypeScript blocks of a README. */
export function readmeExamples(path: string): Example[] {
  const blocks = [...readFileSync(root + path, 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)];
  return blocks.map(([, code], i) => ({ where: `${path}, block ${i + 1}`, code }));
}

const known = /^(true|false|null|undefined|NaN|-?Infinity)$/;

/** The comment as an expression, or undefined when it is words. */
function valueOf(comment: string): string | undefined {
  const bytes = comment.replace(/^Uint8Array \[(.*)\]$/, 'Uint8Array.of($1)');
  // Behind a value may stand `: why`.
  for (const text of [bytes, bytes.replace(/: .*$/, '')]) {
    if (/^[a-z]\w*$/i.test(text) && !known.test(text)) continue;
    try {
      // Compiled, never run here.
      void new Script(`'use strict'; (${text}\n)`);
      return text;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

const statement =
  /^(?:(?:const|let|import|export|return|for|while|type|interface|throw)\b|\/\/|[})\]])/;

function checkedLine(line: string): string {
  const at = line.lastIndexOf(' // ');
  if (at < 0) return line;
  const comment = line.slice(at + 4).trim();
  const code = line.slice(0, at).trim().replace(/;$/, '');
  if (code === '' || statement.test(code)) return line;
  const [, condition = '', expression = code] = /^(if \([^)]*\) )(.*)$/.exec(code) ?? [];
  const printed = /^console\.log\((.*)\)$/.exec(expression)?.[1];
  const said = JSON.stringify(comment);
  const value = valueOf(comment);
  if (printed !== undefined) {
    const wanted = value === undefined ? '' : `, () => (${value})`;
    return `${condition}$example.printed([${printed}], ${said}${wanted});`;
  }
  if (value === undefined) return line;
  return `${condition}$example.equal((${expression}), (${value}), ${said});`;
}

// A value that would make the line too long stands on the next.
const withChecks = (code: string): string =>
  code
    .replaceAll(/\n[ \t]*\/\/ (?=['{[\d]|true|false|undefined)/g, ' // ')
    .split('\n')
    .map(checkedLine)
    .join('\n');

const frame = `import { deepStrictEqual as $deepEqual } from 'node:assert';
import { format as $format } from 'node:util';
const $hex = (value) => Buffer.from(value).toString('hex').toUpperCase();
const $example = {
  checked: 0,
  failed: [],
  equal: (value, wanted, said) => {
    // Bytes may be promised as hex.
    const asHex = value instanceof Uint8Array && typeof wanted === 'string';
    $deepEqual(asHex ? $hex(value) : value, wanted, 'gives ' + $format('%o', value) + ', says ' + said);
    $example.checked++;
  },
  printed: (values, said, wanted) => {
    const [value] = values;
    if (wanted !== undefined && typeof value === 'object') return $example.equal(value, wanted(), said);
    // Behind a text may stand a colon and why.
    const text = $format(...values);
    $example.equal(text, text === said ? said : said.replace(/: .*$/, ''), said);
  },
};
`;

function run(folder: string, program: string): Outcome {
  const end = `\nconsole.error('\\n' + JSON.stringify({ checked: $example.checked, failed: $example.failed }));`;
  const done = spawnSync(process.execPath, ['--input-type=module-typescript', '-'], {
    cwd: root + folder,
    input: program + end,
    encoding: 'utf8',
  });
  const last = done.stderr.trim().split('\n').at(-1) ?? '';
  if (done.status === 0) return JSON.parse(last) as Outcome;
  return { checked: 0, failed: [done.stderr.trim()] };
}

/** What stands ready for the examples of a member: its own names, and those of what it lists. */
export interface Ready {
  /** Other members whose names may be used, by package. */
  readonly also?: readonly string[];
  /** Code before the examples. */
  readonly before?: string;
  /** Files whose examples show a call amid what a program around it has made. */
  readonly fragments?: RegExp;
}

async function namesOf(folder: string): Promise<string[]> {
  const face = (await import(/* @vite-ignore */ `${root}${folder}/src/index.ts`)) as object;
  return Object.keys(face);
}

/** The imports that the examples of a member may do without. */
async function importsFor(folder: string, name: string, { also = [], before = '' }: Ready) {
  const own = await namesOf(folder);
  const taken = new Set(own);
  const lines = [`import { ${own.join(', ')} } from '${name}';`];
  for (const other of also) {
    const names = await namesOf(`packages/${other.replace('@chipswitch/', '')}`);
    const free = names.filter((one) => !taken.has(one));
    for (const one of free) taken.add(one);
    lines.push(`import { ${free.join(', ')} } from '${other}';`);
  }
  return { own, code: [...lines, before].join('\n') };
}

/** Runs the docstring examples of a member's public face in one process, each in a block of its own. */
export async function runDocstrings(folder: string, name: string, ready: Ready): Promise<Outcome> {
  const { own, code: before } = await importsFor(folder, name, ready);
  const blocks = docstringExamples(folder)
    .filter(({ documents }) => documents === undefined || own.includes(documents))
    .filter(({ where }) => ready.fragments?.test(where) !== true)
    .map(
      ({ where, code }) => `try {\n${withChecks(code)}
} catch (error) {
  $example.failed.push(${JSON.stringify(where)} + ': ' + error.message);
}`,
    );
  return run(folder, [frame, before, ...blocks].join('\n'));
}

/** Runs one block of a README as a program of its own; one without imports goes on from what stands ready. */
export async function runReadmeBlock(
  folder: string,
  name: string,
  { where, code }: Example,
  ready: Ready,
): Promise<Outcome> {
  const whole = /^import /m.test(code);
  const before = whole ? '' : (await importsFor(folder, name, ready)).code;
  const outcome = run(folder, [frame, before, withChecks(code)].join('\n'));
  return { ...outcome, failed: outcome.failed.map((reason) => `${where}: ${reason}`) };
}
