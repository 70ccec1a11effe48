// npm start [-- --once] [--hsm] [--json] [--port N]: the sandbox for a person, or once through all scenarios.
import { given } from '@chipswitch/bytes';
import { formatMoney, minorUnits } from '@chipswitch/ledger';
import { SettingError, commandLine } from '@chipswitch/program';
import { journalItems } from '@chipswitch/terminal';
import { type BooksReport, compareBooks, lastPaymentId, listedBatches, readBook } from './books.ts';
import { type Cast, assembleCast } from './cast.ts';
import { type Sandbox, openSandbox } from './sandbox.ts';
import { play, scenarios } from './scenarios.ts';
import type { ScenarioResult } from './stage.ts';
import { type StreamTotals, runStream } from './stream.ts';

interface Arguments {
  readonly once: boolean;
  readonly json: boolean;
  readonly hsm: boolean;
  readonly port: number;
}

function readArguments(): Arguments {
  const { values } = commandLine({
    name: 'chipswitch',
    usage: [
      'npm start [-- --once] [--hsm] [--json] [--port N]',
      'The whole on this machine: payments until Ctrl-C, or once through all scenarios.',
    ],
    options: {
      once: { type: 'boolean', default: false },
      hsm: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new SettingError('--port', 'must be a whole number from 0 to 65535');
  }
  return { ...values, port };
}

interface Beginning {
  readonly afterPaymentId: string;
  readonly afterBookLine: number;
  readonly listedBefore: readonly string[];
  /** Journal events of each terminal from before this run. */
  readonly eventsBefore: readonly number[];
}

// Batches and debts of a run that was killed are closed first, so that this run's totals are its own. A batch
// that does not agree then is told at the end of this run.
async function begin(sandbox: Sandbox, cast: Cast): Promise<Beginning> {
  const listedBefore = await listedBatches(sandbox.databaseUrl);
  for (const { terminal } of cast.terminals) {
    await terminal.network('sign-on');
    await terminal.settleDebts();
    await terminal.closeBatch();
  }
  return {
    afterPaymentId: await lastPaymentId(sandbox.databaseUrl),
    afterBookLine: readBook(sandbox.paths.acquirerBook).length,
    listedBefore,
    eventsBefore: cast.terminals.map(({ journal }) => journal.events().length),
  };
}

function checkBooks(sandbox: Sandbox, cast: Cast, beginning: Beginning): Promise<BooksReport> {
  return compareBooks({
    databaseUrl: sandbox.databaseUrl,
    ...beginning,
    bookFile: sandbox.paths.acquirerBook,
    terminals: cast.terminals.map(({ terminal, journal }, i) => ({
      terminalId: terminal.profile.terminalId,
      items: journalItems(journal.events().slice(beginning.eventsBefore[i])),
    })),
  });
}

function booksLine(books: BooksReport): string {
  const { payments, approved, hostEffects, openPayments, postingsSumMinor } = books;
  return `${payments} payments, ${approved} in the ledger, ${hostEffects} live at the hosts, ${openPayments} open, postings sum to ${postingsSumMinor}`;
}

async function runOnce(sandbox: Sandbox, cast: Cast, json: boolean): Promise<number> {
  const beginning = await begin(sandbox, cast);
  const results: ScenarioResult[] = [];
  for (const [name, scenario] of scenarios) {
    const result = await play(name, scenario, { sandbox, cast });
    results.push(result);
    if (!json) console.log(`${result.ok ? 'ok  ' : 'FAIL'} ${name.padEnd(44)} ${result.seen}`);
  }
  const books = await checkBooks(sandbox, cast, beginning);
  const ok = books.ok && results.every((result) => result.ok);
  if (json) console.log(JSON.stringify({ ok, scenarios: results, books }, null, 2));
  else {
    console.log(
      `${books.ok ? 'ok  ' : 'FAIL'} ${'the books agree'.padEnd(44)} ${booksLine(books)}`,
    );
    for (const violation of books.violations) console.log(`       ${violation}`);
  }
  return ok ? 0 : 1;
}

function printTotals(totals: StreamTotals, books: BooksReport): void {
  const sorted = totals.milliseconds.toSorted((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  const money = formatMoney(minorUnits(totals.approvedMinor), '156');
  console.log(
    `\n${totals.payments} payments: ${totals.approved} approved (${money}), ${totals.declined} declined, ${totals.other} other; median ${median.toFixed(0)} ms from card to slip`,
  );
  console.log(`books: ${books.ok ? 'agree' : 'DO NOT AGREE'} (${booksLine(books)})`);
  for (const violation of books.violations) console.log(`  ${violation}`);
}

async function runUntilStopped(
  sandbox: Sandbox,
  cast: Cast,
  options: {
    readonly json: boolean;
    readonly isStopping: () => boolean;
    readonly lost: () => string | undefined;
  },
): Promise<number> {
  const { json, isStopping } = options;
  const beginning = await begin(sandbox, cast);
  if (!json) {
    console.log('\npayments from two terminals, until Ctrl-C:\n');
  }
  const print = (line: string): void => {
    if (!json) console.log(line);
  };
  const totals = await runStream({ cast, isStopping, print, pauseMs: 800 });
  const lost = options.lost();
  if (lost !== undefined) {
    console.error(`\nchipswitch: ${lost}`);
    return 1;
  }
  for (const { terminal } of cast.terminals) {
    await terminal.settleDebts();
    await terminal.closeBatch();
  }
  const books = await checkBooks(sandbox, cast, beginning);
  if (!json) printTotals(totals, books);
  else {
    const approvedMinor = String(totals.approvedMinor);
    console.log(
      JSON.stringify({ ok: books.ok, totals: { ...totals, approvedMinor }, books }, null, 2),
    );
  }
  return books.ok ? 0 : 1;
}

async function main(): Promise<number> {
  const { once, json, hsm, port } = readArguments();
  let stopping = false;
  let opened = false;
  const onSignal = (): void => {
    // A second Ctrl-C, or one before anything stands, ends at once.
    if (stopping || !opened) process.exit(130);
    stopping = true;
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const started = performance.now();
  let lost: string | undefined;
  const onProgress = (line: string): void => console.error(line);
  const folder = process.env['CHIPSWITCH_SANDBOX'];
  const sandbox = await openSandbox({
    port,
    hsm,
    console: !once,
    onProgress,
    ...given({ folder }),
    onLost: (what) => {
      lost ??= what;
    },
  });
  opened = true;
  const cast = assembleCast(sandbox);
  try {
    onProgress(`ready in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    if (once) return await runOnce(sandbox, cast, json);
    return await runUntilStopped(sandbox, cast, {
      json,
      isStopping: () => stopping || lost !== undefined,
      lost: () => lost,
    });
  } finally {
    cast.close();
    await sandbox.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(`chipswitch: ${error.message}`);
  process.exitCode = 2;
}
