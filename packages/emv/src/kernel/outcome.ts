// The outcome of a transaction out of its final state.
import { concatBytes, toLatin1 } from '@chipswitch/bytes';
import { type Context, type Stop, note } from './context.ts';
import { tag } from './tags.ts';
import type { KernelOutcome } from './types.ts';

/** Puts together what the caller gets. */
export function outcomeOf(context: Context, stop: Stop): KernelOutcome {
  const { data } = context;
  const { type, reason } = stop;
  note(context, context.log.at(-1)?.step ?? 'select', `ends: ${type}, ${reason}`);
  const arc = data.get(tag.arc);
  return {
    type,
    reason,
    online: context.online,
    reversalRequired: context.hostApproved && type !== 'approved',
    adviceRequired: context.adviceRequired,
    arc: arc === undefined ? undefined : toLatin1(arc),
    cvm: { ...context.cvm },
    cryptogram: context.last,
    firstCryptogram: context.first,
    tvr: context.tvr.slice(),
    tsi: context.tsi.slice(),
    cvmResults: data.get(tag.cvmResults) ?? new Uint8Array(3),
    scriptResults: concatBytes(...context.scriptResults),
    data,
    log: context.log,
  };
}
