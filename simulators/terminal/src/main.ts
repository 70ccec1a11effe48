// A fleet as a process: node simulators/terminal/src/main.ts --config fleet.json
// Prints one JSON line per event: ready, payment, batch, report. The configuration is described at
// `parseFleetConfig`; exit 0 when every payment had an outcome and no debt is left, 1 otherwise, 2 for
// a configuration that cannot be used.
import { readFileSync } from 'node:fs';
import {
  type Card,
  authorityPublicKey,
  createCard,
  personalise,
  sandboxAuthority,
} from '@chipswitch/card';
import { commandLine } from '@chipswitch/program';
import { type FleetConfig, parseFleetConfig } from './fleet-config.ts';
import { runFleet } from './fleet.ts';
import { ridsOf } from './kernel-config.ts';
import type { PaymentOrder, PaymentResult } from './payment.ts';
import { TerminalLink } from './terminal-link.ts';
import { type Terminal, createTerminal } from './terminal.ts';

function print(event: object): void {
  const text = JSON.stringify(event, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  process.stdout.write(`${text}\n`);
}

function refuse(problem: string): never {
  process.stderr.write(`${problem}\n`);
  process.exit(2);
}

function readConfig(): FleetConfig {
  const { values } = commandLine({
    name: 'terminal',
    usage: [
      'node simulators/terminal/src/main.ts --config FILE',
      'A fleet of terminals with cards; prints one JSON line per event.',
    ],
    options: { config: { type: 'string' } },
  });
  if (values.config === undefined) refuse('--config FILE is missing');
  let source: unknown;
  try {
    source = JSON.parse(readFileSync(values.config, 'utf8'));
  } catch (error) {
    refuse(`${values.config}: ${(error as NodeJS.ErrnoException).code ?? 'not JSON'}`);
  }
  const parsed = parseFleetConfig(source);
  if (parsed.ok) return parsed.config;
  return refuse(
    parsed.errors.map((error) => `${values.config}: ${error.path}: ${error.code}`).join('\n'),
  );
}

/** A drawer of cards: each is in one terminal at a time, and comes back with its memory. */
class Drawer {
  readonly #make: (n: number) => Card;
  readonly #free: Card[][];
  readonly #kinds: number;

  constructor(config: FleetConfig) {
    const images = config.cards.map((profile) => personalise(profile, sandboxAuthority()));
    this.#kinds = images.length;
    this.#free = images.map(() => []);
    this.#make = (kind) => createCard(images[kind], { interface: config.interface });
  }

  take(n: number): { card: Card; kind: number } {
    const kind = n % this.#kinds;
    const card = this.#free[kind].pop() ?? this.#make(kind);
    card.reset();
    return { card, kind };
  }

  giveBack(card: Card, kind: number): void {
    this.#free[kind].push(card);
  }
}

function makeTerminals(config: FleetConfig, links: readonly TerminalLink[]): Terminal[] {
  return config.terminals.map((profile, i) =>
    createTerminal({
      profile,
      link: links[i % links.length],
      caKeys: ridsOf(profile).map((rid) => authorityPublicKey(sandboxAuthority(), rid)),
      pinPad: { pinKey: config.pinKey },
    }),
  );
}

/** A terminal whose `pay` gives its card back to the drawer. */
function withDrawer(terminal: Terminal, drawer: Drawer, taken: Map<object, number>): Terminal {
  return {
    profile: terminal.profile,
    memory: terminal.memory,
    network: (what) => terminal.network(what),
    settleDebts: () => terminal.settleDebts(),
    closeBatch: () => terminal.closeBatch(),
    followUp: (order) => terminal.followUp(order),
    pay: async (order) => {
      const result = await terminal.pay(order);
      const kind = order.card === undefined ? undefined : taken.get(order.card);
      if (order.card !== undefined && kind !== undefined) {
        taken.delete(order.card);
        drawer.giveBack(order.card as Card, kind);
      }
      return result;
    },
  };
}

/** What of a result goes on the line: neither slip nor the kernel's whole log. */
function paymentEvent(result: PaymentResult, latencyMs: number): object {
  const { chip } = result;
  return {
    event: 'payment',
    latencyMs,
    ...result,
    slip: undefined,
    chip: chip === undefined ? undefined : { ...chip, decisions: undefined },
  };
}

async function main(): Promise<void> {
  const config = readConfig();
  const { host, port } = config;
  const links = Array.from(
    { length: config.connections },
    () => new TerminalLink({ host, port, tpdu: config.terminals[0].tpdu }),
  );
  const drawer = new Drawer(config);
  const taken = new Map<object, number>();
  const terminals = makeTerminals(config, links).map((one) => withDrawer(one, drawer, taken));
  print({ event: 'ready', terminals: terminals.length, connections: links.length });
  const order = (n: number, random: () => number): PaymentOrder => {
    const { card, kind } = drawer.take(n);
    taken.set(card, kind);
    const { least, most } = config.amountMinor;
    return {
      amountMinor: BigInt(least + Math.floor(random() * Math.max(1, most - least))),
      card,
      interface: config.interface,
      cardholder: { pin: config.cards[kind].pin.value },
    };
  };
  const { ratePerSecond, payments, seed } = config;
  const report = await runFleet({
    terminals,
    ratePerSecond,
    payments,
    seed,
    order,
    onResult: (result, latencyMs) => print(paymentEvent(result, latencyMs)),
  });
  let debts = 0;
  for (const terminal of terminals) {
    debts += await terminal.settleDebts();
    if (!config.closeBatches) continue;
    const { terminalId } = terminal.profile;
    print({ event: 'batch', terminalId, ...(await terminal.closeBatch()) });
  }
  print({ event: 'report', ...report, debts, links: links.map((link) => link.counters) });
  for (const link of links) link.close();
  process.exitCode = debts === 0 && report.overruns === 0 ? 0 : 1;
}

await main();
