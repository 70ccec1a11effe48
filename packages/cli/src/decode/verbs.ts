// The verb that says what something is, as data.
import type { OptionSpec } from '../frame/option.ts';
import type { VerbSpec } from '../frame/verb.ts';
import { framingOption, messageOption, specOption } from '../iso/options.ts';
import { pinBlockOptions } from '../keys/options.ts';

const aid: OptionSpec = {
  name: 'aid',
  value: 'HEX',
  help: 'application identifier, for values that schemes define',
};
/** Verbs that decode. */
export const decodeVerbs: readonly VerbSpec[] = [
  {
    name: 'decode',
    aliases: ['d'],
    group: 'look',
    summary:
      'what is this? guesses the kind, says how sure it is, shows every byte with its meaning',
    usage: [
      'chipswitch decode INPUT',
      'chipswitch decode KIND INPUT',
      'chipswitch decode tag 9F33 E0F8C8',
    ],
    kinds: [
      { name: 'iso', help: 'ISO 8583 message' },
      { name: 'tlv', help: 'BER-TLV, e.g. DE 55 or a record' },
      { name: 'dol', help: 'data object list (CDOL, PDOL, DDOL, TDOL)' },
      { name: 'tvr', help: 'terminal verification results, tag 95' },
      { name: 'tsi', help: 'transaction status information, tag 9B' },
      { name: 'aip', help: 'application interchange profile, tag 82' },
      { name: 'auc', help: 'application usage control, tag 9F07' },
      { name: 'afl', help: 'application file locator, tag 94' },
      { name: 'cvm-list', help: 'cardholder verification method list, tag 8E' },
      { name: 'cvm-results', help: 'cardholder verification results, tag 9F34' },
      { name: 'iad', help: 'issuer application data, tag 9F10 (with --aid)' },
      { name: 'cid', help: 'cryptogram information data, tag 9F27' },
      { name: 'ttq', help: 'terminal transaction qualifiers, tag 9F66' },
      { name: 'ctq', help: 'card transaction qualifiers, tag 9F6C' },
      { name: 'terminal-capabilities', help: 'tag 9F33' },
      { name: 'additional-capabilities', help: 'tag 9F40' },
      { name: 'form-factor', help: 'tag 9F6E (with --aid)' },
      { name: 'script-results', help: 'issuer script results, tag 9F5B' },
      { name: 'tag', help: 'the value of any tag: decode tag 9F33 E0F8C8' },
      { name: 'track1', help: 'track 1' },
      { name: 'track2', help: 'track 2, as text or packed' },
      { name: 'pan', help: 'account number' },
      { name: 'pinblock', help: 'PIN block (with --pan, --key, --format)' },
      { name: 'qr', help: 'EMVCo QR code, merchant- or consumer-presented' },
      { name: 'atr', help: 'answer to reset' },
      { name: 'apdu', help: 'command or response of a card' },
      { name: 'sw', help: 'status word' },
    ],
    options: [specOption, framingOption, messageOption, aid, ...pinBlockOptions],
    examples: [
      {
        command: 'chipswitch d 9F2608112233445566778895050000048000',
        shows: 'BER-TLV with every bit of the TVR',
      },
      { command: 'chipswitch d tvr 0000048000', shows: 'the two bits that are on' },
      {
        command: 'xxd message.bin | chipswitch decode iso - --spec posTerminal',
        shows: 'each element with its offset',
      },
    ],
    load: async () => (await import('./decode.ts')).run,
  },
];
