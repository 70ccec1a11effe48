// npm run lines [-- REV…]: the lines of packages/ by member, tests, data and written files left out; now, and at
// each revision that is named.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const isCode = (file: string): boolean =>
  /^packages\/.*\.(ts|mts|js|mjs|sql|lua|css|html)$/.test(file) &&
  !/\/(test|data|vectors|examples)\//.test(file);

function git(words: readonly string[]): string[] {
  const done = spawnSync('git', ['-C', root, ...words], { encoding: 'utf8', maxBuffer: 1 << 28 });
  // 1: nothing found.
  if (done.status === 0 || (done.status === 1 && done.stderr === '')) {
    return done.stdout.split('\n').filter(Boolean);
  }
  console.error(`lines: ${done.stderr.trim().split('\n').at(-1) ?? 'git failed'}`);
  process.exit(2);
}

/** Lines by member, at a revision, or of the files as they are. */
function linesOf(revision: string | undefined): Map<string, number> {
  const where = revision === undefined ? ['--untracked'] : [];
  const at = revision === undefined ? [] : [revision];
  const prefix = revision === undefined ? '' : `${revision}:`;
  const search = (words: string[], pattern: string): string[] =>
    git(['grep', '-I', ...where, ...words, '-e', pattern, ...at, '--', 'packages']).map((line) =>
      line.slice(prefix.length),
    );
  // What a script writes says so in its first lines.
  const written = new Set(search(['-l'], '^// Written by scripts/'));
  const members = new Map<string, number>();
  for (const line of search(['-c'], '')) {
    const colon = line.lastIndexOf(':');
    const file = line.slice(0, colon);
    if (!isCode(file) || (written.has(file) && !file.includes('/scripts/'))) continue;
    const member = file.split('/')[1];
    members.set(member, (members.get(member) ?? 0) + Number(line.slice(colon + 1)));
  }
  return members;
}

const named = process.argv.slice(2);
if (named.some((word) => word.startsWith('-'))) {
  console.log('npm run lines [-- REV…]: lines of packages/ by member, now and at each revision');
  process.exit(named.includes('--help') ? 0 : 2);
}
const columns = [...named, undefined].map((revision) => ({
  title: revision?.slice(0, 10) ?? 'now',
  lines: linesOf(revision),
}));
const members = [...new Set(columns.flatMap(({ lines }) => [...lines.keys()]))].sort();
const row = (title: string, values: readonly (number | string)[]): void =>
  console.log(`${title.padEnd(20)}${values.map((value) => String(value).padStart(12)).join('')}`);
row(
  '',
  columns.map(({ title }) => title),
);
for (const member of members) {
  row(
    member,
    columns.map(({ lines }) => lines.get(member) ?? 0),
  );
}
row(
  'packages',
  columns.map(({ lines }) => [...lines.values()].reduce((sum, n) => sum + n, 0)),
);
