// The MAC of a terminal's messages (ISO 9797-1 algorithm 3, X9.19), in DE 64 or behind a second bitmap in DE 128.
import { equalConstantTime, fromHex, wipe } from '@chipswitch/bytes';
import { TdesCipher, retailMac } from '@chipswitch/cryptography';
import type { IsoMessage } from '@chipswitch/transaction';

const macBytes = 8;

/** Network messages have none. */
const hasMac = ({ mti }: IsoMessage): boolean => mti[1] !== '8';

function placeOf(message: IsoMessage): 'de64' | 'de128' {
  const isLong = Object.keys(message).some((key) => Number(/^de(\d+)$/.exec(key)?.[1] ?? 0) > 64);
  return isLong ? 'de128' : 'de64';
}

/** MACs under one key. */
export class MessageMac {
  readonly #cipher: TdesCipher;
  readonly #encode: (message: IsoMessage) => Uint8Array;

  /** @param key sixteen bytes, hex. */
  constructor(key: string, encode: (message: IsoMessage) => Uint8Array) {
    const bytes = fromHex(key);
    this.#cipher = new TdesCipher(bytes);
    wipe(bytes);
    this.#encode = encode;
  }

  /** The bytes of a message with its MAC. */
  seal(message: IsoMessage): Uint8Array {
    if (!hasMac(message)) return this.#encode(message);
    const bytes = this.#encode({ ...message, [placeOf(message)]: new Uint8Array(macBytes) });
    const end = bytes.length - macBytes;
    bytes.set(retailMac(this.#cipher, bytes.subarray(0, end), 1), end);
    return bytes;
  }

  /** Whether the MAC of an answer holds. */
  holds(message: IsoMessage, body: Uint8Array): boolean {
    if (!hasMac(message)) return true;
    const mac = message[placeOf(message)];
    if (!(mac instanceof Uint8Array)) return false;
    const end = body.length - macBytes;
    return equalConstantTime(retailMac(this.#cipher, body.subarray(0, end), 1), mac);
  }
}
