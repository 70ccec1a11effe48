// `chipswitch build iso|tlv|qr|pinblock`: bytes out of what a person writes.
import { usage } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import type { RunVerb } from '../frame/verb.ts';
import { buildPinBlock } from '../keys/pin-block.ts';
import { run as buildIso } from './iso.ts';
import { run as buildQr } from './qr.ts';
import { run as buildTlv } from './tlv.ts';

/** `chipswitch build KIND`. */
export const run: RunVerb = (context) => {
  const [kind] = context.args.positionals;
  if (kind === 'iso') return buildIso(context);
  if (kind === 'tlv') return buildTlv(context);
  if (kind === 'qr') return buildQr(context);
  if (kind === 'pinblock') return buildPinBlock(context);
  const typed = kind === undefined ? 'no kind given' : `no kind "${scrubEcho(kind)}"`;
  return usage('UNKNOWN_KIND', `${typed}: iso, tlv, qr or pinblock`, 'chipswitch build --help');
};
