// payShield client against the simulator in its own process: commands a second over 8 connections on loopback.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Fields, type PayshieldClient, createPayshieldClient } from '@chipswitch/payshield';
import { medianOf } from './measure.ts';
import type { LoadSuite } from './suite.ts';

const connections = 8;
const callers = 256;
const runs = 5;
const barPerSecond = 20_000;

// A published translation (ISO 1 under a triple-length ZPK to ISO 0), so that every answer is known.
const translation: Fields = {
  sourceZpk: 'T971803BA969012152827CC97A98D18D50BE6559CDFF6F7E1',
  destinationZpk: 'U247078713614BE11F819054C5FFB08FF',
  maximumPinLength: '12',
  sourcePinBlock: 'F2B66A1070EADC47',
  sourcePinBlockFormat: '05',
  destinationPinBlockFormat: '01',
  pan: '001000000376',
};
const translated = '917B183EA810507C';

interface Work {
  readonly name: string;
  readonly command: string;
  readonly fields: Fields;
  readonly answer: readonly [string, string];
  readonly commands: number;
  readonly bar?: number;
}

const works: readonly Work[] = [
  {
    name: 'CC translate a PIN from ZPK to ZPK',
    command: 'CC',
    fields: translation,
    answer: ['pinBlock', translated],
    commands: 30_000,
    bar: barPerSecond,
  },
  {
    name: 'B2 echo (the link alone)',
    command: 'B2',
    fields: { data: 'PING' },
    answer: ['data', 'PING'],
    commands: 60_000,
    bar: barPerSecond,
  },
];

async function startSimulator(): Promise<{ child: ChildProcess; port: number }> {
  const main = fileURLToPath(new URL('../../simulators/hsm/src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`simulator ended with ${String(code)}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      const found = /127\.0\.0\.1:(\d+)/.exec(chunk.toString())?.[1];
      if (found !== undefined) resolve(Number(found));
    });
  });
  return { child, port };
}

/** Commands a second; every answer is checked, and one that is wrong ends the run. */
async function once(client: PayshieldClient, work: Work): Promise<{ wall: number; cpuUs: number }> {
  let left = work.commands;
  const cpuStart = process.cpuUsage();
  const start = performance.now();
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const outcome = await client.send(work.command, work.fields);
      if (!outcome.ok) throw new Error(`${work.command}: ${outcome.error.code}`);
      if (outcome.response.fields[work.answer[0]] !== work.answer[1]) {
        throw new Error(`${work.command}: wrong answer`);
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - start) / 1000;
  const cpu = process.cpuUsage(cpuStart);
  return { wall: work.commands / seconds, cpuUs: (cpu.user + cpu.system) / work.commands };
}

async function load(): ReturnType<LoadSuite['load']> {
  const { child, port } = await startSimulator();
  const client = createPayshieldClient({
    hsms: [{ host: '127.0.0.1', port }],
    connectionsPerHsm: connections,
    timeoutMs: 10_000,
  });
  const lines: string[] = [
    `wall clock, client and simulator in a process each, ${connections} connections, ${callers} callers`,
  ];
  const data: Record<string, unknown> = {};
  try {
    for (const work of works) {
      await once(client, { ...work, commands: work.commands / 3 });
      const results: { wall: number; cpuUs: number }[] = [];
      for (let i = 0; i < runs; i++) results.push(await once(client, work));
      const rates = results.map((result) => result.wall);
      const median = medianOf(rates);
      const [min, max] = [Math.min(...rates), Math.max(...rates)];
      const cpuUs = medianOf(results.map((result) => result.cpuUs));
      const rate = (value: number): string => Math.round(value).toLocaleString('en-US');
      const met = work.bar === undefined || median >= work.bar;
      lines.push(
        `${work.name.padEnd(40)} ${rate(min)} / ${rate(median)} / ${rate(max)} commands/s, ` +
          `${cpuUs.toFixed(1)} µs of client CPU each` +
          (work.bar === undefined ? '' : `  bar ${rate(work.bar)}: ${met ? 'met' : 'NOT MET'}`),
      );
      data[work.command] = { min, median, max, cpuUs, bar: work.bar, met };
    }
  } finally {
    client.close();
    child.kill();
  }
  return { lines, data };
}

/** The suite. */
export const suite: LoadSuite = { name: 'payshield', load };
