// `chipswitch pay`: one payment with a card and a terminal against a running switch, every decision explained.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { toHex, wipe, given } from '@chipswitch/bytes';
import {
  authorityPublicKey,
  type CardProfile,
  type CardState,
  createCard,
  sandboxAuthority,
} from '@chipswitch/card';
import { maskPan, maskingNet } from '@chipswitch/cardholder-data';
import { findCurrency } from '@chipswitch/emv';
import {
  createTerminal,
  type HostLink,
  openFileJournal,
  type PaymentResult,
  ridsOf,
  TerminalLink,
  type TerminalJournal,
  type TerminalProfile,
  createMemoryJournal,
} from '@chipswitch/terminal';
import { findResponseCode } from 'iso8583-js';
import { type ExitCode, type Outcome, type Refusal, usage } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import { readKey } from '../keys/read-key.ts';
import { amountText } from '../words/amount.ts';
import { ApduLog, type DescribedExchange } from './apdu-log.ts';
import { cardProfile } from './cards.ts';
import { readJson, sealingKey, subfolder, writeJson } from './folder.ts';
import { sandboxFacts, sandboxTerminals } from './sandbox.ts';
import { terminalProfile } from './terminals.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Everything a payment needs, read from the words. */
interface Order {
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly cardName: string;
  readonly card: CardProfile;
  readonly profile: TerminalProfile;
  readonly address: Address | undefined;
  readonly pin: string | undefined;
}

/** `12.51` in minor units of a currency, exactly. */
export function minorUnits(text: string, decimals: number): bigint | undefined {
  const match = /^(\d{1,10})(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const fraction = match[2] ?? '';
  if (fraction.length > decimals) return undefined;
  return BigInt(match[1] + fraction.padEnd(decimals, '0'));
}

function readAddress(context: Context): Address | undefined | Refusal {
  const value = context.args.value('switch') ?? context.surroundings.env['CHIPSWITCH_SWITCH'];
  if (context.args.has('dry-run')) return undefined;
  if (value === undefined) {
    const { address } = sandboxFacts(context.surroundings);
    return (
      address ??
      usage(
        'NO_SWITCH',
        'no switch was named and no sandbox is set up here',
        'add --switch HOST:PORT, or start one: npm start',
      )
    );
  }
  const match = /^(\[[0-9a-fA-F:]+\]|[^:\s]+):(\d{1,5})$/.exec(value);
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 65_535)
    return usage('BAD_VALUE', '--switch is HOST:PORT', 'e.g. --switch localhost:8583');
  return { host: match[1].replaceAll(/[[\]]/g, ''), port };
}

function pinOf(context: Context, card: CardProfile): string | undefined | Refusal {
  const value = context.args.value('pin');
  if (value === undefined) return card.pin.value;
  if (value === 'none') return undefined;
  const pin = value.startsWith('env:') ? context.surroundings.env[value.slice(4)] : value;
  if (pin !== undefined && /^\d{4,12}$/.test(pin)) return pin;
  return usage(
    'BAD_PIN',
    'a PIN has 4 to 12 digits',
    'write --pin and the digits, --pin env:NAME, or --pin none',
  );
}

function readOrder(context: Context): Order | Refusal {
  const { args, surroundings } = context;
  const [amount, currencyWord, ...more] = args.positionals;
  if (amount === undefined || more.length > 0)
    return usage(
      'ONE_AMOUNT',
      'give an amount and a currency',
      'chipswitch pay 12.51 CNY --card visa-cvn18',
    );
  const terminalName = args.value('terminal') ?? sandboxTerminals[0].terminalId;
  const profile = terminalProfile(terminalName, surroundings);
  if ('ok' in profile) return profile;
  const currency = findCurrency(currencyWord ?? profile.currency);
  if (currency === undefined)
    return usage(
      'UNKNOWN_CODE',
      `no currency "${scrubEcho(currencyWord ?? '')}"`,
      'chipswitch currency --search WORD',
    );
  if (currency.numeric !== profile.currency)
    return usage(
      'OTHER_CURRENCY',
      `the terminal takes ${findCurrency(profile.currency)?.alpha ?? profile.currency} only`,
      `chipswitch pay ${/^[\d.]+$/.test(amount) ? amount : 'AMOUNT'} ${findCurrency(profile.currency)?.alpha ?? ''}`,
    );
  const amountMinor = minorUnits(amount, currency.exponent ?? 2);
  if (amountMinor === undefined)
    return usage(
      'BAD_AMOUNT',
      `the amount is not a number with at most ${currency.exponent ?? 2} decimals`,
      'e.g. 12.51',
    );
  const cardName = args.value('card') ?? 'visa-cvn18';
  const card = cardProfile(cardName, surroundings);
  if ('ok' in card) return card;
  const address = readAddress(context);
  if (address !== undefined && 'ok' in address) return address;
  const pin = pinOf(context, card);
  if (typeof pin === 'object') return pin;
  return { amountMinor, currency: currency.alpha, cardName, card, profile, address, pin };
}

