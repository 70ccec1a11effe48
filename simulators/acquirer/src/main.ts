// Acquirer hosts as a process: `node main.ts CONFIG.json`; prints one JSON line when they are open.
import { readFileSync } from 'node:fs';
import { commandLine, stopOnSignal } from '@chipswitch/program';
import { HostBook } from './book.ts';
import { type Acquirer, type AcquirerParts, openAcquirer } from './host.ts';
import { type CardAccount, type IssuerConfig, IssuerDesk } from './issuer.ts';

interface AcquirerConfig {
  readonly hosts: readonly Omit<AcquirerParts, 'issuers' | 'book' | 'lateMs' | 'onNote'>[];
  readonly pinKeyHex: string;
  readonly issuers: readonly IssuerConfig[];
  readonly cards: readonly CardAccount[];
  readonly bookFile: string;
  readonly lateMs: number;
}

const { words } = commandLine({
  name: 'acquirer',
  usage: [
    'node simulators/acquirer/src/main.ts CONFIG',
    'Acquirer hosts and the issuers behind them.',
  ],
  options: {},
  argumentsMax: 1,
});
const [path] = words;
if (path === undefined) {
  console.error('acquirer: give the configuration file');
  process.exit(2);
}
const config = JSON.parse(readFileSync(path, 'utf8')) as AcquirerConfig;
const issuers = new IssuerDesk(config.issuers, config.cards, config.pinKeyHex);
const book = new HostBook(config.bookFile);
const hosts: Acquirer[] = [];
try {
  for (const host of config.hosts) {
    hosts.push(await openAcquirer({ ...host, issuers, book, lateMs: config.lateMs }));
  }
} catch (error) {
  console.error(`acquirer: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(2);
}
const ports = hosts.map((host) => host.port);
console.log(JSON.stringify({ event: 'ready', ports }));
process.send?.({ type: 'ready', ports });

stopOnSignal('acquirer', () => Promise.all(hosts.map((host) => host.close())));
