// One run of the command line: find the verb, read its words, load its code, print its answer.
import { maskLoneCardNumbers } from '@chipswitch/cardholder-data';
import { type ArgumentValues, readArguments, splitVerb } from './arguments.ts';
import { envelope, toJson } from './json.ts';
import type { ExitCode, Outcome, Refusal, Report } from './outcome.ts';
import { choosePaint } from './paint.ts';
import { scrubEcho } from './scrub.ts';
import { didYouMean } from './suggest.ts';
import type { Context, Surroundings, VerbSpec } from './verb.ts';

/** What a run is given: the verbs there are, the version, and where it reads and writes. */
export interface RunOptions {
  readonly verbs: readonly VerbSpec[];
  readonly version: string;
  readonly surroundings: Surroundings;
}

/** The widest page when the output is no terminal. */
const widthPlain = 110;

function names(verbs: readonly VerbSpec[]): string[] {
  return verbs
    .filter(({ hidden }) => hidden !== true)
    .flatMap((v) => [v.name, ...(v.aliases ?? [])]);
}

/** Text that leaves the process: scrubbed once more unless the user asked for everything. */
function outgoing(text: string, unsafe: boolean, hide?: Report['hide']): string {
  if (unsafe) return text;
  return maskLoneCardNumbers(hide === undefined ? text : hide(text));
}

function makeContext(args: ArgumentValues, { verbs, surroundings }: RunOptions): Context {
  const { env, stdoutIsTty, columns } = surroundings;
  const json = args.has('json');
  const language = args.value('lang') as Context['language'] | undefined;
  return {
    verbs,
    args,
    surroundings,
    paint: choosePaint(json ? 'never' : (args.value('color') ?? 'auto'), env, stdoutIsTty),
    width: args.number('width') ?? (stdoutIsTty ? (columns ?? 80) : widthPlain),
    unsafe: args.has('unsafe'),
    json,
    language: language ?? 'both',
  };
}

/** Prints a report on stdout, its notices on stderr. */
async function printReport(
  report: Report,
  verb: string,
  context: Context,
  jsonSpace: number | undefined,
): Promise<void> {
  const { surroundings, unsafe } = context;
  const clean = (text: string): string => outgoing(text, unsafe, report.hide);
  const text = context.json
    ? toJson(envelope(verb, (report.exit ?? 0) === 0, report.data), jsonSpace, clean)
    : clean(report.text().join('\n'));
  if (text !== '') await surroundings.writeOut(`${text}\n`);
  for (const notice of report.notices ?? [])
    surroundings.writeError(`note: ${outgoing(notice, unsafe)}\n`);
}

function place({ path, offset }: Refusal): string {
  const where = path === undefined ? '' : ` at ${path}`;
  return offset === undefined ? where : `${where} (byte ${offset})`;
}

/** Prints a refusal: what was understood on stdout, why and what next on stderr. */
async function printRefusal(refusal: Refusal, verb: string, context: Context): Promise<void> {
  const { surroundings, unsafe } = context;
  const { code, message, next, path, offset, partial } = refusal;
  if (context.json) {
    const error = { code, message, next, path, offset, exit: refusal.exit };
    const body = partial === undefined ? { error } : { error, partial: partial.data };
    const clean = (text: string): string => outgoing(text, unsafe, partial?.hide);
    await surroundings.writeOut(`${toJson(envelope(verb, false, body), 2, clean)}\n`);
  } else if (partial !== undefined) {
    await surroundings.writeOut(`${outgoing(partial.text().join('\n'), unsafe, partial.hide)}\n`);
  }
  const lines = `chipswitch: ${message}${place(refusal)} [${code}]\n      next: ${next}\n`;
  surroundings.writeError(outgoing(lines, unsafe));
}

