// Application cryptograms on the token: card key, session key and MAC key are handles all the way.
import { concatBytes, equalConstantTime } from '@chipswitch/bytes';
import {
  cardKeyDiversifier,
  type CardKeyRule,
  padForMac,
  type TwoBlocksRule,
} from '@chipswitch/cryptography';
import {
  type Outcome,
  refuse,
  type ArpcRequest,
  arqcDataOf,
  checkArqcInput,
  type ArqcAnswer,
  type ArqcInput,
} from '@chipswitch/security-module';
import {
  CKA_DERIVE,
  CKA_ENCRYPT,
  CKK_DES2,
  CKK_DES3,
  CKM_DES3_ECB,
  CKM_DES3_ECB_ENCRYPT_DATA,
} from './constants.ts';
import { type TokenKeys, templateOf } from './token-keys.ts';
import { algorithm3 } from './token-mac.ts';
import type { Handle, Token } from './token.ts';

/** The two blocks whose encipherments are a key's halves. */
interface Halves {
  readonly left: Uint8Array;
  readonly right: Uint8Array;
}

/** A double-length key on the token, and its left half as single DES. */
interface MacKeys {
  readonly whole: Handle;
  readonly left: Handle;
}

function deriveDouble(token: Token, from: Handle, { left, right }: Halves): Handle {
  const template = templateOf(CKK_DES2, [CKA_DERIVE, CKA_ENCRYPT]);
  const data = concatBytes(left, right);
  return token.deriveFromMemory(CKM_DES3_ECB_ENCRYPT_DATA, from, data, template);
}

function deriveLeft(token: Token, from: Handle, { left }: Halves): Handle {
  const template = templateOf(CKK_DES3, [CKA_ENCRYPT]);
  const data = concatBytes(left, left, left);
  return token.deriveFromMemory(CKM_DES3_ECB_ENCRYPT_DATA, from, data, template);
}

/** Blocks of the session key, or undefined where the card key itself is used. */
function sessionHalves(rule: CardKeyRule | TwoBlocksRule, input: ArqcInput): Halves | undefined {
  if (rule.kind === 'card-key') return undefined;
  const words = new Int32Array(4);
  const { atc, unpredictableNumber } = input;
  rule.writeBlocks(words, { atc, unpredictableNumber });
  const view = new DataView(new ArrayBuffer(16));
  for (const [i, word] of words.entries()) view.setInt32(4 * i, word);
  const blocks = new Uint8Array(view.buffer);
  return { left: blocks.subarray(0, 8), right: blocks.subarray(8) };
}

function answer(token: Token, keys: MacKeys, arqc: Uint8Array, arpc: ArpcRequest): Uint8Array {
  if ('arc' in arpc) {
    const block = arqc.slice();
    block[0] ^= arpc.arc[0];
    block[1] ^= arpc.arc[1];
    return token.encrypt({ mechanism: CKM_DES3_ECB }, keys.whole, block);
  }
  const message = concatBytes(arqc, arpc.csu, arpc.proprietaryData ?? new Uint8Array(0));
  return algorithm3(token, keys, padForMac(message, 2, 8)).slice(0, 4);
}

/** Verifies a cryptogram, and answers it, with no key outside the token. */
export function verifyArqcOnToken(
  token: Token,
  keys: TokenKeys,
  input: ArqcInput,
): Outcome<ArqcAnswer> {
  const master = keys.find(input.key, ['E0']);
  if (!master.ok) return master;
  if (!token.derivesFromMemory) return refuse('unsupported', 'no addressOf');
  const checked = checkArqcInput(input);
  if (!checked.ok) return checked;
  const { row } = checked;
  const option = input.option ?? row.option;
  const { padding } = row;
  const rule = row.sessionKey;
  if (option === 'C' || padding === 'cmac' || rule.kind === 'derived') {
    return refuse('unsupported', row.id);
  }
  if (master.key.ref.algorithm !== '2TDEA') return refuse('key-usage', 'algorithm');
  const data = arqcDataOf(input, row);
  if (!(data instanceof Uint8Array)) return data;
  const padded = padForMac(data, padding, 8);
  const diversifier = cardKeyDiversifier(option, input.pan, input.panSequenceNumber);
  const cardHalves = { left: diversifier, right: diversifier.map((byte) => byte ^ 0xff) };
  return token.withKeys((keep) => {
    const { handle } = master.key;
    const card = keep(deriveDouble(token, handle, cardHalves));
    const session = sessionHalves(rule, input);
    const [from, halves] = session === undefined ? [handle, cardHalves] : [card, session];
    const whole = session === undefined ? card : keep(deriveDouble(token, card, session));
    const macKeys = { whole, left: keep(deriveLeft(token, from, halves)) };
    if (!equalConstantTime(algorithm3(token, macKeys, padded), input.arqc)) {
      return refuse('not-verified');
    }
    if (input.arpc === undefined) return { ok: true };
    const cardMacKeys = (): MacKeys => ({
      whole: card,
      left: keep(deriveLeft(token, handle, cardHalves)),
    });
    const answering = row.arpcKey === 'session' ? macKeys : cardMacKeys();
    return { ok: true, arpc: answer(token, answering, input.arqc, input.arpc) };
  });
}
