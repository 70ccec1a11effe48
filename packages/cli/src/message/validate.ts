// `chipswitch validate [--strict]`: whether a message decodes, encodes back to the same bytes and keeps the rules.
import type { Message } from 'iso8583-js';
import type { Outcome } from '../frame/outcome.ts';
import { drawTree } from '../frame/tree.ts';
import type { RunVerb } from '../frame/verb.ts';
import { messageProblems } from '../iso/message-problems.ts';
import { inputArgument, readOne } from '../iso/read-one.ts';

/** `chipswitch validate MSG`. */
export const run: RunVerb = async (context): Promise<Outcome> => {
  const { args, paint } = context;
  const argument = inputArgument(context);
  if (typeof argument !== 'string') return argument;
  const read = await readOne(argument, context);
  if ('code' in read) return read;
  const { spec, specName, framing, roundTrip } = read;
  const strict = args.has('strict');
  const problems = messageProblems(spec, read.message as Message, strict);
  if (!roundTrip)
    problems.push({
      path: '',
      severity: strict ? 'error' : 'warning',
      rule: 'encodes to other bytes than it was decoded from',
    });
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const verdict = errors === 0 ? paint('good', 'valid') : paint('bad', 'not valid');
  return {
    ok: true,
    exit: errors === 0 ? 0 : 3,
    data: {
      valid: errors === 0,
      spec: specName,
      framing: framing?.name ?? 'none',
      strict,
      problems,
    },
    text: () => [
      ...drawTree(
        problems.map(({ path, severity, rule }) => ({
          label: paint(
            severity === 'error' ? 'bad' : 'warn',
            severity === 'error' ? '! error' : '! warning',
          ),
          cells: [paint('name', path === '' ? 'whole' : path), rule],
        })),
      ),
      `${verdict}  ${specName}, ${framing?.summary ?? 'no framing'}: ${errors} errors, ${problems.length - errors} warnings`,
    ],
  };
};
