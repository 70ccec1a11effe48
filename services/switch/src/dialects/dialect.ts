// Messages to bytes and back in the form the transaction package knows.
import type { IsoMessage } from '@chipswitch/transaction';
import { type DecodeError, type Spec, decodeMessage, encodeMessage } from 'iso8583-js';

/** A dialect: encode and decode. */
export interface Dialect {
  readonly name: string;
  /** The message, or where it is wrong and what was read before. */
  readonly decode: (bytes: Uint8Array) =>
    | { readonly ok: true; readonly message: IsoMessage }
    | {
        readonly ok: false;
        readonly error: DecodeError;
        readonly partial: IsoMessage | undefined;
      };
  /** @throws Error when our own message does not fit the spec: a fault of ours. */
  readonly encode: (message: IsoMessage) => Uint8Array;
}

/** Why bytes are no message, in words. */
export function problemOf({ code, path, offset }: DecodeError): string {
  return `${code} at ${path}, byte ${offset}`;
}

/** The dialect of a spec. */
export function dialectFor(spec: Spec): Dialect {
  const { name } = spec;
  return {
    name,
    decode: (bytes) => {
      const result = decodeMessage(spec, bytes);
      if (result.ok) return { ok: true, message: result.message };
      const { mti, ...partial } = result.partial;
      return {
        ok: false,
        error: result.error,
        partial: mti === undefined ? undefined : { ...partial, mti },
      };
    },
    encode: (message) => {
      const result = encodeMessage(spec, message);
      if (result.ok) return result.bytes;
      const { code, path } = result.error;
      throw new Error(`a message of ours does not fit ${name}: ${code} at ${path}`);
    },
  };
}
