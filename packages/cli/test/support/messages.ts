// Messages for the tests, made by the codec itself.
import { encodeFrame, encodeMessage, type FrameOptions, type Message, specs } from 'iso8583-js';

/** A purchase request. */
export function purchase(overrides: Partial<Message> = {}): Message {
  return {
    mti: '0200',
    de2: '4761739001010119',
    de3: '000000',
    de4: '000000001251',
    de7: '1122031500',
    de11: '000123',
    de22: '051',
    de25: '00',
    de41: 'TERM0001',
    de42: 'MERCHANT0000001',
    de49: '156',
    ...overrides,
  };
}

/** Its answer. */
export function answer(overrides: Partial<Message> = {}): Message {
  return {
    mti: '0210',
    de3: '000000',
    de4: '000000001251',
    de7: '1122031500',
    de11: '000123',
    de39: '51',
    de41: 'TERM0001',
    de42: 'MERCHANT0000001',
    de49: '156',
    ...overrides,
  };
}

/** Bytes of a message by a ready-made spec. */
export function encoded(spec: string, message: Message): Uint8Array {
  const result = encodeMessage(specs[spec], message);
  if (!result.ok) throw new Error(`${spec}: ${result.error.code} at ${result.error.path}`);
  return result.bytes;
}

/** The same in a frame. */
export function framed(spec: string, message: Message, options: FrameOptions): Uint8Array {
  const parts = options.tpdu === true ? { tpdu: Uint8Array.of(0x60, 0, 1, 0, 2) } : {};
  return encodeFrame(options, encoded(spec, message), parts);
}

/** Bytes as hex. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}
