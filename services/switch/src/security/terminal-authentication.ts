// Which key a terminal's messages are authenticated under: one of the configuration, a working key of its last sign-in,
// or one for each transaction (DUKPT, X9.24).
import { fromHex, toHex } from '@chipswitch/bytes';
import type { KeyRef, SecurityModule } from '@chipswitch/security-module';
import { type IsoMessage, bytesOf, textOf } from '@chipswitch/transaction';
import type { Spec } from 'iso8583-js';
import type { MacKey } from './mac-method.ts';
import type { DukptConfig, TerminalMacConfig } from './mac-settings.ts';
import {
  type MacPlace,
  type MessageAuthentication,
  messageAuthentication,
} from './message-authentication.ts';
import type { WorkingKeys } from './working-keys.ts';

/** The dialect that the terminal speaks, so far as a MAC depends on it. */
export interface AuthenticatedDialect {
  readonly spec: Spec;
  readonly placeIn: (message: IsoMessage) => MacPlace | undefined;
  readonly shape: (message: IsoMessage) => IsoMessage;
  readonly encode: (message: IsoMessage) => Uint8Array;
}

/** Where keys are looked up. */
export interface AuthenticationKeys {
  readonly security: Pick<SecurityModule, 'generateMac' | 'verifyMac'>;
  /** References of the configured keys by id. */
  readonly keys: ReadonlyMap<string, KeyRef>;
  /** Working MAC keys of a terminal, the newest first. */
  readonly workingKeys?: WorkingKeys;
}

/** Ten bytes for TDES DUKPT, twelve for AES DUKPT. */
const ksnLengths: ReadonlySet<number> = new Set([10, 12]);

/** The key serial number that a message brings; undefined when it has none that this terminal may have. */
export function ksnOf(
  message: IsoMessage,
  { ksnElement, ksnPrefix = '' }: Pick<DukptConfig, 'ksnElement' | 'ksnPrefix'>,
): Uint8Array | undefined {
  const text = textOf(message, ksnElement)?.trim() ?? '';
  const isHex = /^(?:[0-9A-Fa-f]{2})+$/.test(text);
  const ksn = bytesOf(message, ksnElement) ?? (isHex ? fromHex(text) : undefined);
  if (ksn === undefined || !ksnLengths.has(ksn.length)) return undefined;
  return toHex(ksn).startsWith(ksnPrefix) ? ksn : undefined;
}

/** What authenticates a terminal's messages, for one question of it and the answer to that. */
export function terminalAuthentication(
  mac: TerminalMacConfig,
  terminalId: string,
  question: IsoMessage,
  dialect: AuthenticatedDialect,
  { security, keys, workingKeys }: AuthenticationKeys,
): MessageAuthentication {
  const { dukpt } = mac;
  const configured = (id: string | undefined): readonly MacKey[] => {
    const key = keys.get(id ?? '');
    return key === undefined ? [] : [{ key }];
  };
  const keysFor = async (): Promise<readonly MacKey[]> => {
    if (mac.session) {
      const keys = await workingKeys?.of(`terminal/${terminalId.trim()}`, 'mac');
      return (keys ?? []).map((key) => ({ key }));
    }
    if (dukpt === undefined) return configured(mac.key);
    const ksn = ksnOf(question, dukpt);
    return ksn === undefined
      ? []
      : configured(dukpt.key).map(({ key }) => ({ key, ksn, direction: 'request' as const }));
  };
  // Who asked under the key before has not heard of the new one yet.
  let held: MacKey | undefined;
  return messageAuthentication({
    security,
    form: mac,
    ...dialect,
    keysFor,
    onHeld: (key) => {
      held = key;
    },
    keyOf: async () => {
      if (dukpt?.answers === 'none') return 'none';
      const key = held ?? (await keysFor())[0];
      if (key === undefined || dukpt === undefined) return key;
      return { ...key, direction: dukpt.answers };
    },
  });
}
