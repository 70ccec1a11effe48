// `chipswitch config export|import|diff|history|rollback`: the configuration that the switches of a database share.
import { type Outcome, type Refusal, usage } from '../frame/outcome.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import { type ProgramAnswer, askProgram } from './ask-program.ts';
import { type ShownChange, type ShownChanges, changeLines } from './show-changes.ts';

interface TakenUp {
  readonly instance: string;
  readonly version?: number;
  readonly problem?: string;
}

interface Changed extends ShownChanges {
  readonly version: number;
  readonly instances?: readonly TakenUp[];
}

interface History {
  readonly versions: readonly {
    readonly version: number;
    readonly origin: string;
    readonly goesBackTo?: number;
    readonly writtenBy: string;
    readonly writtenAt: string;
    readonly reason: string;
    readonly added: number;
    readonly changed: number;
    readonly removed: number;
  }[];
}

interface ChangesOfVersion {
  readonly version: number;
  readonly changes: readonly (ShownChange & {
    readonly digestBefore?: string;
    readonly digestAfter?: string;
  })[];
}

const optionsOf = ({ args }: Context, names: readonly string[]): string[] =>
  names.flatMap((name) => {
    const value = args.value(name);
    return value === undefined ? [] : [`--${name}=${value}`];
  });
const mergeOf = ({ args }: Context): string[] => (args.has('merge') ? ['--merge'] : []);

function takenUpLines(context: Context, { version, instances = [] }: Changed): string[] {
  const { paint } = context;
  return instances.map((one) => {
    if (one.problem !== undefined) {
      return `${paint('bad', 'refused')} by ${one.instance}, which keeps what it had: ${one.problem}`;
    }
    if ((one.version ?? 0) >= version) return `${paint('good', 'taken up')} by ${one.instance}`;
    return `${paint('warn', 'not yet taken up')} by ${one.instance}`;
  });
}

function changedReport(context: Context, { exit, text }: ProgramAnswer, isDone: boolean): Outcome {
  const changed = JSON.parse(text) as Changed;
  const { version } = changed;
  const head = isDone ? `version ${version}` : `against version ${version}`;
  return {
    ok: true,
    exit: exit === 0 ? 0 : 1,
    data: { ...changed },
    text: () => [
      `${context.paint('head', head)}  ${changeLines(changed, context.paint)[0]}`,
      ...changeLines(changed, context.paint).slice(1),
      ...takenUpLines(context, changed),
    ],
  };
}

function historyReport({ paint }: Context, { text }: ProgramAnswer): Outcome {
  const history = JSON.parse(text) as History | ChangesOfVersion;
  if ('changes' in history) {
    const short = (digest: string | undefined): string => digest?.slice(0, 12) ?? 'nothing';
    return {
      ok: true,
      data: { ...history },
      text: () =>
        history.changes.map(
          ({ action, kind, name, digestBefore, digestAfter }) =>
            `${action.padEnd(7)} ${kind} ${paint('name', name)}  ${short(digestBefore)} → ${short(digestAfter)}`,
        ),
    };
  }
  return {
    ok: true,
    data: { ...history },
    text: () =>
      history.versions.map((one) => {
        const back = one.goesBackTo === undefined ? '' : ` (what ${one.goesBackTo} said)`;
        const counted = `+${one.added} ~${one.changed} -${one.removed}`;
        return `${paint('name', String(one.version))}  ${one.writtenAt}  ${one.writtenBy}  ${one.origin}${back}  ${counted}  ${one.reason}`;
      }),
  };
}

// The document goes out as it is: it is made to be read back, and holds no card number.
async function exportDocument(context: Context, version: string | undefined): Promise<Outcome> {
  const words = version === undefined ? [] : [`--version=${version}`];
  const answer = await askProgram(context, ['export', ...words]);
  if ('ok' in answer) return answer;
  if (context.json)
    return { ok: true, data: { document: JSON.parse(answer.text) }, text: () => [] };
  await context.surroundings.writeOut(answer.text);
  return { ok: true, data: {}, text: () => [] };
}

async function importDocument(context: Context, file: string | undefined): Promise<Outcome> {
  if (file === undefined) return missing('a file', 'chipswitch config import FILE --why TEXT');
  const words = ['import', file, ...mergeOf(context), ...optionsOf(context, ['why', 'by'])];
  const answer = await askProgram(context, words, file);
  return 'ok' in answer ? answer : changedReport(context, answer, true);
}

async function diff(context: Context, file: string | undefined): Promise<Outcome> {
  const from = context.args.value('from');
  if (file === undefined && from === undefined) {
    return missing('a file or --from VERSION', 'chipswitch config diff FILE');
  }
  const version = from === undefined ? [] : [`--version=${from}`];
  const words = ['diff', ...(file === undefined ? [] : [file]), ...mergeOf(context), ...version];
  const answer = await askProgram(context, words, file);
  return 'ok' in answer ? answer : changedReport(context, answer, false);
}

async function history(context: Context, version: string | undefined): Promise<Outcome> {
  const of = version === undefined ? [] : [`--version=${version}`];
  const answer = await askProgram(context, ['history', ...of, ...optionsOf(context, ['limit'])]);
  return 'ok' in answer ? answer : historyReport(context, answer);
}

async function rollback(context: Context, version: string | undefined): Promise<Outcome> {
  if (version === undefined) {
    return missing('a version', 'chipswitch config rollback VERSION --why TEXT');
  }
  const words = ['rollback', version, ...optionsOf(context, ['why', 'by'])];
  const answer = await askProgram(context, words);
  return 'ok' in answer ? answer : changedReport(context, answer, true);
}

function missing(what: string, next: string): Refusal {
  return usage('MISSING_INPUT', `${what} is needed`, next);
}

const kinds = {
  export: exportDocument,
  import: importDocument,
  diff,
  history,
  rollback,
} as const;

/** `chipswitch config …`. */
export const run: RunVerb = async (context) => {
  const [kind, argument, ...more] = context.args.positionals;
  if (kind === undefined || !Object.hasOwn(kinds, kind) || more.length > 0) {
    return usage(
      'UNKNOWN_KIND',
      'config export, import FILE, diff [FILE], history [VERSION] or rollback VERSION',
      'chipswitch config --help',
    );
  }
  return kinds[kind as keyof typeof kinds](context, argument);
};