/** Nothing is sent: the host is as if it could not be reached. */
const noHost: HostLink = {
  exchange: () => Promise.resolve({ ok: false, error: { code: 'not-sent' } }),
};

/** Whether anyone listens there; asked first, so that a wrong address is a clear error. */
function canConnect(address: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ ...address, timeout: 3000 });
    const end = (problem: string | undefined): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end('ETIMEDOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'));
  });
}

async function pinKeyHex(context: Context, dryRun: boolean): Promise<string | undefined | Refusal> {
  const value = context.args.value('pin-key');
  if (value === undefined) {
    const known = sandboxFacts(context.surroundings).terminalPinKey;
    // A dry run shows the cardholder's way with any key: no block of it leaves.
    return known ?? (dryRun ? randomBytes(16).toString('hex') : undefined);
  }
  const key = await readKey('pin-key', value, { bytes: [16] }, context);
  if (!(key instanceof Uint8Array)) return key;
  const hex = toHex(key);
  wipe(key);
  return hex;
}

interface Memory {
  readonly state: CardState | undefined;
  readonly save: (state: CardState) => void;
}

/** The card's own memory (transaction counter, PIN tries) from one run to the next. */
function memoryOf(order: Order, context: Context): Memory {
  const name = order.cardName.replaceAll(/[^\w-]/g, '_');
  const path = join(subfolder(context.surroundings, 'card-memory'), `${name}.json`);
  return {
    state: (readJson(path) ?? undefined) as CardState | undefined,
    save: (state) => writeJson(path, state),
  };
}

interface Paid {
  readonly result: PaymentResult;
  readonly exchanges: readonly DescribedExchange[];
}

/** The journal keeps what is still owed (a reversal) for the next run; a dry run owes nothing. */
function journalOf(order: Order, context: Context): TerminalJournal {
  if (order.address === undefined) return createMemoryJournal();
  const folder = subfolder(context.surroundings, 'terminals');
  const path = join(folder, `${order.profile.terminalId.trim()}.jsonl`);
  return openFileJournal({ path, sealingKey: sealingKey(context.surroundings) });
}

async function makePayment(order: Order, context: Context): Promise<Paid | Refusal> {
  const { args } = context;
  const pinKey = await pinKeyHex(context, order.address === undefined);
  if (typeof pinKey === 'object') return pinKey;
  const authority = sandboxAuthority();
  const memory = memoryOf(order, context);
  const face = args.has('contactless') ? 'contactless' : 'contact';
  const card = createCard(order.card, {
    authority,
    interface: face,
    ...given({ state: memory.state }),
  });
  const link =
    order.address === undefined
      ? noHost
      : new TerminalLink({ ...order.address, tpdu: order.profile.tpdu });
  const journal = journalOf(order, context);
  const exchanges: DescribedExchange[] = [];
  const log = new ApduLog(context);
  try {
    const terminal = createTerminal({
      profile: order.profile,
      link,
      journal,
      caKeys: ridsOf(order.profile).map((rid) => authorityPublicKey(authority, rid)),
      ...(pinKey === undefined ? {} : { pinPad: { pinKey } }),
      // Trace numbers of separate runs on one terminal must not meet.
      firstStan: 1 + (Math.floor(Date.now() / 1000) % 900_000),
    });
    const result = await terminal.pay({
      amountMinor: order.amountMinor,
      card,
      interface: face,
      ...(order.pin === undefined
        ? { cardholder: { pinEntry: 'bypassed' } }
        : { cardholder: { pin: order.pin } }),
      ...(args.has('online') ? { forceOnline: true } : {}),
      onApdu: (exchange) => exchanges.push(log.describe(exchange)),
    });
    return { result, exchanges };
  } finally {
    memory.save(card.state);
    if (link instanceof TerminalLink) link.close();
    journal.close();
  }
}

const codeText = (code: string | undefined): string => {
  const known = code === undefined ? undefined : findResponseCode(code);
  return known === undefined ? '' : `${known.en} · ${known.zh} · ${known.advice}`;
};

