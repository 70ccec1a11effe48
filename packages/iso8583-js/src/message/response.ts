// A response made from its request: the elements that ISO 8583:1987 table 5 has echoed, then what is given.
import type { FieldValue, Message } from '../spec/spec-types.ts';
import type { Spec } from '../specs/define-spec.ts';
import { swapTpdu } from './frame.ts';
import { responseMti } from './mti.ts';

/**
 * Elements a response carries back from its request when it has them. Never 14, 35, 36, 45, 52, 53
 * and 55: cardholder secrets are not echoed, and the issuer writes its own 55.
 */
export const echoedElements: readonly number[] = [
  2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 15, 16, 17, 19, 22, 23, 24, 25, 26, 28, 30, 32, 33, 37, 41,
  42, 49, 50, 51, 60, 61, 66, 67, 70, 90,
];

/**
 * A response to a request: message type plus ten, echoed elements, then `values` over them
 * (undefined takes an element out). A header that is a TPDU is swapped.
 *
 * @returns undefined when the request's message type has no response.
 * @example
 * const response = createResponse(iso1987Ascii, { mti: '0200', de11: '000001' }, { de39: '00' });
 * response?.mti // '0210'
 */
export function createResponse<M>(
  spec: Spec<M>,
  request: M,
  values: Partial<M> = {},
  options: { readonly echo?: readonly number[] } = {},
): M | undefined {
  const from = request as unknown as Message;
  const mti = responseMti(from.mti);
  if (mti === undefined) return undefined;
  const response = new Map<string, FieldValue>([['mti', mti]]);
  const { header } = from;
  if (header !== undefined) {
    const isTpdu = header instanceof Uint8Array && header.length === 5;
    response.set('header', isTpdu ? swapTpdu(header) : header);
  }
  const echoed = (options.echo ?? echoedElements).map((number) => `de${number}` as const);
  for (const key of echoed) {
    const value = spec.compiled.numbers.has(key) ? from[key] : undefined;
    if (value !== undefined) response.set(key, value);
  }
  for (const [key, value] of Object.entries(values as { [key: string]: FieldValue | undefined })) {
    if (value === undefined) response.delete(key);
    else response.set(key, value);
  }
  return Object.fromEntries(response) as M;
}
