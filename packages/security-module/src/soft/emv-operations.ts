// EMV issuer operations of the soft module.
import { wipe } from '@chipswitch/bytes';
import {
  AesCipher,
  TdesCipher,
  deriveCardKey,
  isCardNumber,
  verifyAesCryptogram,
  verifyTdesCryptogram,
  cryptogramVersion,
  type ScriptRecipe,
  pinChangeCommand,
  scriptEncrypt,
  scriptMac,
  scriptSessionKey,
  refuse,
  type Outcome,
  type Refusal,
  newClearPin,
  wipePin,
  type KeyUsage,
  type CardKeyOption,
} from '@chipswitch/cryptography';
import { arqcDataOf, checkArqcInput } from '../arqc-input.ts';
import type { KeyRef } from '../key-ref.ts';
import type {
  ArqcInput,
  PinChangeInput,
  ScriptEncryptInput,
  ScriptMacInput,
} from '../operations/emv.ts';
import type { SecurityOperations } from '../security-module.ts';
import type { KeyTable } from './key-table.ts';
import { openPin, type PinContext } from './pin-box.ts';

/** EMV operations. */
export type EmvOperations = Pick<
  SecurityOperations,
  'verifyArqc' | 'scriptMac' | 'scriptEncrypt' | 'pinChange'
>;

function verifyArqc(keys: KeyTable, input: ArqcInput): ReturnType<EmvOperations['verifyArqc']> {
  const key = keys.find(input.key, ['E0'], 'derive');
  if (key === undefined) return keys.refusal(input.key);
  const checked = checkArqcInput(input);
  if (!checked.ok) return checked;
  const { row } = checked;
  const data = arqcDataOf(input, row);
  if (!(data instanceof Uint8Array)) return data;
  const { pan, panSequenceNumber, atc, unpredictableNumber, arqc } = input;
  const context = { pan, panSequenceNumber, atc, unpredictableNumber, data };
  const option = input.option ?? row.option;
  const { cipher } = key;
  const aes = row.padding === 'cmac';
  if (aes !== (option === 'C')) return refuse('input', 'option');
  if (!aes && key.ref.algorithm !== '2TDEA') return refuse('key-usage', 'algorithm');
  if (aes !== cipher instanceof AesCipher) return refuse('key-usage', 'algorithm');
  const verdict =
    cipher instanceof AesCipher
      ? verifyAesCryptogram(cipher, row, context, key.bytes.length, arqc, input.arpc)
      : verifyTdesCryptogram(cipher as TdesCipher, row, option, context, arqc, input.arpc);
  if (!verdict.verified) return refuse('not-verified');
  return verdict.arpc === undefined ? { ok: true } : { ok: true, arpc: verdict.arpc };
}

interface CardKeyRequest {
  readonly key: KeyRef;
  readonly usage: KeyUsage;
  readonly pan: string;
  readonly panSequenceNumber: string;
  readonly option: CardKeyOption;
}

function cardKeyOf(keys: KeyTable, request: CardKeyRequest): Uint8Array | Refusal {
  const { key, usage, pan, panSequenceNumber, option } = request;
  const held = keys.find(key, [usage], 'derive');
  if (held === undefined) return keys.refusal(key);
  if (!isCardNumber(pan, panSequenceNumber)) return refuse('input', 'pan');
  if (option === 'C') return refuse('input', 'option');
  if (!(held.cipher instanceof TdesCipher) || held.ref.algorithm !== '2TDEA') {
    return refuse('key-usage', 'algorithm');
  }
  return deriveCardKey(held.cipher, option, pan, panSequenceNumber);
}

// Runs `work` with a session key for secure messaging, which is wiped afterwards.
function withScriptKey<T extends object>(
  keys: KeyTable,
  input: ScriptMacInput | ScriptEncryptInput,
  usage: KeyUsage,
  work: (sessionKey: Uint8Array) => T,
): Outcome<T> {
  const wanted = input.sessionKey === 'csk' ? 8 : 2;
  if (input.diversifier.length !== wanted) return refuse('input', 'diversifier');
  const cardKey = cardKeyOf(keys, { ...input, usage, option: input.option ?? 'A' });
  if (!(cardKey instanceof Uint8Array)) return cardKey;
  const sessionKey = scriptSessionKey(cardKey, input.sessionKey, input.diversifier);
  try {
    return { ok: true, ...work(sessionKey) };
  } finally {
    wipe(cardKey, sessionKey);
  }
}

interface ScriptCardKeys {
  readonly script: ScriptRecipe;
  readonly cardKeyAc: Uint8Array;
  readonly cardKeyMac: Uint8Array;
  readonly cardKeyEncryption: Uint8Array;
}

function scriptCardKeys(keys: KeyTable, input: PinChangeInput): ScriptCardKeys | Refusal {
  const row = cryptogramVersion(input.cvn);
  if (row?.script === undefined) return refuse('input', 'cryptogram version');
  const { pan, panSequenceNumber } = input;
  const shared = { pan, panSequenceNumber, option: input.option ?? row.option };
  const made: Uint8Array[] = [];
  for (const [key, usage] of [
    [input.keyAc, 'E0'],
    [input.keyMac, 'E2'],
    [input.keyEncryption, 'E1'],
  ] as const) {
    const cardKey = cardKeyOf(keys, { ...shared, key, usage });
    if (!(cardKey instanceof Uint8Array)) {
      wipe(...made);
      return cardKey;
    }
    made.push(cardKey);
  }
  const [cardKeyAc, cardKeyMac, cardKeyEncryption] = made;
  return { script: row.script, cardKeyAc, cardKeyMac, cardKeyEncryption };
}

function pinChange(context: PinContext, input: PinChangeInput): Outcome<{ command: Uint8Array }> {
  if (input.atc.length !== 2) return refuse('input', 'atc');
  if (input.arqc.length !== 8) return refuse('input', 'arqc');
  const cardKeys = scriptCardKeys(context.keys, input);
  if (!('script' in cardKeys)) return cardKeys;
  const newPin = newClearPin();
  const currentPin = newClearPin();
  try {
    const refusal =
      openPin(context, input.newPin, newPin) ??
      (input.currentPin === undefined ? undefined : openPin(context, input.currentPin, currentPin));
    if (refusal !== undefined) return refusal;
    const { atc, arqc: cryptogram } = input;
    const present = input.currentPin === undefined ? {} : { currentPin };
    const command = pinChangeCommand({ ...cardKeys, atc, cryptogram, newPin, ...present });
    return { ok: true, command };
  } finally {
    wipePin(newPin);
    wipePin(currentPin);
    wipe(cardKeys.cardKeyAc, cardKeys.cardKeyMac, cardKeys.cardKeyEncryption);
  }
}

/** EMV operations over a table of keys. */
export function emvOperations(context: PinContext): EmvOperations {
  const { keys } = context;
  return {
    verifyArqc: (input) => verifyArqc(keys, input),
    scriptMac: (input) => {
      const { lengthBytes = 8 } = input;
      if (!Number.isInteger(lengthBytes) || lengthBytes < 4 || lengthBytes > 8) {
        return refuse('input', 'length');
      }
      return withScriptKey(keys, input, 'E2', (sessionKey) => ({
        mac: scriptMac(sessionKey, input.message).slice(0, lengthBytes),
      }));
    },
    scriptEncrypt: (input) => {
      if (input.data.length === 0 || input.data.length > 255) return refuse('input', 'length');
      return withScriptKey(keys, input, 'E1', (sessionKey) => ({
        data: scriptEncrypt(sessionKey, input.method, input.data),
      }));
    },
    pinChange: (input) => pinChange(context, input),
  };
}
