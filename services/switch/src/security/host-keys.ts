// A zone key that a host sends (0800, DE 70): taken in under the zone master key, held against its check value, kept
// beside the one before. What does not hold changes nothing.
import { given, toHex } from '@chipswitch/bytes';
import type { ImportKeyInput, KeyRef, SecurityModule } from '@chipswitch/security-module';
import { type IsoMessage, bytesOf, textOf } from '@chipswitch/transaction';
import type { HostKeysConfig } from './key-exchange-settings.ts';
import { isZeroKey } from './key-references.ts';
import type { ExchangedKey, KeyPurpose, WorkingKeys } from './working-keys.ts';

/** What a key is taken in with. */
export interface HostKeyParts {
  readonly security: Pick<SecurityModule, 'importKey' | 'destroyKey'>;
  readonly keys: ReadonlyMap<string, KeyRef>;
  readonly workingKeys: WorkingKeys;
}

/** The check value of the key that was taken, or a word for why it was not. */
export type KeyTaken =
  | { readonly ok: true; readonly purpose: KeyPurpose; readonly kcv: string }
  | { readonly ok: false; readonly why: string };

const no = (why: string): KeyTaken => ({ ok: false, why });

/** Whether a message brings a key: a code of DE 70 that is one of the host's. */
export function bringsKey(message: IsoMessage, { pinCodes, macCodes }: HostKeysConfig): boolean {
  const code = textOf(message, 70) ?? '';
  return pinCodes.includes(code) || macCodes.includes(code);
}

function textIn(message: IsoMessage, element: number, form: HostKeysConfig['form']): string {
  const bytes = bytesOf(message, element);
  if (bytes === undefined) return (textOf(message, element) ?? '').trim().toUpperCase();
  return form === 'tr31' ? new TextDecoder('latin1').decode(bytes).trim() : toHex(bytes);
}

type Arrived = Pick<ImportKeyInput, 'block' | 'format' | 'usage' | 'algorithm' | 'kcv'>;

// X9.17: the key in sixteen bytes, then three of its check value.
function fromX917(text: string, purpose: KeyPurpose): Arrived | undefined {
  const parts = /^([0-9A-F]{32})([0-9A-F]{6})$/.exec(text);
  if (parts === null) return undefined;
  const [, block, kcv] = parts;
  return {
    block,
    kcv,
    format: 'ansi-ecb',
    usage: purpose === 'pin' ? 'P0' : 'M3',
    algorithm: '2TDEA',
  };
}

// A key block states its length; six hex digits behind it are its check value.
function fromBlock(text: string): Arrived | undefined {
  const length = Number(/^[A-E](\d{4})/.exec(text)?.[1] ?? Number.NaN);
  const kcv = text.slice(length);
  if (!(length <= text.length) || !/^(?:[0-9A-F]{6})?$/.test(kcv)) return undefined;
  return { block: text.slice(0, length), ...given({ kcv: kcv === '' ? undefined : kcv }) };
}

/** Takes in the key that a host's message brings. */
export async function takeHostKey(
  { security, keys, workingKeys }: HostKeyParts,
  host: string,
  config: HostKeysConfig,
  message: IsoMessage,
): Promise<KeyTaken> {
  const master = keys.get(config.masterKey);
  if (master === undefined) return no('no master key');
  const asked: KeyPurpose = config.pinCodes.includes(textOf(message, 70) ?? '') ? 'pin' : 'mac';
  const text = textIn(message, config.element, config.form);
  const arrived = config.form === 'tr31' ? fromBlock(text) : fromX917(text, asked);
  if (arrived === undefined) return no('no key that can be read');
  const id = `arriving/${host}/${crypto.randomUUID()}`;
  const taken = await security.importKey({ id, under: master, ...arrived });
  if (!taken.ok) return no(taken.error.code);
  const { key } = taken;
  await security.destroyKey({ key });
  const isMac = key.usage.startsWith('M');
  if (key.usage !== 'P0' && !isMac) return no('a key of another usage');
  if (isZeroKey(key)) return no('a key of zeros');
  const purpose: KeyPurpose = isMac ? 'mac' : 'pin';
  const exchanged: ExchangedKey = {
    usage: key.usage,
    algorithm: key.algorithm,
    kcv: key.kcv,
    under: master.id,
    block: arrived.block,
    format: arrived.format ?? (`tr31-${arrived.block[0]}` as 'tr31-B'),
  };
  await workingKeys.keep(`host/${host}`, [{ ...exchanged, purpose }]);
  return { ok: true, purpose, kcv: key.kcv };
}
