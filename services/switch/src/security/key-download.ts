// Working keys for a terminal that signs in: made inside the security module, given out under the terminal's master key,
// with their check values (UnionPay POS: DE 62 of the 0810).
import { fromHex, toHex } from '@chipswitch/bytes';
import type { KeyRef, KeyUsage, SecurityError, SecurityModule } from '@chipswitch/security-module';
import type { TerminalKeysConfig } from './key-exchange-settings.ts';
import type { ExchangedKey, KeyPurpose, WorkingKeys } from './working-keys.ts';

/** What a download is made with. */
export interface DownloadParts {
  readonly security: Pick<SecurityModule, 'generateKey' | 'kcv' | 'destroyKey'>;
  readonly keys: ReadonlyMap<string, KeyRef>;
  readonly workingKeys: WorkingKeys;
}

/** The element's bytes, or why there are none. */
export type Download =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly error: SecurityError };

type Wanted = Pick<ExchangedKey, 'usage' | 'algorithm'> & { readonly purpose: KeyPurpose };

interface Made {
  readonly ok: true;
  readonly key: ExchangedKey & { readonly purpose: KeyPurpose };
  readonly check: Uint8Array;
}

const checkBytes = 4;
const keyBytes = 16;
let made = 0;

async function makeKey(
  { security }: DownloadParts,
  master: KeyRef,
  form: TerminalKeysConfig['form'],
  { usage, algorithm, purpose }: Wanted,
): Promise<Made | { readonly ok: false; readonly error: SecurityError }> {
  const tr31 = master.algorithm.startsWith('AES') ? 'tr31-D' : 'tr31-B';
  const format = form === 'unionpay' ? 'ansi-ecb' : tr31;
  const id = `download/${process.pid}/${++made}`;
  const generated = await security.generateKey({
    id,
    usage,
    algorithm,
    wrapUnder: { key: master, format },
  });
  if (!generated.ok) return generated;
  const { key, wrapped } = generated;
  const checked = await security.kcv({ key, method: 'legacy', lengthBytes: checkBytes });
  // It is used out of its block like every other working key.
  await security.destroyKey({ key });
  if (!checked.ok) return checked;
  if (wrapped === undefined)
    return { ok: false, error: { code: 'unsupported', detail: 'wrapping' } };
  const exchanged = {
    usage,
    algorithm,
    kcv: key.kcv,
    under: master.id,
    block: wrapped,
    format,
  } as const;
  return { ok: true, check: checked.kcv, key: { ...exchanged, purpose } };
}

// UnionPay POS: sixteen bytes of key, a single-length one filled with zeros, then four of check value.
function unionpayPart({ key, check }: Made): Uint8Array {
  const part = new Uint8Array(keyBytes + checkBytes);
  part.set(fromHex(key.block.replace(/^[XYZ]/, '')));
  part.set(check, keyBytes);
  return part;
}

/** Makes the keys of a terminal that signs in, and keeps them. */
export async function downloadKeys(
  parts: DownloadParts,
  terminalId: string,
  config: TerminalKeysConfig,
  macUsage: KeyUsage,
): Promise<Download> {
  const master = parts.keys.get(config.masterKey);
  if (master === undefined) return { ok: false, error: { code: 'key-unknown' } };
  const wanted: readonly Wanted[] = [
    { purpose: 'pin', usage: 'P0', algorithm: config.pinKey },
    {
      purpose: 'mac',
      usage: macUsage,
      algorithm: config.macKey ?? (config.form === 'unionpay' ? 'DEA' : '2TDEA'),
    },
  ];
  const all: Made[] = [];
  for (const one of wanted) {
    const key = await makeKey(parts, master, config.form, one);
    if (!key.ok) return key;
    all.push(key);
  }
  await parts.workingKeys.keep(
    `terminal/${terminalId.trim()}`,
    all.map(({ key }) => key),
  );
  const bytes =
    config.form === 'tr31'
      ? new TextEncoder().encode(all.map(({ key }) => key.block).join(''))
      : Uint8Array.from(all.flatMap((one) => [...unionpayPart(one)]));
  return { ok: true, bytes };
}

/** The element for a dialect that has text there: UnionPay's bytes as hex, key blocks as they are. */
export function asText(bytes: Uint8Array, form: TerminalKeysConfig['form']): string {
  return form === 'tr31' ? new TextDecoder('latin1').decode(bytes) : toHex(bytes);
}
