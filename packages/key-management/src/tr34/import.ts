// A received token's key straight into the soft module, so that no caller handles it.
import { wipe } from '@chipswitch/bytes';
import {
  SecurityFault,
  type Exportability,
  type KeyAlgorithm,
  type KeyUsage,
  type ModeOfUse,
  keyUsages,
} from '@chipswitch/security-module';
import type { KeyRef, SoftModule } from '@chipswitch/security-module';
import { type Tr34Refusal, refuseToken } from './errors.ts';
import { type KeyTokenCheck, receiveKeyToken } from './key-token.ts';

function algorithmOf(letter: string, length: number): KeyAlgorithm | undefined {
  if (letter === 'A') return { 16: 'AES128', 24: 'AES192', 32: 'AES256' }[length] as KeyAlgorithm;
  if (letter === 'T') return length === 16 ? '2TDEA' : '3TDEA';
  return letter === 'D' ? 'DEA' : undefined;
}

const isUsage = (text: string): text is KeyUsage => keyUsages.some((usage) => usage === text);

/**
 * Receives a token and loads its key under the attributes of its header.
 *
 * @returns the reference, or the first thing wrong with the token; `header` for a usage or algorithm
 *   that the module does not know
 * @throws SecurityFault `key-exists` for an id that is or was in use
 */
export function importKeyToken(
  module: Pick<SoftModule, 'loadClearKey'>,
  token: Uint8Array,
  options: KeyTokenCheck & { readonly id: string },
): { readonly ok: true; readonly key: KeyRef; readonly signedAt?: Date } | Tr34Refusal {
  const received = receiveKeyToken(token, options);
  if (!received.ok) return received;
  const { header, key: bytes, signedAt } = received;
  try {
    const algorithm = algorithmOf(header.algorithm, bytes.length);
    if (algorithm === undefined || !isUsage(header.usage)) return refuseToken('header');
    const key = module.loadClearKey({
      id: options.id,
      usage: header.usage,
      algorithm,
      bytes,
      modeOfUse: header.modeOfUse as ModeOfUse,
      exportability: header.exportability as Exportability,
      keyVersion: header.keyVersion,
    });
    return signedAt === undefined ? { ok: true, key } : { ok: true, key, signedAt };
  } catch (error) {
    if (error instanceof SecurityFault && error.code === 'key-length')
      return refuseToken('key-length');
    throw error;
  } finally {
    wipe(bytes);
  }
}
