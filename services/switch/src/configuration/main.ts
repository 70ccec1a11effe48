// The configuration from the command line of a machine: export, import, diff, history, rollback; `chipswitch config`
// calls it. One JSON answer on standard output, the document itself for export; DATABASE_URL says which database.
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { SettingError, commandLine } from '@chipswitch/program';
import { type Answer, type Request, answerRequest } from './answer-request.ts';

const verbs = ['export', 'import', 'diff', 'history', 'rollback', 'dry-run'] as const;
const limitMax = 200_000;

function jsonFrom(path: string): unknown {
  try {
    // Standard input has no name.
    return JSON.parse(readFileSync(path === '-' ? 0 : path, 'utf8'));
  } catch (error) {
    throw new SettingError(path, error instanceof Error ? error.message : String(error));
  }
}

function wholeFrom(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new SettingError(name, 'must be a whole number');
}

function limitFrom(text: string | undefined): number | undefined {
  const limit = wholeFrom(text, '--limit');
  if (limit === undefined || (limit > 0 && limit <= limitMax)) return limit;
  throw new SettingError('--limit', `must be from 1 to ${limitMax}`);
}

function required<T>(value: T | undefined, name: string, problem: string): T {
  if (value === undefined) throw new SettingError(name, problem);
  return value;
}

function readRequest(): Request {
  const { values, words } = commandLine({
    name: 'config',
    usage: [
      'node services/switch/src/configuration/main.ts VERB …',
      'export [--version N]',
      'import FILE --why TEXT [--by NAME] [--merge] [--check-only] [--switch-file FILE]',
      'diff [FILE] [--version N] [--merge]',
      'history [--version N] [--limit N]',
      'dry-run FILE [--merge] [--limit N] [--switch-file FILE]',
      'rollback VERSION --why TEXT [--by NAME] [--switch-file FILE]',
      'The configuration that the switches of a database share; DATABASE_URL in the environment, - is standard input.',
    ],
    options: {
      why: { type: 'string' },
      by: { type: 'string' },
      version: { type: 'string' },
      limit: { type: 'string' },
      merge: { type: 'boolean', default: false },
      'check-only': { type: 'boolean', default: false },
      'switch-file': { type: 'string' },
    },
    argumentsMax: 2,
  });
  const verb = verbs.find((one) => one === words[0]);
  if (verb === undefined) throw new SettingError('VERB', `must be one of ${verbs.join(', ')}`);
  const argument = words[1];
  const switchFile = values['switch-file'];
  const shared = {
    merge: values.merge,
    limit: limitFrom(values.limit),
    version: wholeFrom(values.version, '--version'),
    switchFile: switchFile === undefined ? undefined : jsonFrom(switchFile),
  };
  const author = () => ({
    writtenBy: values.by ?? `${userInfo().username}@${hostname()}`,
    reason: required(values.why, '--why', 'says why: it is kept with the change'),
  });
  const document = () => jsonFrom(required(argument, 'FILE', 'give the document'));
  switch (verb) {
    case 'import':
      return values['check-only']
        ? { verb: 'diff', ...shared, document: document() }
        : { verb, ...shared, document: document(), author: author() };
    case 'dry-run':
      return { verb, ...shared, document: document() };
    case 'diff':
      return { verb, ...shared, document: argument === undefined ? undefined : document() };
    case 'rollback': {
      const version = wholeFrom(required(argument, 'VERSION', 'say which'), 'VERSION');
      return { verb, ...shared, to: version ?? 0, author: author() };
    }
    case 'export':
    case 'history':
      return { verb, ...shared };
  }
}

function print(answer: Answer): number {
  if (answer.text !== undefined) process.stdout.write(answer.text);
  else console.log(JSON.stringify(answer.json, null, 2));
  return answer.exitCode;
}

function databaseUrl(): string {
  const url = process.env['DATABASE_URL'];
  if (url === undefined || !URL.canParse(url)) {
    throw new SettingError('DATABASE_URL', 'must be a URL');
  }
  return url;
}

try {
  const request = readRequest();
  process.exitCode = print(await answerRequest(request, databaseUrl()));
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(`config: ${error.message}`);
  process.exitCode = 2;
}
