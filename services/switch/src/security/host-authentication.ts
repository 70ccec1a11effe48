// MACs between the switch and one host (DE 64, DE 128), under a key of the configuration or the zone key that was last
// exchanged.
import type { Awaitable, KeyRef, SecurityModule } from '@chipswitch/security-module';
import type { IsoMessage } from '@chipswitch/transaction';
import { type Spec, encodeMessage } from 'iso8583-js';
import type { MacKey } from './mac-method.ts';
import type { HostMacConfig } from './mac-settings.ts';
import { type MacVerdict, macPlaces, messageAuthentication } from './message-authentication.ts';
import type { WorkingKeys } from './working-keys.ts';

/** All that a link knows of MACs. */
export interface HostAuthentication {
  /** The bytes of a message of ours with its MAC; undefined when the security module makes none. */
  readonly seal: (wire: IsoMessage) => Awaitable<Uint8Array | undefined>;
  /** Whether the MAC of a message of the host holds. */
  readonly verify: (wire: IsoMessage, body: Uint8Array) => Awaitable<MacVerdict>;
}

/** What it is made from. */
export interface HostAuthenticationParts {
  readonly name: string;
  readonly mac: HostMacConfig;
  readonly spec: Spec;
  readonly security: Pick<SecurityModule, 'generateMac' | 'verifyMac'>;
  readonly keys: ReadonlyMap<string, KeyRef>;
  readonly workingKeys?: WorkingKeys;
  readonly onFault: (problem: string) => void;
}

/** Makes the authentication of one host. */
export function hostAuthentication(parts: HostAuthenticationParts): HostAuthentication {
  const { name, mac, spec, security, keys, workingKeys, onFault } = parts;
  const keysFor = async (): Promise<readonly MacKey[]> => {
    const found = await workingKeys?.of(`host/${name}`, 'mac');
    return (found ?? []).map((key) => ({ key }));
  };
  const fixed = keys.get(mac.key ?? '');
  const own = messageAuthentication({
    security,
    form: mac,
    spec,
    placeIn: macPlaces(spec),
    encode: (message) => {
      const encoded = encodeMessage(spec, message);
      if (encoded.ok) return encoded.bytes;
      throw new RangeError(`a MAC does not fit: ${encoded.error.code} at ${encoded.error.path}`);
    },
    keysFor: mac.session ? keysFor : () => (fixed === undefined ? [] : [{ key: fixed }]),
    keyOf: mac.session
      ? async () => (await keysFor())[0]
      : () => (fixed === undefined ? undefined : { key: fixed }),
  });
  return {
    verify: own.verify,
    seal: (wire) => {
      const made = own.protect(wire);
      const bytesOf = (result: Awaited<typeof made>): Uint8Array | undefined => {
        if (result.ok) return result.bytes;
        onFault(`a ${wire.mti} has no MAC: ${result.error.code}`);
        return undefined;
      };
      return made instanceof Promise ? made.then(bytesOf) : bytesOf(made);
    },
  };
}
