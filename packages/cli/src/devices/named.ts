// The three actions on devices that are kept by name: list, show NAME, new NAME.
import { type Outcome, usage } from '../frame/outcome.ts';
import type { Context } from '../frame/verb.ts';

interface Actions {
  readonly list: (context: Context) => Outcome;
  readonly show: (name: string, context: Context) => Outcome;
  readonly create: (name: string | undefined, context: Context) => Outcome;
}

/** Runs the action that the first word names; `list` without one. */
export function runNamed(verb: string, actions: Actions, context: Context): Outcome {
  const [kind, name] = context.args.positionals;
  if (kind === undefined || kind === 'list') return actions.list(context);
  if (kind === 'new') return actions.create(name, context);
  if (kind === 'show' && name !== undefined) return actions.show(name, context);
  return usage(
    'UNKNOWN_KIND',
    `${verb} list, ${verb} show NAME or ${verb} new NAME`,
    `chipswitch ${verb} --help`,
  );
}
