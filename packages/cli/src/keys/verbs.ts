// The verbs about keys and cryptograms, as data.
import type { OptionSpec } from '../frame/option.ts';
import type { VerbSpec } from '../frame/verb.ts';
import { accountOption, explainOption, keyOption } from './options.ts';

const pan: OptionSpec = { name: 'pan', value: 'DIGITS', help: 'account number' };
const pin: OptionSpec = { name: 'pin', value: 'DIGITS', help: 'PIN, or env:NAME' };
const format: OptionSpec = {
  name: 'format',
  value: 'N',
  choices: ['0', '1', '2', '3', '4'],
  help: 'PIN block format of ISO 9564-1 (default 0)',
};

const macOptions: readonly OptionSpec[] = [
  keyOption('key', 'the key of a MAC or code'),
  {
    name: 'method',
    value: 'NAME',
    choices: ['retail', 'alg1', 'cmac-tdes', 'cmac-aes', 'hmac-sha256'],
    help: 'MAC method (default retail)',
  },
  {
    name: 'padding',
    value: 'N',
    choices: ['1', '2', '3'],
    help: 'MAC padding of ISO/IEC 9797-1 (default 1)',
  },
];
const cryptogramOptions: readonly OptionSpec[] = [
  keyOption('imk', 'issuer master key for application cryptograms'),
  pan,
  { name: 'psn', value: 'HEX', help: 'PAN sequence number, 2 digits (default 5F34, else 00)' },
  {
    name: 'cvn',
    value: 'ID',
    help: 'cryptogram version, e.g. visa-cvn18 (default: out of 9F10)',
    names: async () =>
      (await import('@chipswitch/cryptography')).cryptogramVersions.map(({ id }) => id),
  },
  {
    name: 'scheme',
    value: 'NAME',
    choices: ['visa', 'mastercard', 'ccd', 'interac', 'jcb', 'unionpay'],
    help: 'whose 9F10 it is (default: by AID, else by account number)',
  },
  {
    name: 'option',
    value: 'LETTER',
    choices: ['A', 'B', 'C'],
    help: 'card key derivation of Book 2 A1.4 (default: of the version)',
  },
  {
    name: 'tag',
    value: 'TAG=HEX',
    multiple: true,
    help: 'a tag beside or instead of those in the data',
  },
  { name: 'arqc', value: 'HEX', help: 'the cryptogram (default 9F26)' },
  { name: 'iad', value: 'HEX', help: 'issuer application data (default 9F10)' },
  { name: 'atc', value: 'HEX', help: 'application transaction counter (default 9F36)' },
  { name: 'un', value: 'HEX', help: 'unpredictable number (default 9F37)' },
  { name: 'arc', value: 'CODE', help: 'authorisation response code for ARPC method 1, e.g. 00' },
  { name: 'csu', value: 'HEX', help: 'card status update for ARPC method 2, 4 bytes' },
  { name: 'proprietary', value: 'HEX', help: 'proprietary authentication data for ARPC method 2' },
];
const wrapOptions: readonly OptionSpec[] = [
  keyOption('kbpk', 'key block protection key'),
  { name: 'algorithm', value: 'NAME', choices: ['tdes', 'aes'], help: 'what kind of key it is' },
  { name: 'usage', value: 'XX', help: 'X9.143 key usage, e.g. P0, M3, K0, B0, E0' },
  {
    name: 'mode',
    value: 'X',
    choices: ['B', 'C', 'D', 'E', 'G', 'N', 'S', 'T', 'V', 'X', 'Y'],
    help: 'mode of use (default: the usual one of the usage)',
  },
  { name: 'export', value: 'X', choices: ['E', 'N', 'S'], help: 'exportability (default E)' },
  { name: 'key-version', value: 'NN', help: 'key version (default 00: not used; c1: component 1)' },
  {
    name: 'block-version',
    value: 'X',
    choices: ['A', 'B', 'C', 'D', 'E'],
    help: 'key block version (default D for AES keys and a --kbpk of 32 bytes, else B)',
  },
  { name: 'block', value: 'ID=DATA', multiple: true, help: 'an optional block, e.g. KS=…' },
];

