// Stage 6: the security module's part: the cryptogram, where its keys are held here, and the PIN from
// the terminal's key to the host's.
import { given } from '@chipswitch/bytes';
import type { CryptogramScheme, KeyRef, SecurityError } from '@chipswitch/security-module';
import { tagHex, tlvMap } from '@chipswitch/tlv';
import { type RefusalReason, type RouteRow, kindOf, paymentKinds } from '@chipswitch/transaction';
import type { Asked } from './asked.ts';
import type { Desk } from './desk.ts';

/** What the request to the host may need of it. */
export type Secured =
  | { readonly ok: true; readonly pinBlock?: Uint8Array }
  | { readonly ok: false; readonly error: { readonly code: RefusalReason } };

const passed: Secured = { ok: true };

/** A module that gave no answer says nothing about the card or the PIN. */
function refusedBy(error: SecurityError, reason: RefusalReason): Secured {
  return {
    ok: false,
    error: { code: error.code === 'unavailable' ? 'security-unavailable' : reason },
  };
}

/** Tags by hex text, as the security module takes them; undefined when DE 55 is no BER-TLV. */
function cryptogramTags(iccData: Uint8Array): ReadonlyMap<string, Uint8Array> | undefined {
  const read = tlvMap(iccData);
  if (!read.ok) return undefined;
  return new Map([...read.map].map(([tag, value]) => [tagHex(tag), value]));
}

async function verifyCryptogram(desk: Desk, asked: Asked, route: RouteRow): Promise<Secured> {
  const { request } = asked;
  if (route.cryptogram === 'pass-through' || request.iccData === undefined) return passed;
  if (kindOf(paymentKinds, request.kind).host === 'advice') return passed;
  const failed: Secured = { ok: false, error: { code: 'cryptogram-failed' } };
  const key = desk.keys.get(route.issuerKey ?? '');
  const tags = cryptogramTags(request.iccData);
  const [arqc, atc, iad] = ['9F26', '9F36', '9F10'].map((tag) => tags?.get(tag));
  if (key === undefined || tags === undefined) return failed;
  if (arqc === undefined || atc === undefined || iad === undefined) return failed;
  const unpredictableNumber = tags.get('9F37');
  const scheme = (route.cryptogramScheme ?? route.scheme) as CryptogramScheme;
  const verified = await desk.security.verifyArqc({
    key,
    pan: request.pan,
    panSequenceNumber: (request.panSequenceNumber ?? '00').slice(-2),
    cvn: { scheme, iad },
    transactionData: tags,
    atc,
    arqc,
    ...given({ unpredictableNumber }),
  });
  if (verified.ok) return passed;
  desk.log({
    event: 'cryptogram-failed',
    code: verified.error.code,
    detail: verified.error.detail,
    terminalId: request.terminalId,
    stan: request.stan,
  });
  return refusedBy(verified.error, 'cryptogram-failed');
}

async function translatePin(desk: Desk, asked: Asked, hosts: readonly string[]): Promise<Secured> {
  const { request, terminal } = asked;
  if (request.pinBlock === undefined) return passed;
  const host = desk.config.hosts.find((candidate) => candidate.name === hosts[0]);
  const keyOf = (id: string | undefined): KeyRef | undefined => desk.keys.get(id ?? '');
  const [from, to] = [keyOf(terminal.pinKey), keyOf(host?.pinKey)];
  const failed: Secured = { ok: false, error: { code: 'pin-not-translated' } };
  if (from === undefined || to === undefined) return failed;
  const translated = await desk.security.translatePin({
    from: { key: from, format: 0, block: request.pinBlock, pan: request.pan },
    to: { key: to, format: 0 },
  });
  if (translated.ok) return { ok: true, pinBlock: translated.block };
  desk.log({
    event: 'pin-not-translated',
    code: translated.error.code,
    terminalId: request.terminalId,
    stan: request.stan,
  });
  return refusedBy(translated.error, 'pin-not-translated');
}

/** Verifies and translates; the PIN block that comes back is under the first host's key. */
export async function secure(
  desk: Desk,
  asked: Asked,
  chosen: { readonly route: RouteRow; readonly hosts: readonly string[] },
): Promise<Secured> {
  const verified = await verifyCryptogram(desk, asked, chosen.route);
  return verified.ok ? translatePin(desk, asked, chosen.hosts) : verified;
}
