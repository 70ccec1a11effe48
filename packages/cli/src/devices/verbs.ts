// The verbs about cards, terminals and payments, as data.
import type { VerbSpec } from '../frame/verb.ts';

const cardNames = async (): Promise<readonly string[]> =>
  (await import('@chipswitch/card')).profileNames;
const terminalNames = async (): Promise<readonly string[]> =>
  (await import('./sandbox.ts')).sandboxTerminals.map(({ terminalId }) => terminalId);

/** Device verbs. */
export const deviceVerbs: readonly VerbSpec[] = [
  {
    name: 'pay',
    group: 'devices',
    summary:
      'one payment with a test card and a terminal against a running switch, every decision explained',
    usage: [
      'chipswitch pay AMOUNT [CURRENCY] [--card NAME] [--terminal NAME] [--switch HOST:PORT]',
    ],
    options: [
      {
        name: 'card',
        value: 'NAME',
        help: 'card of chipswitch card list, or @FILE (default visa-cvn18)',
        names: cardNames,
      },
      {
        name: 'terminal',
        value: 'NAME',
        help: 'terminal of chipswitch terminal list, or @FILE (default CLI00001)',
        names: terminalNames,
      },
      {
        name: 'switch',
        value: 'HOST:PORT',
        help: 'the switch (default CHIPSWITCH_SWITCH, else the sandbox of npm start)',
      },
      {
        name: 'pin',
        value: 'DIGITS',
        help: 'what the cardholder types (default the right PIN; env:NAME; none presses nothing)',
      },
      {
        name: 'pin-key',
        value: 'KEY',
        help: "the terminal's PIN key (default the sandbox's): HEX, @FILE, env:NAME or -",
      },
      { name: 'contactless', help: 'tap instead of insert' },
      { name: 'online', help: 'the attendant wants it online' },
      { name: 'apdu', help: 'every command to the card and its answer' },
      { name: 'slip', help: 'the slip at the end' },
      { name: 'dry-run', help: 'card and kernel only, nothing is sent' },
      {
        name: 'expect',
        value: 'WORD',
        help: 'approved, declined, a response code or a reason: exit code 1 when it is another',
      },
    ],
    examples: [
      {
        command: 'chipswitch pay 12.51 CNY --card visa-cvn18',
        shows: 'the kernel step by step, the host, the outcome',
      },
      {
        command: 'chipswitch pay 12.51 CNY --card prepaid-ccd --apdu --slip',
        shows: 'the same with every APDU, masked, and the slip',
      },
      {
        command: 'chipswitch pay 12.51 CNY --online --expect 51',
        shows: 'exit code 0 when the host says 51',
      },
    ],
    notes: [
      'Card memory, terminal journals and own profiles are kept in .chipswitch/cli (or CHIPSWITCH_HOME). A payment whose outcome is unknown ends with exit code 5; a reversal that is owed is sent first by the next payment on the terminal.',
    ],
    load: async () => (await import('./pay.ts')).run,
  },
  {
    name: 'card',
    group: 'devices',
    summary: 'test cards: list, show, make',
    usage: [
      'chipswitch card list',
      'chipswitch card show NAME',
      'chipswitch card new NAME [--from PROFILE] [--pan DIGITS] [--pin DIGITS]',
    ],
    kinds: [
      { name: 'list', help: 'all cards' },
      { name: 'show', help: 'one card' },
      { name: 'new', help: 'a card like another, with a number of its own' },
    ],
    options: [
      {
        name: 'from',
        value: 'PROFILE',
        help: 'card to be like (default visa-cvn18)',
        names: cardNames,
      },
      { name: 'pan', value: 'DIGITS', help: 'account number (default: one is made)' },
      { name: 'pin', value: 'DIGITS', help: 'PIN (default: as the other card)' },
      { name: 'title', value: 'TEXT', help: 'title' },
      { name: 'force', help: 'over a card of that name' },
    ],
    examples: [
      {
        command: 'chipswitch card new my-visa --from visa-cvn10 --pin 2580',
        shows: 'a card to pay with: --card my-visa',
      },
    ],
    load: async () => (await import('./cards.ts')).run,
  },
  {
    name: 'terminal',
    group: 'devices',
    summary: 'terminals: list, show, make',
    usage: [
      'chipswitch terminal list',
      'chipswitch terminal show NAME',
      'chipswitch terminal new NAME --id ID --acceptor ID [--merchant TEXT]',
    ],
    kinds: [
      { name: 'list', help: 'all terminals' },
      { name: 'show', help: 'one terminal: its whole profile' },
      { name: 'new', help: 'a terminal' },
    ],
    options: [
      { name: 'id', value: 'ID', help: 'DE 41, eight characters' },
      { name: 'acceptor', value: 'ID', help: 'DE 42, fifteen characters' },
      { name: 'merchant', value: 'TEXT', help: 'name on the slip' },
      { name: 'force', help: 'over a terminal of that name' },
    ],
    examples: [
      {
        command: 'chipswitch terminal new shop-1 --id T0000001 --acceptor M00000000000001',
        shows: 'a terminal to pay at: --terminal shop-1',
      },
    ],
    load: async () => (await import('./terminals.ts')).run,
  },
];
