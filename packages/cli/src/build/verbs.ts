// The verb that makes messages, as data.
import type { OptionSpec } from '../frame/option.ts';
import type { VerbSpec } from '../frame/verb.ts';
import { framingOption, outOption, specOption } from '../iso/options.ts';
import { pinBlockOptions } from '../keys/options.ts';

const set: OptionSpec = {
  name: 'set',
  value: 'PATH=VALUE',
  multiple: true,
  help: 'an element: 4=000000001000, 55=9F26…, 48.1=…',
};
/** Verbs that build. */
export const buildVerbs: readonly VerbSpec[] = [
  {
    name: 'build',
    group: 'build',
    summary: 'an ISO 8583 message, TLV, an EMVCo QR code or a PIN block out of what you write',
    usage: [
      'chipswitch build iso --spec NAME --mti 0800 --set 11=000001 --set 70=301 [--framing NAME]',
      'chipswitch build iso @message.json --spec NAME',
      "chipswitch build tlv '77=[82=3C00 94=08010100]' 9F36=0001",
      'chipswitch build qr --name SHOP --city TOWN --country CN --mcc 5812 --currency CNY [--amount 9.90] --set 26.00=…',
      'chipswitch build pinblock --pin DIGITS --pan DIGITS [--key KEY]',
    ],
    kinds: [
      { name: 'iso', help: 'ISO 8583 message' },
      { name: 'tlv', help: 'BER-TLV' },
      { name: 'qr', help: 'EMVCo merchant-presented QR code' },
      { name: 'pinblock', help: 'PIN block' },
    ],
    options: [
      specOption,
      framingOption,
      { name: 'mti', value: 'DIGITS', help: 'message type' },
      set,
      outOption,
      { name: 'name', value: 'TEXT', help: 'merchant name (qr)' },
      { name: 'city', value: 'TEXT', help: 'merchant city (qr)' },
      { name: 'country', value: 'XX', help: 'country, two letters (qr)' },
      { name: 'mcc', value: 'NNNN', help: 'merchant category code (qr)' },
      { name: 'currency', value: 'CODE', help: 'currency, three letters or digits (qr)' },
      { name: 'amount', value: 'N.NN', help: 'amount (qr); without it the payer enters one' },
      { name: 'postal-code', value: 'TEXT', help: 'postal code (qr)' },
      { name: 'pin', value: 'DIGITS', help: 'PIN, or env:NAME (pinblock)' },
      ...pinBlockOptions,
      { name: 'explain', help: 'steps (pinblock)' },
    ],
    examples: [
      {
        command:
          'chipswitch build iso --mti 0800 --set 7=0706082419 --set 11=005835 --set 70=301 --out text',
        shows: 'an echo request in ISO 8583:1987 ASCII',
      },
      {
        command: 'chipswitch build tlv 9F02=000000001251 5F2A=0156',
        shows: '9F02060000000012515F2A020156',
      },
    ],
    notes: ['Card data in what is built is replaced by zeros unless --unsafe is given.'],
    load: async () => (await import('./build.ts')).run,
  },
];