/** What the outcome means for a script. */
function exitOf(result: PaymentResult, expect: string | undefined): ExitCode {
  if (expect !== undefined) {
    const asExpected =
      expect === result.outcome || expect === result.responseCode || expect === result.reason;
    return asExpected ? 0 : 1;
  }
  if (result.reason === 'no-answer' || result.reversal === 'pending') return 5;
  // Nothing was sent: the card could not be read, or its owner gave up.
  if (result.outcome === 'failed') return result.reason === 'not-sent' ? 4 : 3;
  return 0;
}

function resultLines(order: Order, paid: Paid, context: Context): string[] {
  const { paint, args } = context;
  const { result, exchanges } = paid;
  const { outcome, reason, responseCode, approvalCode, chip } = result;
  const money = amountText(String(order.amountMinor), order.profile.currency);
  const where =
    order.address === undefined
      ? 'dry run, nothing is sent'
      : `switch ${order.address.host}:${order.address.port}`;
  const head = `${paint('value', money)} · ${order.cardName} ${result.maskedPan ?? maskPan(order.card.applications[0].pan)} · terminal ${order.profile.terminalId} · ${where}`;
  const log = args.has('apdu')
    ? exchanges.flatMap(({ lines }) => lines().map((line) => `  ${line}`))
    : [];
  const decisions = (chip?.decisions ?? []).map(
    ({ step, text }) => `  ${paint('name', step.padEnd(24))} ${text}`,
  );
  const asked = outcome !== 'approved' && reason !== 'offline-declined';
  const host =
    result.stan === undefined
      ? []
      : [
          `  ${paint('name', 'host'.padEnd(24))} STAN ${result.stan}${result.online ? `, answered ${responseCode ?? ''}` : asked ? ', no answer' : ', not asked'}${result.retrievalReference === undefined ? '' : `, RRN ${result.retrievalReference}`}${result.reversal === 'none' ? '' : `, reversal ${result.reversal}`}`,
        ];
  const cryptogram =
    chip === undefined || chip.ac === ''
      ? []
      : [
          `  ${paint('name', 'card'.padEnd(24))} ${chip.acType} ${chip.ac}, ATC ${chip.atc}, TVR ${chip.tvr}, TSI ${chip.tsi}, CVM ${chip.cvmResults}`,
        ];
  const role = outcome === 'approved' ? 'good' : 'bad';
  const words = [
    responseCode === undefined ? reason : `${responseCode} ${codeText(responseCode)}`,
    approvalCode === undefined ? '' : `approval code ${approvalCode}`,
    `${Math.round(result.durationMs)} ms`,
  ].filter((word) => word !== '');
  const slip = args.has('slip') ? ['', ...result.slip] : [];
  return [
    head,
    ...log,
    ...decisions,
    ...host,
    ...cryptogram,
    `${paint(role, outcome.toUpperCase())}  ${words.join(' · ')}`,
    ...slip,
  ];
}

function payReport(order: Order, paid: Paid, context: Context): Outcome {
  const { args } = context;
  const { result, exchanges } = paid;
  const exit = exitOf(result, args.value('expect'));
  const apdus = exchanges.map(({ command, response }) => ({ command, response }));
  const owing =
    result.reversal === 'pending'
      ? ['a reversal is still owed; the next pay on this terminal sends it first']
      : [];
  const expected =
    args.value('expect') !== undefined && exit === 1
      ? [
          `expected ${scrubEcho(args.value('expect') ?? '')}, got ${result.outcome} ${result.responseCode ?? result.reason}`,
        ]
      : [];
  return {
    ok: true,
    exit,
    data: {
      card: order.cardName,
      terminal: order.profile.terminalId,
      dryRun: order.address === undefined,
      ...result,
      ...(args.has('apdu') ? { apdus } : {}),
    },
    text: () => resultLines(order, paid, context),
    hide: maskingNet(order.card.applications.map(({ pan }) => pan)),
    notices: [...owing, ...expected],
  };
}

/** `chipswitch pay AMOUNT CURRENCY`. */
export const run: RunVerb = async (context): Promise<Outcome> => {
  const order = readOrder(context);
  if ('ok' in order) return order;
  if (order.address !== undefined) {
    const problem = await canConnect(order.address);
    if (problem !== undefined) {
      const message = `no switch answers at ${order.address.host}:${order.address.port} (${problem})`;
      return {
        ok: false,
        exit: 4,
        code: 'CANNOT_CONNECT',
        message,
        next: 'start one with npm start, or name it with --switch HOST:PORT',
      };
    }
  }
  const paid = await makePayment(order, context);
  return 'ok' in paid ? paid : payReport(order, paid, context);
};
