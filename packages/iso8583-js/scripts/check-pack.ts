// Packs the package and its dependencies, installs them in an empty folder, and imports them from plain
// JavaScript with every Node that is at hand: `node scripts/check-pack.ts [NODE…]`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../', import.meta.url));

const program = `
import { decodeMessage, defineSpec, encodeMessage, iso1987Binary, specs } from 'iso8583-js';
const packed = encodeMessage(iso1987Binary, { mti: '0800', de11: '000001', de70: '301' });
if (!packed.ok) throw new Error('does not pack');
const decoded = decodeMessage(iso1987Binary, packed.bytes);
if (!decoded.ok || decoded.message.de70 !== '301') throw new Error('does not unpack');
const own = defineSpec({
  mti: { data: 'ascii', len: 4 },
  bitmap: { data: 'hex-ascii', bytes: 8 },
  fields: { 2: { data: 'utf8', prefix: { data: 'binary', size: 1 } } },
});
if (!encodeMessage(own, { mti: '0100', de2: 'x' }).ok) throw new Error('own spec');
console.log(process.version, Object.keys(specs).length, 'specs');
`;

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Nodes to try: those named, else this one and the one of the system. */
function nodes(named: readonly string[]): string[] {
  const system = ['/usr/local/bin/node', '/usr/bin/node'].filter((path) => existsSync(path));
  return named.length > 0 ? [...named] : [process.execPath, ...system];
}

run(
  join(packages, '../node_modules/.bin/tsc'),
  ['--build', 'packages/iso8583-js'],
  join(packages, '..'),
);
const folder = mkdtempSync(join(tmpdir(), 'iso8583-pack-'));
try {
  const pnpm = ['--yes', 'pnpm@12.21.0'];
  for (const member of ['bytes', 'cardholder-data', 'iso8583-js']) {
    run('npx', [...pnpm, 'pack', '--pack-destination', folder], join(packages, member));
  }
  const tarballs = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
  const files = tarballs.map((file) => join(folder, file));
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...files], folder);
  writeFileSync(join(folder, 'program.mjs'), program);
  for (const node of nodes(process.argv.slice(2))) {
    process.stdout.write(run(node, ['program.mjs'], folder));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
