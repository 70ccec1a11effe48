// The switch's key files: clear ones for the soft module, or the same keys under the test local master key
// of the simulated HSM, sealed by the simulator's own road.
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { ClearKey, Lmk } from '@chipswitch/hsm';
import type { SandboxKeys } from './sandbox-keys.ts';

/** A key of the switch; `keyType` is the variant LMK's, which tells a terminal's PIN key from a zone's. */
export interface SwitchKey {
  readonly id: string;
  readonly usage: string;
  readonly keyType: string;
  /** Double-length TDES key. */
  readonly hex: string;
}

type VaultKeys = Pick<SandboxKeys, 'panHmacKey' | 'panDataKey'>;

const warning = 'sandbox keys: they protect nothing';
const lmk = new Lmk();

/** Check value of the simulated HSM's variant LMK. */
export const testLmkCheckValue: string = lmk.checkValue;

/** The soft module's file. */
export function clearKeyFile(keys: readonly SwitchKey[], vault: VaultKeys): object {
  const { panHmacKey, panDataKey } = vault;
  return {
    warning,
    allowClearKeysInProcess: true,
    keys: keys.map(({ id, usage, hex }) => ({ id, usage, algorithm: '2TDEA', hex })),
    panHmacKey,
    panDataKey,
  };
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** Odd parity, which the HSM insists on. */
function withOddParity(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => {
    let ones = 0;
    for (let bit = 1; bit < 8; bit++) ones += (byte >> bit) & 1;
    return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0);
  });
}

function sealed({ id, usage, keyType, hex }: SwitchKey): object {
  const bytes = withOddParity(Buffer.from(hex, 'hex'));
  const kcv = hexOf(new ClearKey(bytes).encrypt(new Uint8Array(8))).slice(0, 6);
  const field = lmk.seal(bytes, { type: keyType, scheme: 'U' });
  return { id, usage, algorithm: '2TDEA', kcv, keyType, field };
}

/** The payShield's file: every key under the local master key, the vault's under a data key. */
export function hsmKeyFile(keys: readonly SwitchKey[], vault: VaultKeys): object {
  const dataKey = withOddParity(randomBytes(16));
  const under = { id: 'vault-key', usage: 'D0', keyType: '00A', hex: hexOf(dataKey) };
  const enciphered = (hex: string): object => {
    const key = Buffer.from(hex, 'hex');
    const cipher = createCipheriv('des-ede-cbc', dataKey, Buffer.alloc(8)).setAutoPadding(false);
    const data = Buffer.concat([cipher.update(key), cipher.final()]);
    const check = createHmac('sha256', key).digest('hex').slice(0, 6).toUpperCase();
    return { enciphered: hexOf(data), check };
  };
  return {
    warning,
    keys: [...keys, under].map(sealed),
    vault: {
      under: under.id,
      panHmacKey: enciphered(vault.panHmacKey),
      panDataKey: enciphered(vault.panDataKey),
    },
  };
}
