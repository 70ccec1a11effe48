// The payShield behind the security module's interface: keys under the LMK in, host commands out.
import { fromHex } from '@chipswitch/bytes';
import { type Outcome, refuse } from '@chipswitch/security-module';
import type { KeyRef, ModuleHealth, SecurityModule } from '@chipswitch/security-module';
import type { PayshieldClient } from './client.ts';
import { type PayshieldKey, PayshieldKeys } from './key-record.ts';
import { cardOperations } from './module-cards.ts';
import { type ModuleContext, contextOf } from './module-context.ts';
import { dataOperations } from './module-data.ts';
import { keyOperations } from './module-keys.ts';
import { pinOperations } from './module-pins.ts';

/** What a payShield module is made of. */
export interface PayshieldModuleOptions {
  readonly client: PayshieldClient;
  /** Keys under the local master key. */
  readonly keys?: readonly PayshieldKey[];
  /** What new keys are kept under: `variant` (schemes U, T) or `key-block` (S). */
  readonly lmk: 'variant' | 'key-block';
  /** Two-digit identifier, where the HSM has more than one local master key. */
  readonly lmkIdentifier?: string;
}

/** A payShield module: the interface, and its keys as they are kept. */
export interface PayshieldModule extends SecurityModule {
  /** Takes in a key under the local master key. */
  loadKey(key: PayshieldKey): KeyRef;
  /** A key's field under the local master key, for a store; undefined when it is not there. */
  keyField(ref: KeyRef): string | undefined;
}

async function healthOf(client: PayshieldClient): Promise<Outcome<{ health: ModuleHealth }>> {
  const start = performance.now();
  const outcome = await client.send('NC', {});
  if (!outcome.ok) return outcome;
  const { lmkCheckValue, firmware } = outcome.response.fields;
  return {
    ok: true,
    health: {
      backend: 'payshield',
      clearKeysInProcess: false,
      firmware: firmware ?? '',
      masterKey: lmkCheckValue,
      latencyMs: performance.now() - start,
    },
  };
}

const randomPerCommand = 256;

async function randomOf(
  context: ModuleContext,
  lengthBytes: number,
): Promise<Outcome<{ bytes: Uint8Array }>> {
  if (!Number.isInteger(lengthBytes) || lengthBytes < 1 || lengthBytes > 65_536) {
    return refuse('input', 'length');
  }
  let hex = '';
  while (hex.length < 2 * lengthBytes) {
    const length = Math.min(randomPerCommand, lengthBytes - hex.length / 2);
    const sent = await context.send('N0', { length });
    if (!sent.ok) return sent;
    const random = sent.fields['random'] ?? '';
    if (random.length !== 2 * length) return refuse('unavailable', 'random');
    hex += random;
  }
  return { ok: true, bytes: fromHex(hex) };
}

/**
 * A payShield as security module.
 *
 * @throws SecurityFault `configuration` or `key-exists` for keys that are none or come twice
 * @example
 * const module = createPayshieldModule({
 *   client: createPayshieldClient({ hsms: [{ host: '10.0.0.5', port: 1500 }] }),
 *   lmk: 'variant',
 *   keys: [{ id: 'zpk', usage: 'P0', algorithm: '2TDEA', kcv: 'F1E3F7', field: 'U1EF8…' }],
 * });
 */
export function createPayshieldModule(options: PayshieldModuleOptions): PayshieldModule {
  const keys = new PayshieldKeys();
  for (const key of options.keys ?? []) keys.add(key);
  const context = contextOf(options.client, { ...options, keys });
  return {
    loadKey: (key) => keys.add(key),
    keyField: (ref) => keys.find(ref)?.field,
    health: () => healthOf(options.client),
    random: ({ lengthBytes }) => randomOf(context, lengthBytes),
    ...keyOperations(context),
    ...pinOperations(context),
    ...cardOperations(context),
    ...dataOperations(context),
  };
}
