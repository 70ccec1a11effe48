// EMVCo QR codes, merchant- and consumer-presented: what they say and which rules they break.
import { maskLoneCardNumbers } from '@chipswitch/cardholder-data';
import {
  checkMerchantQr,
  countryName,
  findCountry,
  findCurrency,
  findMerchantCategory,
  interpretMerchantQr,
  parseConsumerQr,
  parseMerchantQr,
  type QrObject,
} from '@chipswitch/emv';
import { describeTlv, describeTlvUnmasked } from '@chipswitch/emv';
import { tlvData, tlvNodes } from '../emv/tlv-tree.ts';
import type { Input } from '../frame/input.ts';
import { type Refusal, type Report, undecodable } from '../frame/outcome.ts';
import { drawTree, type TreeNode } from '../frame/tree.ts';
import type { Context } from '../frame/verb.ts';
import { type Guess, report } from './guess.ts';

const names: Readonly<Record<string, string>> = {
  '00': 'Payload Format Indicator',
  '01': 'Point of Initiation Method',
  '52': 'Merchant Category Code',
  '53': 'Transaction Currency',
  '54': 'Transaction Amount',
  '55': 'Tip or Convenience Indicator',
  '56': 'Convenience Fee (fixed)',
  '57': 'Convenience Fee (percentage)',
  '58': 'Country Code',
  '59': 'Merchant Name',
  '60': 'Merchant City',
  '61': 'Postal Code',
  '62': 'Additional Data',
  '63': 'CRC',
  '64': 'Merchant Information, Language',
};

function objectName(id: string): string {
  const number = Number(id);
  if (number >= 2 && number <= 51) return 'Merchant Account Information';
  if (number >= 80) return 'Unreserved';
  return names[id] ?? 'Reserved';
}

function meaning(id: string, value: string, crcRight: boolean): string {
  if (id === '01')
    return value === '11' ? 'static: many payments' : value === '12' ? 'dynamic: one payment' : '';
  if (id === '52') return findMerchantCategory(value)?.name ?? '';
  if (id === '53') return findCurrency(value)?.alpha ?? '';
  if (id === '58') {
    const country = findCountry(value);
    return country === undefined ? '' : countryName(country);
  }
  if (id !== '63') return '';
  return crcRight ? 'right' : '! wrong';
}

function qrNode(
  [id, value]: QrObject,
  context: Context,
  { inside, crcRight }: { inside: boolean; crcRight: boolean },
): TreeNode {
  const { paint } = context;
  const name = inside ? '' : objectName(id);
  if (typeof value !== 'string')
    return {
      label: paint('name', id),
      cells: [name],
      children: value.map((child) => qrNode(child, context, { inside: true, crcRight })),
    };
  const shown = context.unsafe ? value : maskLoneCardNumbers(value);
  return {
    label: paint('name', id),
    cells: [name, paint('value', shown), inside ? '' : meaning(id, value, crcRight)],
  };
}

function readMerchantQr(text: string, context: Context): Report | Refusal {
  const parsed = parseMerchantQr(text);
  const crcRight = parsed.ok || parsed.error.code !== 'crc';
  const nodes = (): string[] =>
    drawTree(parsed.objects.map((object) => qrNode(object, context, { inside: false, crcRight })));
  if (!parsed.ok) {
    const { code, offset, path } = parsed.error;
    const partial = report({ objects: parsed.objects }, nodes);
    const place = { offset, partial, ...(path.length === 0 ? {} : { path: path.join(' > ') }) };
    const messages: Readonly<Record<string, string>> = {
      crc: 'the CRC is wrong: the text was changed or cut',
      'crc-missing': 'there is no CRC (63) at the end',
      length: 'a length reaches past the end',
      id: 'an identifier is not two digits',
      order: 'the payload format indicator (00) is not first, or the CRC not last',
      'too-long': 'the text is longer than a QR code can be',
    };
    return undecodable(
      `QR_${code.replaceAll('-', '_').toUpperCase()}`,
      messages[code] ?? code,
      'scan the code again, whole',
      place,
    );
  }
  const meaningOf = interpretMerchantQr(parsed.objects);
  const issues = checkMerchantQr(parsed.objects);
  const { initiation, country, merchantName, merchantCity, mcc, currency, amount } = meaningOf;
  const money =
    amount === undefined
      ? 'amount entered by the payer'
      : `${findCurrency(currency ?? '')?.alpha ?? currency ?? ''} ${amount}`;
  const head = [
    `EMVCo merchant-presented, ${initiation ?? 'unknown initiation'}`,
    country,
    merchantName === undefined
      ? undefined
      : `"${merchantName}"${merchantCity === undefined ? '' : `, ${merchantCity}`}`,
    mcc === undefined ? undefined : `MCC ${mcc}`,
    money,
    `CRC ${text.slice(-4)} ok`,
  ].filter((part) => part !== undefined);
  return {
    ...report({ presented: 'merchant', ...meaningOf, objects: parsed.objects, issues }, () => [
      head.join(' · '),
      ...nodes(),
      ...issues.map(({ code, path }) =>
        context.paint('warn', `! ${code} at ${path.join(' > ') || 'the whole'}`),
      ),
    ]),
    ...(issues.length === 0
      ? {}
      : {
          notices: [
            `${issues.length} rules of EMVCo's merchant-presented specification are broken`,
          ],
        }),
  };
}

function readConsumerQr(text: string, context: Context): Report | Refusal {
  const parsed = parseConsumerQr(text);
  if (!parsed.ok) {
    const { code, offset } = parsed.error;
    return undecodable(
      `QR_${code.replaceAll('-', '_').toUpperCase()}`,
      `this is no consumer-presented code: ${code}`,
      'it is base64 of 85 05 CPV01 …',
      offset === undefined ? {} : { offset },
    );
  }
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  const described = context.unsafe ? describeTlvUnmasked(bytes) : describeTlv(bytes);
  const data = {
    presented: 'consumer',
    objects: described.objects.map((object) => tlvData(object)),
  };
  return report(data, () => [
    'EMVCo consumer-presented',
    ...drawTree(tlvNodes(described, context)),
  ]);
}

/** `decode qr`. */
export function readQr(input: Input, context: Context): Report | Refusal {
  const text = input.text ?? '';
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.startsWith('hQV')
    ? readConsumerQr(text, context)
    : readMerchantQr(text, context);
}

/** Guesses at QR codes. */
export function recogniseQr(input: Input, context: Context): readonly Guess[] {
  const text = input.text ?? '';
  const merchant = text.startsWith('0002') && /6304/.test(text);
  const consumer = text.startsWith('hQVDUFYw');
  if (!merchant && !consumer) return [];
  const read = readQr(input, context);
  const shown = read.ok ? read : read.partial;
  if (shown === undefined) return [];
  const certainty = read.ok ? 99 : 70;
  const title = `EMVCo QR code, ${merchant ? 'merchant' : 'consumer'}-presented`;
  return [
    {
      kind: 'qr',
      title,
      certainty,
      reason: read.ok ? 'CRC or frame right' : read.message,
      reading: 'text',
      show: () => shown,
    },
  ];
}
