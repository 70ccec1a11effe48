// Mastercard's product extension in Third Party Data (9F6E): fleet and transit cards (M/Chip
// Requirements for Contact and Contactless, chapter 5, Third Party Data).
import { toHex } from '@chipswitch/bytes';
import { fleetPrompts } from '../data/bits.ts';
import { concessions, fleetCardTypes, fleetRestrictions } from '../data/codes.ts';
import { readBits } from './bits.ts';
import { type DecodeResult, decoded, refused } from './result.ts';

/** What a product extension says. */
export type ProductExtension =
  | {
      readonly product: 'fleet-card';
      readonly restriction: string;
      /** What the terminal is to ask for. */
      readonly prompts: readonly string[];
      readonly cardType: string;
    }
  | {
      readonly product: 'transit';
      readonly deferredAuthorisation: boolean;
      readonly concession: string;
    }
  | {
      readonly product: 'unknown';
      /** Product identifier, hex. */
      readonly identifier: string;
    };

type Names = Readonly<Record<number, readonly [name: string, text: string]>>;

function nameOf(names: Names, code: number): readonly [name: string, text: string] {
  return Object.hasOwn(names, code) ? names[code] : [`rfu-${code}`, `Reserved ${code}`];
}

function fleetCard(value: Uint8Array): DecodeResult<ProductExtension> {
  if (value.length !== 8) return refused('length');
  const [restriction, restrictionText] = nameOf(fleetRestrictions, value[2]);
  const prompts = readBits(value, fleetPrompts);
  const [cardType, cardText] = nameOf(fleetCardTypes, value[4]);
  return decoded(
    { product: 'fleet-card', restriction, prompts: prompts.set, cardType },
    'Product: fleet card',
    `Restriction: ${restrictionText}`,
    ...prompts.text,
    `Card type: ${cardText}`,
  );
}

function transit(value: Uint8Array): DecodeResult<ProductExtension> {
  if (value.length !== 5) return refused('length');
  const deferredAuthorisation = (value[2] & 0x80) === 0;
  const [concession, text] = nameOf(concessions, value[3]);
  return decoded(
    { product: 'transit', deferredAuthorisation, concession },
    'Product: transit',
    `Deferred authorisation ${deferredAuthorisation ? '' : 'not '}supported`,
    `Concession: ${text}`,
  );
}

/**
 * Reads the proprietary part of Third Party Data whose unique identifier is 0003 or 8003.
 *
 * @example decodeProductExtension(fromHex('0002000200')).ok // true
 */
export function decodeProductExtension(value: Uint8Array): DecodeResult<ProductExtension> {
  if (value.length < 2) return refused('length');
  const identifier = toHex(value, 0, 2);
  if (identifier === '0001') return fleetCard(value);
  if (identifier === '0002') return transit(value);
  return decoded({ product: 'unknown', identifier }, `Product: unknown (${identifier})`);
}
