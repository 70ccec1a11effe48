// Runs the examples of the README and writes what they give under them: node packages/cli/scripts/refresh-readme.ts
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runHere } from '../test/support/run-here.ts';
import { wordsOf } from '../test/support/shell-words.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = join(root, 'README.md');
const folder = mkdtempSync(join(tmpdir(), 'cli-readme-'));
const env: Record<string, string> = { CHIPSWITCH_HOME: folder };

/** What changes from run to run becomes an ellipsis, which the test takes for anything. */
function steady(command: string, output: string): string {
  if (!command.startsWith('chipswitch pay ')) return output;
  return output
    .replaceAll(/STAN \d{6}/g, 'STAN …')
    .replaceAll(/\b(TC|AAC|ARQC) [0-9A-F]{16}/g, '$1 …')
    .replaceAll(/ATC [0-9A-F]{4}/g, 'ATC …')
    .replaceAll(/· \d+ ms/g, '· … ms');
}

process.chdir(root);
const lines: string[] = [];
let inside = false;
for (const line of readFileSync(file, 'utf8').split('\n')) {
  if (line.startsWith('```')) inside = line === '```console';
  // Inside a block only the commands are kept; their output is made anew.
  if (inside && !line.startsWith('$ ') && !line.startsWith('```')) continue;
  lines.push(line);
  if (!inside || !line.startsWith('$ ')) continue;
  const command = line.slice(2);
  const [program, ...words] = wordsOf(command);
  if (program === 'export') {
    const [name, value] = (words[0] ?? '').split('=');
    env[name] = value;
    continue;
  }
  const { out, err } = await runHere(words, { env });
  lines.push(...steady(command, `${out}${err}`).trimEnd().split('\n'));
}
writeFileSync(file, lines.join('\n'));
rmSync(folder, { recursive: true });
