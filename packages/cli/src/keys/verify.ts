// `chipswitch verify arqc|arpc|mac`.
import { usage } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import type { RunVerb } from '../frame/verb.ts';
import { verifyCryptogram } from './cryptogram.ts';
import { verifyMac } from './mac.ts';

/** `chipswitch verify`. */
export const run: RunVerb = (context) => {
  const [kind, value] = context.args.positionals;
  if (kind === 'arqc' || kind === 'arpc') return verifyCryptogram(kind, value, context);
  if (kind === 'mac') return verifyMac(value, context);
  const typed = kind === undefined ? 'no kind given' : `no kind "${scrubEcho(kind)}"`;
  return usage('UNKNOWN_KIND', `${typed}: arqc, arpc or mac`, 'chipswitch verify --help');
};
