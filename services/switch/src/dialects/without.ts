// A message without some of its elements.
import type { IsoMessage } from '@chipswitch/transaction';

/**
 * A copy of a message without these elements, and without its header.
 *
 * @example without({ mti: '0800', de11: '000001', de70: '301' }, [70]) // { mti: '0800', de11: '000001' }
 */
export function without(message: IsoMessage, numbers: readonly number[]): IsoMessage {
  const copy: IsoMessage = { ...message };
  delete copy.header;
  for (const number of numbers) delete copy[`de${number}`];
  return copy;
}
