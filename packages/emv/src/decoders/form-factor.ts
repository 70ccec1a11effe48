// Tag 9F6E, which means three things: Visa's form factor, Mastercard's third party data, American
// Express' reader capabilities (Books C-3, C-2, C-4).
import { toHex, toLatin1 } from '@chipswitch/bytes';
import { amexReaderBits, formFactorFeatures } from '../data/bits.ts';
import { deviceTypes, formFactors } from '../data/codes.ts';
import { schemeOfAid } from '../dictionary/application.ts';
import { countryName, findCountry } from '../dictionary/names.ts';
import { readBits } from './bits.ts';
import { type ProductExtension, decodeProductExtension } from './product-extension.ts';
import { type DecodeResult, decoded, refused } from './result.ts';

/** What 9F6E says. */
export type FormFactorValue =
  | {
      readonly type: 'form-factor';
      readonly meaning: 'form-factor-indicator';
      readonly version: number;
      readonly formFactor: string;
      readonly features: readonly string[];
      readonly technology: string;
    }
  | {
      readonly type: 'form-factor';
      readonly meaning: 'third-party-data';
      /** ISO 3166-1 numeric, and two letters (null where it lists no such code). */
      readonly country: string;
      readonly countryAlpha2: string | null;
      readonly uniqueIdentifier: string;
      /** Two characters; absent when the identifier says so (bit 8 of its first byte). */
      readonly deviceType?: string;
      /** What that type is called; absent when it is not known. */
      readonly device?: string;
      /** What follows, hex. */
      readonly proprietary: string;
      /** What that says where the identifier is 0003 or 8003 and it can be read. */
      readonly productExtension?: ProductExtension;
    }
  | {
      readonly type: 'form-factor';
      readonly meaning: 'enhanced-contactless-reader-capabilities';
      readonly set: readonly string[];
      /** Book C-4 version range by the low three bits. */
      readonly kernelVersion: string;
    }
  | {
      readonly type: 'form-factor';
      readonly meaning: 'unknown';
      readonly value: string;
    };

/** Form Factor Indicator: Book C-3 annex A.2. */
function formFactorIndicator(value: Uint8Array): DecodeResult<FormFactorValue> {
  if (value.length !== 4) return refused('length');
  const version = value[0] >> 5;
  const form = value[0] & 0x1f;
  const [formFactor, formText] = formFactors[form] ?? [
    `rfu-${form}`,
    `Reserved form factor ${form}`,
  ];
  const features = readBits(value, formFactorFeatures);
  const low = value[3] & 0x0f;
  const technology = low === 0 ? 'contactless' : `rfu-${low}`;
  return decoded(
    {
      type: 'form-factor',
      meaning: 'form-factor-indicator',
      version,
      formFactor,
      features: features.set,
      technology,
    },
    `Form factor: ${formText}`,
    ...features.text,
    `Technology: ${technology}`,
  );
}

/**
 * Third Party Data: Book C-2 annex A (country, identifier, device type unless bit 8 is on, the
 * rest).
 */
function thirdPartyData(value: Uint8Array): DecodeResult<FormFactorValue> {
  if (value.length < 5 || value.length > 32) return refused('length');
  const digits = toHex(value, 0, 2);
  if (!/^0\d{3}$/.test(digits)) return refused('format', 0);
  const hasDevice = (value[2] & 0x80) === 0;
  // At least one byte follows: 00 where there is nothing to say.
  if (hasDevice && value.length < 7) return refused('length');
  const country = digits.slice(1);
  const deviceType = hasDevice ? toLatin1(value, 4, 6) : undefined;
  const found = findCountry(country);
  const device =
    deviceType !== undefined && Object.hasOwn(deviceTypes, deviceType)
      ? deviceTypes[deviceType]
      : undefined;
  const text = [`Country: ${found === undefined ? country : countryName(found)}`];
  text.push(`Unique identifier: ${toHex(value, 2, 4)}`);
  if (deviceType !== undefined) text.push(`Device type: ${device ?? 'unknown'}`);
  const proprietary = value.subarray(hasDevice ? 6 : 4);
  const isExtension = (value[2] & 0x7f) === 0 && value[3] === 3;
  const extension = isExtension ? decodeProductExtension(proprietary) : undefined;
  if (extension?.ok === true) text.push(...extension.text);
  return decoded(
    {
      type: 'form-factor',
      meaning: 'third-party-data',
      country,
      countryAlpha2: found?.alpha2 ?? null,
      uniqueIdentifier: toHex(value, 2, 4),
      ...(deviceType === undefined ? {} : { deviceType }),
      ...(device === undefined ? {} : { device }),
      proprietary: toHex(proprietary),
      ...(extension?.ok === true ? { productExtension: extension.data } : {}),
    },
    ...text,
  );
}

const amexKernels: Readonly<Record<number, string>> = { 1: '2.2-2.3', 2: '2.4-2.6', 3: '2.7' };

/** Enhanced Contactless Reader Capabilities: Book C-4 table 4-4. */
function readerCapabilities(value: Uint8Array): DecodeResult<FormFactorValue> {
  if (value.length !== 4) return refused('length');
  const { set, text } = readBits(value, amexReaderBits);
  const low = value[3] & 7;
  const kernelVersion = amexKernels[low] ?? `rfu-${low}`;
  return decoded(
    {
      type: 'form-factor',
      meaning: 'enhanced-contactless-reader-capabilities',
      set,
      kernelVersion,
    },
    ...text,
    `Kernel version: ${kernelVersion}`,
  );
}

/**
 * Reads 9F6E. The AID decides what it means; without one only a length above four is telling.
 *
 * @param aid hex, when known
 * @example decodeFormFactor(fromHex('238C0000'), 'A0000000031010').ok // true
 */
export function decodeFormFactor(
  value: Uint8Array,
  aid?: string | null,
): DecodeResult<FormFactorValue> {
  if (value.length === 0 || value.length > 32) return refused('length');
  const scheme = schemeOfAid(aid);
  if (scheme === 'visa' || scheme === 'unionpay') return formFactorIndicator(value);
  if (scheme === 'amex') return readerCapabilities(value);
  if (scheme === 'mastercard' || (scheme === undefined && value.length > 4)) {
    return thirdPartyData(value);
  }
  return decoded(
    { type: 'form-factor', meaning: 'unknown', value: toHex(value) },
    'Depends on the application',
  );
}