async function printOutcome(outcome: Outcome, verb: string, context: Context): Promise<ExitCode> {
  if (!outcome.ok) {
    await printRefusal(outcome, verb, context);
    return outcome.exit;
  }
  if (!('parts' in outcome)) {
    await printReport(outcome, verb, context, 2);
    return outcome.exit ?? 0;
  }
  let exit: ExitCode = 0;
  for await (const part of outcome.parts) {
    await printReport(part, verb, context, undefined);
    if ((part.exit ?? 0) > exit) exit = part.exit ?? 0;
  }
  return exit;
}

/** What the user asked for without naming a verb to run. */
function withoutVerb(typed: string | undefined, verbs: readonly VerbSpec[]): Refusal {
  if (typed === undefined) {
    const message = 'no verb given';
    return { ok: false, exit: 2, code: 'NO_VERB', message, next: 'chipswitch help' };
  }
  const near = didYouMean(typed, names(verbs));
  const data = /^[0-9A-Fa-f\s:]{6,}$/.test(typed) || typed.startsWith('@');
  const next = data ? 'chipswitch decode INPUT' : 'chipswitch help';
  const message = `there is no verb "${scrubEcho(typed)}"${near}`;
  return { ok: false, exit: 2, code: 'UNKNOWN_VERB', message, next };
}

async function runVerb(spec: VerbSpec, context: Context, typed: string): Promise<ExitCode> {
  if (context.args.has('help')) {
    const { verbPage } = await import('./help.ts');
    const page = verbPage(spec, context.paint, context.width);
    const report: Report = { ok: true, data: { usage: spec.usage }, text: () => page };
    return printOutcome(report, typed, context);
  }
  if (context.unsafe)
    context.surroundings.writeError('note: unmasked output (--unsafe), for test data only\n');
  const run = await spec.load();
  return printOutcome(await run(context), typed, context);
}

/** Answers for `chipswitch` with no verb: help, version, or what is wrong. */
async function runBare(
  before: readonly string[],
  typed: string | undefined,
  given: RunOptions,
): Promise<ExitCode> {
  const { verbs, version } = given;
  const parsed = readArguments(before, [], '');
  const noWords = readArguments([], [], '');
  const values = parsed.ok ? parsed.values : noWords.ok ? noWords.values : undefined;
  if (values === undefined) return 2;
  const context = makeContext(values, given);
  if (!parsed.ok) return printOutcome(parsed, '', context);
  if (values.has('version')) {
    const data = { chipswitch: version, node: process.versions.node };
    const text = () => [`chipswitch ${version} (node ${process.versions.node})`];
    return printOutcome({ ok: true, data, text }, 'version', context);
  }
  if (values.has('help')) {
    const { overview } = await import('./help.ts');
    const page = overview(verbs, context.paint, context.width);
    return printOutcome(
      { ok: true, data: { verbs: names(verbs) }, text: () => page },
      'help',
      context,
    );
  }
  return printOutcome(withoutVerb(typed, verbs), typed === undefined ? '' : 'unknown', context);
}

/**
 * Runs one command line.
 *
 * @param words what follows the program's name
 * @returns the exit code; nothing is thrown for anything a user can type
 */
export async function run(words: readonly string[], given: RunOptions): Promise<ExitCode> {
  const { verb: typed, before, rest } = splitVerb(words);
  const spec = given.verbs.find((v) => v.name === typed || v.aliases?.includes(typed ?? ''));
  if (spec === undefined) return runBare(before, typed, given);
  const parsed = readArguments(rest, spec.options, spec.name);
  if (!parsed.ok) {
    const json = rest.includes('--json') ? ['--json'] : [];
    const bare = readArguments(json, [], '');
    return bare.ok ? printOutcome(parsed, spec.name, makeContext(bare.values, given)) : 2;
  }
  const context = makeContext(parsed.values, given);
  if (parsed.values.has('version')) {
    const json = context.json ? ['--json'] : [];
    return runBare(['--version', ...json], undefined, given);
  }
  return runVerb(spec, context, spec.name);
}
