// The soft module: every operation in this process, keys clear in its memory. For test and
// development: PCI PIN 1 wants PINs and keys in a secure cryptographic device, and this is none.
import { randomBytes } from 'node:crypto';
import { type RandomSource, refuse, SecurityFault } from '@chipswitch/cryptography';
import type { KeyRef } from '../key-ref.ts';
import type { SecurityOperations } from '../security-module.ts';
import { cardCodeOperations } from './card-code-operations.ts';
import { dataOperations } from './data-operations.ts';
import { emvOperations } from './emv-operations.ts';
import { keyOperations } from './key-operations.ts';
import { KeyTable, type NewKey } from './key-table.ts';
import { macOperations } from './mac-operations.ts';
import { pinOperations } from './pin-operations.ts';

/** How a soft module is started. */
export interface SoftModuleOptions {
  /** Must be `true`: says that whoever starts it knows that clear keys stand in this process. */
  readonly allowClearKeysInProcess: boolean;
  /** `node:crypto`'s when left out. */
  readonly randomSource?: RandomSource;
  /** PINs that nobody may have, such as 0000 and 1234: generating data for them is refused. */
  readonly excludedPins?: readonly string[];
}

/** The soft module: all operations at once, and a way to bring in clear keys. */
export interface SoftModule extends SecurityOperations {
  /**
   * Takes in a clear key; the bytes are copied.
   *
   * @throws SecurityFault `key-length` or `key-exists`
   */
  loadClearKey(key: NewKey): KeyRef;
}

/**
 * Starts a soft module.
 *
 * @throws SecurityFault `clear-keys-not-allowed` without an explicit `allowClearKeysInProcess`
 * @example
 * const module = createSoftModule({ allowClearKeysInProcess: true });
 * const bytes = fromHex('5DB50B454F8389ADCE573BE50861F2BF');
 * module.loadClearKey({ id: 'zpk', usage: 'P0', algorithm: '2TDEA', bytes }).kcv // '5C9405'
 */
export function createSoftModule(options: SoftModuleOptions): SoftModule {
  if (!options.allowClearKeysInProcess) {
    throw new SecurityFault(
      'clear-keys-not-allowed',
      'the soft module keeps clear keys in this process: pass allowClearKeysInProcess: true',
    );
  }
  const keys = new KeyTable();
  const random =
    options.randomSource ?? ((lengthBytes) => new Uint8Array(randomBytes(lengthBytes)));
  return {
    health: () => ({
      ok: true,
      health: { backend: 'soft', clearKeysInProcess: true, firmware: 'soft-0.1.0' },
    }),
    random: ({ lengthBytes }) =>
      Number.isInteger(lengthBytes) && lengthBytes >= 1 && lengthBytes <= 65_536
        ? { ok: true, bytes: random(lengthBytes) }
        : refuse('input', 'length'),
    loadClearKey: (key) => keys.add(key),
    ...keyOperations({ keys, random }),
    ...pinOperations({ keys, random, excludedPins: new Set(options.excludedPins) }),
    ...macOperations(keys),
    ...dataOperations(keys, random),
    ...cardCodeOperations(keys),
    ...emvOperations({ keys, random }),
  };
}
