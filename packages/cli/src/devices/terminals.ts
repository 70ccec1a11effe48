// `chipswitch terminal list|show|new`: terminal profiles, those of the sandbox and one's own.
import { join } from 'node:path';
import { given } from '@chipswitch/bytes';
import { parseTerminalProfile, type TerminalProfile } from '@chipswitch/terminal';
import { type Outcome, type Refusal, undecodable, usage } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import { didYouMean } from '../frame/suggest.ts';
import { drawTree } from '../frame/tree.ts';
import type { Context, RunVerb, Surroundings } from '../frame/verb.ts';
import { namePattern, namesIn, readJson, subfolder, writeJson } from './folder.ts';
import { runNamed } from './named.ts';
import { sandboxTerminals } from './sandbox.ts';

function fromJson(json: unknown, name: string): TerminalProfile | Refusal {
  const parsed = parseTerminalProfile(json);
  if (parsed.ok) return parsed.profile;
  const [first] = parsed.errors;
  const more = parsed.errors.length > 1 ? ` and ${parsed.errors.length - 1} more` : '';
  return undecodable(
    'BAD_PROFILE',
    `the terminal profile ${scrubEcho(name)} is wrong: ${first?.path ?? ''} ${first?.code ?? ''}${more}`,
    'chipswitch terminal new NAME --id T0000001 --acceptor M00000000000001',
  );
}

const timers = { answerMs: 30_000, repeats: 1, reversalTries: 3, cardMs: 2000 };

function builtIn(name: string): unknown {
  const found = sandboxTerminals.find(({ terminalId }) => terminalId === name.toUpperCase());
  return found === undefined ? undefined : { ...found, timers };
}

function ownNames(from: Surroundings): string[] {
  return namesIn(subfolder(from, 'terminals'));
}

/** A terminal profile by name, or `@FILE`. */
export function terminalProfile(name: string, from: Surroundings): TerminalProfile | Refusal {
  if (name.startsWith('@')) {
    const json = readJson(name.slice(1));
    if (json === undefined)
      return usage(
        'NO_SUCH_FILE',
        `there is no file ${scrubEcho(name.slice(1))}`,
        'check the path',
      );
    return fromJson(json, name);
  }
  const own = namePattern.test(name)
    ? readJson(join(subfolder(from, 'terminals'), `${name}.json`))
    : undefined;
  const json = own ?? builtIn(name);
  if (json !== undefined) return fromJson(json, name);
  const known = [...sandboxTerminals.map(({ terminalId }) => terminalId), ...ownNames(from)];
  return usage(
    'UNKNOWN_TERMINAL',
    `no terminal "${scrubEcho(name)}"${didYouMean(name, known)}`,
    'chipswitch terminal list',
  );
}

function list(context: Context): Outcome {
  const { surroundings, paint } = context;
  const names = [
    ...sandboxTerminals.map(({ terminalId }): string => terminalId),
    ...ownNames(surroundings),
  ];
  const rows = names.flatMap((name) => {
    const profile = terminalProfile(name, surroundings);
    if ('ok' in profile) return [];
    const { terminalId, acceptorId, merchantName, currency } = profile;
    return [{ name, terminalId, acceptorId, merchantName, currency }];
  });
  return {
    ok: true,
    data: { terminals: rows },
    text: () =>
      drawTree(
        rows.map(({ name, terminalId, acceptorId, merchantName }) => ({
          label: paint('name', name),
          cells: [terminalId, acceptorId, merchantName],
        })),
      ),
  };
}

function show(name: string, context: Context): Outcome {
  const profile = terminalProfile(name, context.surroundings);
  if ('ok' in profile) return profile;
  return { ok: true, data: { profile }, text: () => JSON.stringify(profile, null, 2).split('\n') };
}

function create(name: string | undefined, context: Context): Outcome {
  const { args, surroundings } = context;
  if (name === undefined || !namePattern.test(name))
    return usage(
      'BAD_NAME',
      'a new terminal needs a name (letters, digits, hyphens)',
      'chipswitch terminal new shop-1 --id T0000001 --acceptor M00000000000001',
    );
  const terminalId = args.value('id');
  const acceptorId = args.value('acceptor');
  if (terminalId === undefined || acceptorId === undefined)
    return usage(
      'MISSING_OPTION',
      '--id and --acceptor are needed',
      'add --id T0000001 --acceptor M00000000000001',
    );
  const merchantName = args.value('merchant');
  const source = {
    terminalId,
    acceptorId,
    ...given({ merchantName }),
    timers,
  };
  const profile = fromJson(source, name);
  if ('ok' in profile) return profile;
  const path = join(subfolder(surroundings, 'terminals'), `${name}.json`);
  if (readJson(path) !== undefined && !args.has('force'))
    return usage(
      'TERMINAL_EXISTS',
      `there is a terminal "${name}" already`,
      'choose another name, or add --force',
    );
  writeJson(path, source);
  return {
    ok: true,
    data: { name, path, terminalId, acceptorId },
    text: () => [`${name}  terminal ${terminalId}, acceptor ${acceptorId}`, `kept in ${path}`],
    notices: ['a switch answers it only when it knows the terminal'],
  };
}

/** `chipswitch terminal list|show|new`. */
export const run: RunVerb = (context) => runNamed('terminal', { list, show, create }, context);
