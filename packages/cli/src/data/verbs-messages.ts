// The verbs that look into, make and change messages, as data.
import type { OptionSpec, VerbSpec } from '../frame/verb.ts';

const spec: OptionSpec = {
  name: 'spec',
  value: 'NAME',
  help: 'ready-made spec, or @FILE with a spec as JSON (see: chipswitch specs)',
};
const framing: OptionSpec = {
  name: 'framing',
  value: 'NAME',
  help: 'framing of the bytes (see: chipswitch specs --framings)',
};

const aid: OptionSpec = {
  name: 'aid',
  value: 'HEX',
  help: 'application identifier, for values that schemes define',
};
const out: OptionSpec = {
  name: 'out',
  value: 'FORM',
  choices: ['hex', 'text', 'base64'],
  help: 'form of the output',
};
const set: OptionSpec = {
  name: 'set',
  value: 'PATH=VALUE',
  multiple: true,
  help: 'an element: 4=000000001000, 55=9F26…, 48.1=…',
};
const key = (name: string, help: string): OptionSpec => ({
  name,
  value: 'KEY',
  help: `${help}: HEX, @FILE, env:NAME or -`,
});
const pinOptions: readonly OptionSpec[] = [
  { name: 'pan', value: 'DIGITS', help: 'account number (PIN blocks)' },
  {
    name: 'format',
    value: 'N',
    choices: ['0', '1', '2', '3', '4'],
    help: 'PIN block format (default 0)',
  },
  key('key', 'PIN key'),
];

/** Message verbs. */
export const messageVerbs: readonly VerbSpec[] = [
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
    options: [spec, framing, aid, ...pinOptions],
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
    load: async () => (await import('../verbs/decode.ts')).run,
  },
  {
    name: 'doctor',
    group: 'look',
    summary: 'which spec, framing and encoding a message is in: all are tried and ranked',
    usage: [
      'chipswitch doctor INPUT [--all] [--spec NAME] [--framing NAME]',
      'chipswitch doctor --env',
    ],
    options: [
      spec,
      framing,
      { name: 'all', help: 'every attempt that understood anything' },
      { name: 'env', help: 'this machine instead: node, folders, the switch' },
    ],
    examples: [
      {
        command: 'chipswitch doctor @message.hex',
        shows: 'the ranking, and the first wrong byte of the runner-up',
      },
    ],
    load: async () => (await import('../verbs/doctor.ts')).run,
  },
  {
    name: 'diff',
    group: 'look',
    summary: 'two messages element by element; what an answer changes anyway is told apart',
    usage: ['chipswitch diff A B [--spec NAME]'],
    options: [spec, framing],
    examples: [
      {
        command: 'chipswitch diff @request.hex @response.hex',
        shows: 'what the host changed; exit code 1 when that is unexpected',
      },
    ],
    load: async () => (await import('../verbs/diff.ts')).run,
  },
  {
    name: 'validate',
    group: 'look',
    summary: 'whether a message decodes, encodes back to the same bytes and keeps the rules',
    usage: ['chipswitch validate INPUT [--strict] [--spec NAME]'],
    options: [
      spec,
      framing,
      { name: 'strict', help: 'missing elements that good messages carry are errors' },
    ],
    examples: [
      {
        command: 'chipswitch validate --strict @message.hex',
        shows: 'each broken rule with its element; exit code 3',
      },
    ],
    load: async () => (await import('../verbs/validate.ts')).run,
  },
  {
    name: 'pcap',
    group: 'look',
    summary: 'a capture file as a conversation: decoded, masked, paired, with latencies',
    usage: ['chipswitch pcap FILE [--full] [--port N] [--mti 02] [--stan N]'],
    options: [
      spec,
      framing,
      { name: 'full', help: 'every element of every message' },
      {
        name: 'port',
        value: 'N',
        range: [1, 65_535],
        help: 'only connections from or to this port',
      },
      { name: 'mti', value: 'DIGITS', help: 'only messages whose type begins so' },
      { name: 'stan', value: 'N', help: 'only messages with this STAN' },
      {
        name: 'limit',
        value: 'N',
        range: [1, 1_000_000_000],
        help: 'show at most so many messages',
      },
    ],
    examples: [
      {
        command: 'chipswitch pcap switch.pcapng',
        shows: 'one line per message, requests paired with answers',
      },
      {
        command: 'chipswitch pcap switch.pcapng --json | jq .mti',
        shows: 'one JSON document per message',
      },
    ],
    notes: [
      'Reads pcap and pcapng, Ethernet (with VLAN tags), Linux cooked, loopback and raw IP, IPv4 and IPv6; puts TCP together again; finds framing and spec by trying all of them on the first bytes of each connection.',
    ],
    load: async () => (await import('../verbs/pcap.ts')).run,
  },
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
      spec,
      framing,
      { name: 'mti', value: 'DIGITS', help: 'message type' },
      set,
      out,
      { name: 'name', value: 'TEXT', help: 'merchant name (qr)' },
      { name: 'city', value: 'TEXT', help: 'merchant city (qr)' },
      { name: 'country', value: 'XX', help: 'country, two letters (qr)' },
      { name: 'mcc', value: 'NNNN', help: 'merchant category code (qr)' },
      { name: 'currency', value: 'CODE', help: 'currency, three letters or digits (qr)' },
      { name: 'amount', value: 'N.NN', help: 'amount (qr); without it the payer enters one' },
      { name: 'postal-code', value: 'TEXT', help: 'postal code (qr)' },
      { name: 'pin', value: 'DIGITS', help: 'PIN, or env:NAME (pinblock)' },
      ...pinOptions,
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
    load: async () => (await import('../verbs/build.ts')).run,
  },
  {
    name: 'redact',
    group: 'build',
    summary: 'the same message without card data, same lengths, still decodable: to be shared',
    usage: ['chipswitch redact INPUT [--spec NAME] [--out hex|text|base64]'],
    options: [spec, framing, out],
    examples: [
      {
        command: 'chipswitch redact @message.hex > shared.hex',
        shows: 'account number 6+4 kept, all other secrets zeros',
      },
    ],
    notes: [
      'A message that does not decode is refused: what cannot be understood cannot be made safe.',
    ],
    load: async () => (await import('../verbs/redact.ts')).run,
  },
  {
    name: 'specs',
    group: 'look',
    summary: 'the ready-made ISO 8583 specs and framings; one of them as a table or as JSON',
    usage: ['chipswitch specs [NAME]', 'chipswitch specs --framings'],
    options: [{ name: 'framings', help: 'the framings instead' }, spec],
    examples: [
      { command: 'chipswitch specs posTerminal', shows: 'each element: name, form, length, mask' },
    ],
    load: async () => (await import('../verbs/specs.ts')).run,
  },
];
