// `chipswitch kcv`: check values of a key (ANSI X9.24-1:2017 annex A; CMAC form for AES).
import { toHex, wipe, given } from '@chipswitch/bytes';
import { checkBlock, hasOddParity, makeCipher } from '@chipswitch/cryptography';
import { type Outcome, usage } from '../frame/outcome.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import { blockCipherKeys, readKey } from './read-key.ts';
import { algorithmOf } from './steps.ts';

/** Check values of one key. */
export async function kcvOf(value: string | undefined, context: Context): Promise<Outcome> {
  const { args, paint } = context;
  if (value === undefined)
    return usage('ONE_KEY', 'give one key', 'chipswitch kcv HEX|@FILE|env:NAME|-');
  const key = await readKey('key', value, blockCipherKeys, context);
  if (!(key instanceof Uint8Array)) return key;
  try {
    const wanted = args.value('algorithm');
    const cipherName = wanted ?? (key.length === 32 ? 'aes' : 'tdes');
    if (
      (cipherName === 'aes' && key.length === 8) ||
      (cipherName === 'tdes' && key.length === 32)
    ) {
      const message = `a key of ${key.length} bytes is no ${cipherName} key`;
      return usage('BAD_KEY_LENGTH', message, 'choose the other --algorithm');
    }
    const algorithm = algorithmOf(key, cipherName === 'aes' ? 'aes' : 'tdes');
    const cipher = makeCipher(algorithm, key);
    const legacy = toHex(checkBlock(cipher, 'legacy'), 0, 3);
    const cmac = toHex(checkBlock(cipher, 'cmac'), 0, cipherName === 'aes' ? 5 : 3);
    cipher.wipe();
    const odd = cipherName === 'tdes' ? hasOddParity(key) : undefined;
    const parity = odd === undefined ? '' : `, ${odd ? 'odd parity' : 'parity not odd'}`;
    return {
      ok: true,
      data: {
        algorithm,
        kcv: legacy,
        cmacKcv: cmac,
        ...given({ oddParity: odd }),
      },
      text: () => [
        `${paint('value', legacy)}  zero block under the key, ${algorithm}${parity}`,
        `${paint('value', cmac)}  CMAC of a zero block`,
      ],
    };
  } finally {
    wipe(key);
  }
}

/** `chipswitch kcv KEY`. */
export const run: RunVerb = (context) => {
  const [value, ...more] = context.args.positionals;
  return kcvOf(more.length > 0 ? undefined : value, context);
};
