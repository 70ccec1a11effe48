// npm run conformance -- [--json] [FILE…]: one line per kind, then the count; exit 1 when any failed.
import { fileURLToPath } from 'node:url';
import { commandLine } from '@chipswitch/program';
import { type KindResult, runVectors } from './judge.ts';
import { families } from './kinds/families.ts';
import { type Family, readVectorFile } from './vector-file.ts';

const own = [
  'iso8583-js/vectors/iso8583',
  'security-module/vectors/security',
  'emv/vectors/emv',
  'ledger/vectors/settlement',
].map((name) => fileURLToPath(new URL(`../../${name}.json`, import.meta.url)));

function printKind(family: string, result: KindResult): void {
  const failed = result.failures.length;
  const mark = failed === 0 ? 'ok  ' : 'FAIL';
  const total = result.passed + failed;
  console.log(`${mark} ${family} ${result.kind.padEnd(28)} ${result.passed}/${total}`);
  for (const failure of result.failures.slice(0, 5)) {
    console.log(`       ${failure.id}: ${failure.reason}`);
  }
  if (failed > 5) console.log(`       and ${failed - 5} more (--json lists all)`);
}

async function main(): Promise<number> {
  const { values, words: named } = commandLine({
    name: 'conformance',
    usage: [
      'npm run conformance [-- FILE… --json]',
      "Runs vector files (default: the project's own): a line per kind, then the count; --json with every failure.",
    ],
    options: { json: { type: 'boolean', default: false } },
    argumentsMax: 1_000,
  });
  const { json } = values;
  let passed = 0;
  let failed = 0;
  const report: { file: string; family: Family; kinds: KindResult[] }[] = [];
  for (const path of named.length > 0 ? named : own) {
    const file = readVectorFile(path);
    const kinds = await runVectors(file.vectors, families[file.family], file.document);
    report.push({ file: path, family: file.family, kinds });
    for (const result of kinds) {
      passed += result.passed;
      failed += result.failures.length;
      if (!json) printKind(file.family, result);
    }
  }
  if (json) console.log(JSON.stringify({ passed, failed, files: report }, null, 2));
  else console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`conformance: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
