// Stage 6: the security module's part: the cryptogram, where its keys are held here, and the PIN from
// the terminal's key to the host's.
import { given } from '@chipswitch/bytes';
import type { CryptogramScheme, KeyRef, PinKey, SecurityError } from '@chipswitch/security-module';
import { tagHex, tlvMap } from '@chipswitch/tlv';
import { type RefusalReason, type RouteRow, kindOf, paymentKinds } from '@chipswitch/transaction';
import type { Asked } from './asked.ts';
import type { HostConfig } from './config.ts';
import type { Desk } from './desk.ts';
import { ksnOf } from './security/terminal-authentication.ts';

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

/** Keys that a terminal's PIN block may be under, the likeliest first. */
async function pinKeysFrom(desk: Desk, { terminal, message }: Asked): Promise<readonly PinKey[]> {
  const { pin, pinKey, terminalId } = terminal;
  if (pin?.session === true) {
    const keys = await desk.workingKeys?.of(`terminal/${terminalId.trim()}`, 'pin');
    return (keys ?? []).map((key) => ({ key }));
  }
  const key = desk.keys.get(pin?.dukpt?.key ?? pinKey ?? '');
  if (key === undefined) return [];
  if (pin?.dukpt === undefined) return [{ key }];
  const ksn = ksnOf(message, pin.dukpt);
  return ksn === undefined ? [] : [{ key, ksn }];
}

async function pinKeyTo(desk: Desk, host: HostConfig | undefined): Promise<KeyRef | undefined> {
  if (host?.pin?.session !== true) return desk.keys.get(host?.pinKey ?? '');
  return (await desk.workingKeys?.of(`host/${host.name}`, 'pin'))?.[0];
}

async function translatePin(desk: Desk, asked: Asked, hosts: readonly string[]): Promise<Secured> {
  const { request, terminal } = asked;
  const block = request.pinBlock;
  if (block === undefined) return passed;
  const host = desk.hosts.get(hosts[0]);
  const key = await pinKeyTo(desk, host);
  const failed: Secured = { ok: false, error: { code: 'pin-not-translated' } };
  if (key === undefined) return failed;
  const { pan, terminalId, stan } = request;
  const { format = 0 } = terminal.pin ?? {};
  const to = { key, format: host?.pin?.format ?? 0 } as const;
  let refused: Secured = failed;
  for (const from of await pinKeysFrom(desk, asked)) {
    const translated = await desk.security.translatePin({
      from: { ...from, format, block, pan },
      to,
    });
    if (translated.ok) return { ok: true, pinBlock: translated.block };
    const { code } = translated.error;
    desk.log({ event: 'pin-not-translated', code, terminalId, stan });
    refused = refusedBy(translated.error, 'pin-not-translated');
  }
  return refused;
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