/** Key verbs. */
export const keyVerbs: readonly VerbSpec[] = [
  {
    name: 'verify',
    group: 'keys',
    summary: 'whether a cryptogram, its answer or a MAC is right',
    usage: [
      'chipswitch verify arqc [DE55 | MESSAGE] --imk KEY [--pan DIGITS] [--cvn ID] [--explain]',
      'chipswitch verify arpc [DE55] --imk KEY --arpc HEX (--arc CODE | --csu HEX)',
      'chipswitch verify mac DATA --mac HEX --key KEY [--method NAME]',
    ],
    kinds: [
      { name: 'arqc', help: 'the application cryptogram 9F26 (ARQC, TC or AAC)' },
      { name: 'arpc', help: "the issuer's answer to it" },
      { name: 'mac', help: 'a message authentication code' },
    ],
    options: [
      ...cryptogramOptions,
      { name: 'arpc', value: 'HEX', help: 'the answer to check' },
      ...macOptions,
      { name: 'mac', value: 'HEX', help: 'the MAC to check, 4 bytes or more' },
      explainOption,
    ],
    examples: [
      {
        command: 'chipswitch verify arqc @de55.hex --imk env:IMK --pan DIGITS --explain',
        shows: 'each step, check values only, and yes or no',
      },
      {
        command: 'chipswitch verify mac @message --mac 1A2B3C4D --key @mac.key',
        shows: 'MAC right, or exit code 6',
      },
    ],
    notes: [
      'A value that does not verify ends with exit code 6; the right one is shown only with --explain --unsafe.',
    ],
    load: async () => (await import('./verify.ts')).run,
  },
  {
    name: 'gen',
    group: 'keys',
    summary: 'cryptograms, answers, derived keys, MACs, card codes, random keys',
    usage: [
      'chipswitch gen arqc [DE55] --imk KEY [--pan DIGITS] [--cvn ID]',
      'chipswitch gen arpc [DE55] --imk KEY (--arc CODE | --csu HEX)',
      'chipswitch gen udk|session-key [DE55] --imk KEY --pan DIGITS --cvn ID',
      'chipswitch gen mac DATA --key KEY [--method NAME] [--length N]',
      'chipswitch gen cvv --key KEY --pan DIGITS --expiry YYMM [--service-code NNN]',
      'chipswitch gen pvv --key KEY --pan DIGITS --pin DIGITS [--key-index N]',
      'chipswitch gen key [--algorithm aes|tdes] [--length N] (--kbpk KEY --usage XX | --unsafe)',
    ],
    kinds: [
      { name: 'arqc', help: 'application cryptogram' },
      { name: 'arpc', help: 'answer of the issuer, and tag 91' },
      { name: 'udk', help: 'card master key' },
      { name: 'session-key', help: 'session key of the cryptogram' },
      { name: 'mac', help: 'message authentication code' },
      { name: 'cvv', help: 'card verification value (CVV, CVV2, iCVV)' },
      { name: 'pvv', help: 'Visa PIN verification value' },
      { name: 'key', help: 'random key' },
      { name: 'kcv', help: 'check values of a key (as chipswitch kcv)' },
    ],
    options: [
      ...cryptogramOptions,
      ...macOptions,
      { name: 'length', value: 'N', range: [1, 64], help: 'bytes of a MAC or of a random key' },
      pin,
      { name: 'expiry', value: 'YYMM', help: 'expiry as the code takes it (CVV2: MMYY)' },
      { name: 'service-code', value: 'NNN', help: 'service code (CVV2 000, iCVV 999)' },
      { name: 'key-index', value: 'N', help: 'PIN verification key index (default 1)' },
      ...wrapOptions,
      explainOption,
    ],
    examples: [
      {
        command: 'chipswitch gen arpc @de55.hex --imk env:IMK --pan DIGITS --arc 00',
        shows: 'the answer cryptogram',
      },
      {
        command: 'chipswitch gen key --algorithm aes --length 32 --kbpk @kbpk.key --usage P0',
        shows: 'a new key in a TR-31 block',
      },
    ],
    load: async () => (await import('./generate.ts')).run,
  },
  {
    name: 'tr31',
    group: 'keys',
    summary: 'key blocks of X9.143 (TR-31): look into, wrap, unwrap',
    usage: [
      'chipswitch tr31 inspect BLOCK',
      'chipswitch tr31 unwrap BLOCK --kbpk KEY [--explain]',
      'chipswitch tr31 wrap --key KEY --kbpk KEY --usage XX [--algorithm aes]',
    ],
    kinds: [
      { name: 'inspect', help: 'the header in words; needs no key' },
      { name: 'unwrap', help: 'verify and open: check value of the key inside' },
      { name: 'wrap', help: 'put a key into a block' },
    ],
    options: [keyOption('key', 'the key to wrap'), ...wrapOptions, explainOption],
    examples: [
      {
        command: 'chipswitch tr31 inspect B0096P0TE00N0000…',
        shows: 'usage, algorithm, mode, exportability',
      },
      {
        command: 'chipswitch tr31 unwrap @block.txt --kbpk env:KBPK',
        shows: 'KCV of the key inside',
      },
    ],
    load: async () => (await import('./tr31.ts')).run,
  },
  {
    name: 'dukpt',
    group: 'keys',
    summary: 'DUKPT keys of a device and transaction, TDES and AES',
    usage: [
      'chipswitch dukpt KSN --bdk KEY [--key-type TYPE]',
      'chipswitch dukpt KSN --initial-key KEY',
      'chipswitch dukpt next KSN',
    ],
    kinds: [
      { name: 'keys', help: 'initial key, transaction key, working keys: check values' },
      { name: 'next', help: 'the key serial number of the next transaction' },
    ],
    options: [
      { name: 'ksn', value: 'HEX', help: 'key serial number: 10 bytes TDES, 12 bytes AES' },
      keyOption('bdk', 'base derivation key'),
      keyOption('initial-key', 'initial key of the device (IPEK, IK)'),
      {
        name: 'key-type',
        value: 'TYPE',
        choices: ['2TDEA', '3TDEA', 'AES128', 'AES192', 'AES256'],
        help: 'type of AES DUKPT working keys (default: as the initial key)',
      },
      explainOption,
    ],
    examples: [
      {
        command: 'chipswitch dukpt FFFF9876543210E00008 --bdk env:BDK',
        shows: 'check value of each key on the way',
      },
    ],
    notes: ['With --unsafe the keys themselves stand beside their check values.'],
    load: async () => (await import('./dukpt.ts')).run,
  },
  {
    name: 'pinblock',
    group: 'keys',
    summary: 'PIN blocks of ISO 9564-1 formats 0 to 4: build, read, translate',
    usage: [
      'chipswitch pinblock build --pin DIGITS --pan DIGITS [--format N] [--key KEY]',
      'chipswitch pinblock read BLOCK --pan DIGITS [--format N] [--key KEY]',
      'chipswitch pinblock translate BLOCK --pan DIGITS --key KEY --to-key KEY [--format N] [--to-format N]',
    ],
    kinds: [
      { name: 'build', help: 'a block out of a PIN' },
      { name: 'read', help: 'a block back to its PIN (length only, unless --unsafe)' },
      { name: 'translate', help: 'from one key and format to another' },
    ],
    options: [
      pin,
      pan,
      accountOption,
      format,
      keyOption('key', 'PIN key; without it the block is in the clear'),
      {
        name: 'to-format',
        value: 'N',
        choices: ['0', '1', '2', '3', '4'],
        help: 'format to translate to (default 0)',
      },
      keyOption('to-key', 'PIN key to translate to'),
      {
        name: 'to-pan',
        value: 'DIGITS',
        help: 'account number to translate to (default: the same)',
      },
      explainOption,
    ],
    examples: [
      {
        command: 'chipswitch pinblock build --format 0 --pin 1234 --pan 43219876543210987 --unsafe',
        shows: '0412AC89ABCDEF67',
      },
    ],
    load: async () => (await import('./pin-block.ts')).run,
  },
  {
    name: 'kcv',
    group: 'keys',
    summary: 'check values of a key',
    usage: ['chipswitch kcv KEY [--algorithm tdes|aes]'],
    options: [
      {
        name: 'algorithm',
        value: 'NAME',
        choices: ['tdes', 'aes'],
        help: 'default tdes, aes for 32 bytes',
      },
    ],
    examples: [{ command: 'chipswitch kcv env:ZMK', shows: 'zero-block and CMAC check values' }],
    load: async () => (await import('./kcv.ts')).run,
  },
];
