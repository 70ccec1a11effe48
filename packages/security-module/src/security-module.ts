// The interface that every backend stands behind: keys by reference, operations by purpose.
//
// No clear key and no PIN is an argument or a result of any operation here. What a caller, card
// or host can cause comes back as `{ ok: false, error: { code } }`; a verify operation answers
// only yes (`ok: true`) or why not, never the value that would have been right.
import type { Outcome } from '@chipswitch/cryptography';
import type { KeyRef } from './key-ref.ts';
import type { CardCodeCheck, CardCodeInput } from './operations/card-code.ts';
import type {
  CardDataAnswer,
  CardDataInput,
  CipherInput,
  HmacInput,
  MacCheck,
  MacInput,
  MacPartInput,
  ReencryptInput,
} from './operations/data.ts';
import type {
  ArqcAnswer,
  ArqcInput,
  PinChangeInput,
  ScriptEncryptInput,
  ScriptMacInput,
} from './operations/emv.ts';
import type {
  DeriveInitialKeyInput,
  ExportKeyInput,
  FormKeyInput,
  GenerateKeyAnswer,
  GenerateKeyInput,
  ImportKeyAnswer,
  ImportKeyInput,
  KcvInput,
} from './operations/keys.ts';
import type { PinCheck, PinDataAnswer, PinDataInput, PinTranslation } from './operations/pin.ts';

/** A value, or a promise of it: the soft module answers at once, an HSM later. */
export type Awaitable<T> = T | Promise<T>;

/** What a module says of itself. */
export interface ModuleHealth {
  readonly backend: 'soft' | 'payshield' | 'pkcs11';
  /** True where keys stand clear in this process: test and development only. */
  readonly clearKeysInProcess: boolean;
  readonly firmware: string;
  /** Check value of the local master key, or the token's label. */
  readonly masterKey?: string;
  readonly latencyMs?: number;
}

/**
 * Every operation, as a backend that answers at once has it. `SecurityModule` is the same,
 * awaitable.
 */
export interface SecurityOperations {
  /** Whether the module answers, and what it is. */
  health(): Outcome<{ health: ModuleHealth }>;

  /** Makes a key inside the module. */
  generateKey(input: GenerateKeyInput): Outcome<GenerateKeyAnswer>;
  /** Takes in a wrapped key. */
  importKey(input: ImportKeyInput): Outcome<ImportKeyAnswer>;
  /** Gives out a key, wrapped. */
  exportKey(input: ExportKeyInput): Outcome<{ block: string }>;
  /** Joins components of custodians by exclusive or. */
  formKey(input: FormKeyInput): Outcome<{ key: KeyRef }>;
  /** Check value of a key. */
  kcv(input: KcvInput): Outcome<{ kcv: Uint8Array }>;
  /** Derives the initial key (usage B1) of a device. */
  deriveInitialKey(input: DeriveInitialKeyInput): Outcome<{ key: KeyRef }>;
  /** Destroys a key; its id cannot be used again. */
  destroyKey(input: { readonly key: KeyRef }): Outcome;
  /** References of all keys. */
  listKeys(): Outcome<{ keys: readonly KeyRef[] }>;

  /** A PIN block from one key and format to another (ISO 9564-1 9.3 and the format policy). */
  translatePin(input: PinTranslation): Outcome<{ block: Uint8Array; pinLength: number }>;
  /** Whether a PIN is the one that the issuer's reference says. */
  verifyPin(input: PinCheck): Outcome;
  /** A PVV, an offset, or a block of a natural or random PIN. */
  generatePinData(input: PinDataInput): Outcome<PinDataAnswer>;

  /** A card verification code; codes are printed or recorded, so the value leaves. */
  generateCardCode(input: CardCodeInput): Outcome<{ code: string }>;
  /** Whether a card verification code is right. */
  verifyCardCode(input: CardCodeCheck): Outcome;

  /** The chaining value behind the first or a middle part of a message. */
  chainMac(input: MacPartInput): Outcome<{ state: Uint8Array }>;
  /** A MAC over data. */
  generateMac(input: MacInput): Outcome<{ mac: Uint8Array }>;
  /** Whether a MAC holds. */
  verifyMac(input: MacCheck): Outcome;

  /** Whether an application cryptogram holds; and the answer to the card. */
  verifyArqc(input: ArqcInput): Outcome<ArqcAnswer>;
  /** A MAC over an issuer script command. */
  scriptMac(input: ScriptMacInput): Outcome<{ mac: Uint8Array }>;
  /** Data of an issuer script command, enciphered. */
  scriptEncrypt(input: ScriptEncryptInput): Outcome<{ data: Uint8Array }>;
  /** A whole PIN CHANGE command: header, enciphered block, MAC. */
  pinChange(input: PinChangeInput): Outcome<{ command: Uint8Array }>;

  /** Enciphers data. */
  encrypt(input: CipherInput): Outcome<{ data: Uint8Array }>;
  /** Deciphers data that is no key, PIN or track. */
  decrypt(input: CipherInput): Outcome<{ data: Uint8Array }>;
  /** From one key to another. */
  reencrypt(input: ReencryptInput): Outcome<{ data: Uint8Array }>;
  /** Deciphers card data of a reader and gives it back redacted. */
  decryptCardData(input: CardDataInput): Outcome<{ card: CardDataAnswer }>;
  /** A keyed hash (usage M7). */
  hmac(input: HmacInput): Outcome<{ mac: Uint8Array }>;
  /** Random bytes, 1 to 65,536. */
  random(input: { readonly lengthBytes: number }): Outcome<{ bytes: Uint8Array }>;
}

/** A backend: soft, payShield or PKCS#11. Operations it cannot do answer `unsupported`. */
export type SecurityModule = {
  readonly [Name in keyof SecurityOperations]: (
    ...input: Parameters<SecurityOperations[Name]>
  ) => Awaitable<ReturnType<SecurityOperations[Name]>>;
};
