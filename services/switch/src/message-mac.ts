// The MAC of a terminal's message: DE 64, or DE 128 where there is a second bit map (ISO 8583:1987).
import { type IsoMessage, type RefusalReason, bytesOf } from '@chipswitch/transaction';
import type { Desk } from './desk.ts';

/** What became of a message's MAC; `path` names the data element. */
export type MacResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: { readonly code: RefusalReason; readonly path: string } };

/** A MAC that nobody holds a key for counts for nothing: a message that relies on one is refused. */
export function checkMac(desk: Pick<Desk, 'config'>, message: IsoMessage): MacResult {
  const element = [64, 128].find((one) => bytesOf(message, one) !== undefined);
  if (element === undefined || desk.config.listen.macs === 'ignore') return { ok: true };
  return { ok: false, error: { code: 'mac-not-supported', path: String(element) } };
}
