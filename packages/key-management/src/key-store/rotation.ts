// Rotation of a working key by a key exchange (0800 and 0810): the store's side, whatever the messages look like.
import type { KeyRef, ImportKeyInput, SecurityModule } from '@chipswitch/security-module';
import type { KeySlot } from '../key-life.ts';
import type { KeyStore, KeyStoreErrorCode, KeyStoreRefusal } from './key-store.ts';

/** What the peer answered: a wrapped key and its check value, or why it gave none. */
export type ExchangeAnswer =
  | { readonly ok: true; readonly block: string; readonly kcv: string }
  /** A fixed word or a response code, never content of the message. */
  | { readonly ok: false; readonly error: { readonly code: string } };

/** A rotation to be done. */
export interface Rotation {
  readonly store: KeyStore;
  readonly module: Pick<SecurityModule, 'importKey' | 'destroyKey'>;
  readonly slotId: string;
  /** How the key comes: under which key, in which format, and what it must be. */
  readonly arriving: Omit<ImportKeyInput, 'block' | 'kcv'>;
  /** Sends the request and awaits the answer; it must end by itself, within its own timer. */
  readonly exchange: () => Promise<ExchangeAnswer>;
}

/** The slot with its new key pending, or why the exchange failed. */
export type RotationResult =
  | { readonly ok: true; readonly slot: KeySlot; readonly key: KeyRef }
  | KeyStoreRefusal;

const failed = (code: KeyStoreErrorCode, detail?: string): KeyStoreRefusal => ({
  ok: false,
  error: detail === undefined ? { code } : { code, detail },
});

/**
 * Fetches a new key and leaves it PENDING. It becomes ACTIVE with the first message that verifies
 * under it (`store.step(slotId, { type: 'verified', keyId })`); until then, and for the slot's grace
 * after that, what comes in may verify under the old key (`processingKeys`).
 *
 * Every failure closes the exchange, so that the next one can start, and destroys what came.
 */
export async function rotateKey(rotation: Rotation): Promise<RotationResult> {
  const { store, module, slotId, arriving } = rotation;
  const started = await store.step(slotId, { type: 'start' });
  if (!started.ok) return started;
  const fail = async (code: KeyStoreErrorCode, reason: string): Promise<RotationResult> => {
    const closed = await store.step(slotId, { type: 'fail', reason });
    return closed.ok ? failed(code, reason) : closed;
  };
  const answer = await rotation.exchange();
  if (!answer.ok) return fail('unavailable', answer.error.code);
  const imported = await module.importKey({ ...arriving, block: answer.block, kcv: answer.kcv });
  if (!imported.ok) return fail(imported.error.code, `import: ${imported.error.code}`);
  const { key } = imported;
  const received = await store.step(slotId, { type: 'receive', key, kcv: answer.kcv });
  if (received.ok) return { ok: true, slot: received.slot, key };
  await module.destroyKey({ key });
  return fail(received.error.code, `store: ${received.error.code}`);
}
