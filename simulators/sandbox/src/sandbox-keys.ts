// The sandbox's own keys, made once: test keys that protect nothing, kept in `.chipswitch/`.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import {
  type AuthorityPems,
  type TestAuthority,
  authorityFromPems,
  authorityToPems,
  createTestAuthority,
} from '@chipswitch/card';

/** Keys of one sandbox, hex. */
export interface SandboxKeys {
  /** Terminal PIN key. */
  readonly terminalPinKey: string;
  /** Zone PIN key between the switch and the hosts. */
  readonly zonePinKey: string;
  /** MAC keys of the second terminal and of the host of 1993. */
  readonly terminalMacKey: string;
  readonly hostMacKey: string;
  /** The key of the HTTP door. */
  readonly apiKey: string;
  readonly panHmacKey: string;
  readonly panDataKey: string;
  /** Seals the terminals' journals on disk. */
  readonly sealingKey: string;
  readonly authority: TestAuthority;
}

interface StoredKeys extends Omit<SandboxKeys, 'authority'> {
  readonly warning: string;
  readonly authority: AuthorityPems;
}

/** A double-length TDES key with odd parity, hex. */
function newTdesKey(): string {
  const bytes = randomBytes(16);
  for (let i = 0; i < bytes.length; i++) {
    let ones = 0;
    for (let bit = 1; bit < 8; bit++) ones += (bytes[i] >> bit) & 1;
    bytes[i] = (bytes[i] & 0xfe) | (ones % 2 === 0 ? 1 : 0);
  }
  return bytes.toString('hex').toUpperCase();
}

function makeKeys(): StoredKeys {
  const newKey = (): string => randomBytes(32).toString('hex').toUpperCase();
  return {
    warning: 'sandbox keys: made by this machine for simulated cards, they protect nothing',
    terminalPinKey: newTdesKey(),
    zonePinKey: newTdesKey(),
    terminalMacKey: newTdesKey(),
    hostMacKey: newTdesKey(),
    apiKey: `csk_sandbox_${randomBytes(32).toString('base64url')}`,
    panHmacKey: newKey(),
    panDataKey: newKey(),
    sealingKey: newKey(),
    authority: authorityToPems(createTestAuthority()),
  };
}

const laterKeys = ['terminalMacKey', 'hostMacKey', 'apiKey'] as const;

/** Reads the keys, making them and the card certification authority at the first start. */
export function sandboxKeys(path: string): SandboxKeys {
  const stored = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as StoredKeys)
    : undefined;
  // A folder of an earlier version lacks the keys that came since.
  const isWhole = stored !== undefined && laterKeys.every((name) => stored[name] !== undefined);
  const kept = isWhole ? stored : { ...makeKeys(), ...stored };
  if (!isWhole) writeFileSync(path, JSON.stringify(kept, null, 2), { mode: 0o600 });
  return { ...kept, authority: authorityFromPems(kept.authority) };
}
