// `chipswitch route dry-run`: a proposed configuration played against recorded payments.
import { type Outcome, usage } from '../frame/outcome.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import { askProgram } from './ask-program.ts';

interface Compared {
  readonly version: number;
  readonly payments: number;
  readonly same: number;
  readonly elsewhere: number;
  readonly refused: number;
  readonly untold: number;
  readonly moves: readonly {
    readonly from: string;
    readonly to: string;
    readonly was: string;
    readonly would: string;
    readonly payments: number;
    readonly examples: readonly string[];
  }[];
}

function report({ paint }: Context, compared: Compared): Outcome {
  const { payments, same, elsewhere, refused, untold, version, moves } = compared;
  const counted = `${payments} payments by version ${version}: ${same} the same, ${elsewhere} elsewhere, ${refused} of them without a route`;
  return {
    ok: true,
    exit: elsewhere === 0 ? 0 : 1,
    data: { ...compared },
    text: () => [
      counted,
      ...(untold === 0
        ? []
        : [
            `${untold} cannot be told by six digits: add --switch-file FILE to read card numbers back`,
          ]),
      ...moves.flatMap((move) => [
        `${paint('value', String(move.payments).padStart(8))}  ${paint('name', move.from)} → ${paint('name', move.to)}`,
        `          ${move.was} → ${move.would}; payments ${move.examples.join(', ')}`,
      ]),
    ],
  };
}

/** `chipswitch route dry-run FILE`. */
export const run: RunVerb = async (context) => {
  const { args } = context;
  const [kind, file, ...more] = args.positionals;
  if (kind !== 'dry-run' || file === undefined || more.length > 0) {
    return usage('UNKNOWN_KIND', 'route dry-run FILE', 'chipswitch route --help');
  }
  const limit = args.value('limit');
  const words = [
    'dry-run',
    file,
    ...(args.has('merge') ? ['--merge'] : []),
    ...(limit === undefined ? [] : [`--limit=${limit}`]),
  ];
  const answer = await askProgram(context, words, file);
  return 'ok' in answer ? answer : report(context, JSON.parse(answer.text) as Compared);
};
