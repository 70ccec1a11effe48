// Public keys of EMV certification authorities for tests, with the checksum that EMV Book 2 defines for them.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A certification authority's public key; `checksum` is SHA-1 over RID, index, modulus, exponent. */
export interface EmvCaPublicKey {
  readonly scheme: string;
  /** Ten hex digits. */
  readonly rid: string;
  /** Two hex digits. */
  readonly index: string;
  /** `test` for keys of the schemes' test cards, `published` for others that are public. */
  readonly use: 'test' | 'published';
  readonly bits: number;
  readonly modulus: string;
  readonly exponent: string;
  readonly checksum: string;
  readonly source: string;
}

/** Checksum of a key (EMV Book 2, CA public key check sum): 40 hex digits. */
export function emvCaKeyChecksum(
  key: Pick<EmvCaPublicKey, 'rid' | 'index' | 'modulus' | 'exponent'>,
): string {
  const covered = Buffer.from(key.rid + key.index + key.modulus + key.exponent, 'hex');
  return createHash('sha1').update(covered).digest('hex').toUpperCase();
}

/**
 * Keys of a file of `data/`; the project's own when left out.
 *
 * @throws Error naming RID and index of a key whose checksum does not hold.
 */
export function readEmvCaKeys(
  file: string | URL = new URL('../data/emv-ca-public-keys.json', import.meta.url),
): readonly EmvCaPublicKey[] {
  const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys: EmvCaPublicKey[] };
  for (const key of keys) {
    if (emvCaKeyChecksum(key) !== key.checksum) {
      throw new Error(`CA public key ${key.rid} ${key.index}: checksum does not hold`);
    }
  }
  return keys;
}
