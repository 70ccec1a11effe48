// `chipswitch diff`: two messages element by element; what an answer changes anyway is dimmed.
import { diffMessages, type Difference, type Message } from 'iso8583-js';
import { type Outcome, usage } from '../frame/outcome.ts';
import { drawTree } from '../frame/tree.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import type { Attempt } from '../iso/choose.ts';
import { readOne } from '../iso/read-one.ts';

const marks = { added: '+', removed: '-', changed: '~' } as const;

function differenceText({ before, after, kind }: Difference): string {
  if (kind === 'added') return after ?? '';
  if (kind === 'removed') return before ?? '';
  return before === after
    ? `${before ?? ''} → differs where it is masked`
    : `${before ?? ''} → ${after ?? ''}`;
}

function diffReport(left: Attempt, right: Attempt, context: Context): Outcome {
  const { paint } = context;
  const differences = diffMessages(left.spec, left.message as Message, right.message as Message);
  const unexpected = differences.filter(({ expected }) => !expected);
  const text = (): string[] => {
    if (differences.length === 0) return [`no difference (${left.specName})`];
    const rows = differences.map((difference) => {
      const { path, name, kind, expected } = difference;
      const role = expected
        ? 'dim'
        : kind === 'added'
          ? 'good'
          : kind === 'removed'
            ? 'bad'
            : 'warn';
      return {
        label: paint(role, `${marks[kind]} ${path}`),
        cells: [
          paint(expected ? 'dim' : 'name', name),
          paint(role, differenceText(difference)),
          expected ? paint('dim', 'expected of an answer') : '',
        ],
      };
    });
    const count = `${unexpected.length} differences, ${differences.length - unexpected.length} expected of an answer (${left.specName})`;
    return [...drawTree(rows), paint('dim', count)];
  };
  return {
    ok: true,
    exit: unexpected.length > 0 ? 1 : 0,
    data: { spec: left.specName, differences, unexpected: unexpected.length },
    text,
  };
}

/** `chipswitch diff A B`. */
export const run: RunVerb = async (context) => {
  const [first, second, ...more] = context.args.positionals;
  if (first === undefined || second === undefined || more.length > 0)
    return usage('TWO_MESSAGES', 'give two messages', 'chipswitch diff @request.hex @response.hex');
  if (first === '-' && second === '-')
    return usage(
      'ONE_STDIN',
      'only one of them can come from standard input',
      'put the other into a file',
    );
  const left = await readOne(first, context);
  if ('code' in left) return left;
  // The second is read as the first, so that like is compared with like.
  const right = await readOne(second, context, { specs: [[left.specName, left.spec]] });
  return 'code' in right ? right : diffReport(left, right, context);
};
