// The switch under load: real processes, real Postgres, open-loop arrivals; the run ends with the books:
// every approval that was seen is in the journal, in the ledger and in the host's own book.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '@chipswitch/bytes';
import {
  chipswitchFolder,
  openSandbox,
  panOf,
  readBook,
  type Sandbox,
  sandboxCards,
  sandboxTerminals,
  startProcess,
} from '@chipswitch/sandbox';
import { FrameDecoder, decodeView, encodeFrame, encodeMessage, posTerminal } from 'iso8583-js';
import { Client } from 'pg';
import type { LoadSuite } from './suite.ts';
import { type LoadResult, runLoad } from './switch-load.ts';

const framing = { length: 'binary2', tpdu: true, maxBytes: 4096 } as const;
const tpdu = fromHex('6000010000');
const connections = 16;
const rates = [100, 500, 1_000, 2_000];
const seconds = 5;

/** Numbers of all messages of a run never repeat, so neither do trace number and time of a terminal. */
let messageCount = 0;

function frameOfPayment(n: number): Uint8Array {
  const number = n + messageCount;
  const terminal = sandboxTerminals[number % sandboxTerminals.length];
  const encoded = encodeMessage(posTerminal, {
    mti: '0200',
    de2: panOf(sandboxCards[0]),
    de3: '000000',
    de4: '000000001200',
    de11: String(number % 1_000_000).padStart(6, '0'),
    de12: '102107',
    de13: '1122',
    de14: '2812',
    de22: '012',
    de25: '00',
    de41: terminal.terminalId,
    de42: terminal.acceptorId,
    de49: '156',
  });
  if (!encoded.ok) throw new Error(`the load's own message does not fit: ${encoded.error.path}`);
  return encodeFrame(framing, encoded.bytes, { tpdu });
}

interface Seen {
  approved: number;
  refused: Map<string, number>;
}

function answersReader(seen: Seen, first: number): (chunk: Uint8Array) => number[] {
  const decoder = new FrameDecoder(framing);
  return (chunk) => {
    const numbers: number[] = [];
    for (const frame of decoder.push(chunk)) {
      if (!frame.ok) throw new Error(`the switch sent a bad frame: ${frame.error.code}`);
      const opened = decodeView(posTerminal, frame.body);
      if (!opened.ok) continue;
      const code = String(opened.view.get(39));
      if (code === '00') seen.approved++;
      else seen.refused.set(code, (seen.refused.get(code) ?? 0) + 1);
      numbers.push(Number(opened.view.get(11)) - first);
    }
    return numbers;
  };
}

function lineOf(name: string, rate: number, result: LoadResult): string {
  const ms = (micro: number): string => (micro / 1_000).toFixed(1).padStart(7);
  const { answered, sent, p50, p99, p999, max } = result;
  return `${name.padEnd(8)} ${String(rate).padStart(6)}/s asked, ${answered}/${sent} answered   p50 ${ms(p50)}  p99 ${ms(p99)}  p99.9 ${ms(p999)}  max ${ms(max)} ms`;
}

async function loadEcho(rate: number): Promise<LoadResult> {
  const echo = await startProcess<{ port: number }>({
    name: 'echo',
    script: new URL('./echo-server.ts', import.meta.url),
    args: [],
    logFile: join(chipswitchFolder, 'bench', 'echo.log'),
  });
  const size = frameOfPayment(0).length;
  try {
    return await runLoad({
      port: echo.ready.port,
      connections,
      perSecond: rate,
      seconds: 2,
      frame: (n) => {
        const frame = Buffer.alloc(size);
        frame.writeUInt32BE(n);
        return frame;
      },
      reader: () => {
        let held = Buffer.alloc(0);
        return (chunk) => {
          held = Buffer.concat([held, chunk]);
          const numbers: number[] = [];
          for (; held.length >= size; held = held.subarray(size)) numbers.push(held.readUInt32BE());
          return numbers;
        };
      },
    });
  } finally {
    await echo.stop();
  }
}

async function checkBooks(sandbox: Sandbox, approved: number): Promise<string[]> {
  const client = new Client({ connectionString: sandbox.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ journal: string; ledger: string; sum: string }>(
    `select (select count(*) from payment where response_code = '00')::text as journal,
      (select count(*) from ledger_transaction where kind = 'capture')::text as ledger,
      (select coalesce(sum(amount_minor), 0) from ledger_posting)::text as sum`,
  );
  await client.end();
  const host = readBook(sandbox.paths.acquirerBook).filter((entry) => entry.effect === 'approved');
  const [{ journal, ledger, sum }] = rows;
  const figures = [String(approved), journal, ledger, String(host.length)];
  const agree = new Set(figures).size === 1 && sum === '0';
  return [
    `books    ${agree ? 'agree' : 'DO NOT AGREE'}: approvals seen ${approved}, in the journal ${journal}, in the ledger ${ledger}, at the host ${host.length}; postings sum to ${sum}`,
  ];
}

/** The suite. */
export const suite: LoadSuite = {
  name: 'switch',
  load: async () => {
    const folder = join(chipswitchFolder, 'bench');
    rmSync(folder, { recursive: true, force: true });
    const sandbox = await openSandbox({ folder, onProgress: (line) => console.error(`  ${line}`) });
    const lines: string[] = [];
    const data: Record<string, unknown> = {};
    const seen: Seen = { approved: 0, refused: new Map() };
    const payRun = async (rate: number, forSeconds: number): Promise<LoadResult> => {
      const first = messageCount;
      const result = await runLoad({
        port: sandbox.port,
        connections,
        perSecond: rate,
        seconds: forSeconds,
        frame: frameOfPayment,
        reader: () => answersReader(seen, first),
      });
      messageCount += result.sent;
      return result;
    };
    try {
      await payRun(200, 3); // Warm-up, not shown.
      for (const rate of rates) {
        const echo = await loadEcho(rate);
        const pay = await payRun(rate, seconds);
        const ratio = (pay.p50 / Math.max(1, echo.p50)).toFixed(1);
        lines.push(lineOf('echo', rate, echo), `${lineOf('switch', rate, pay)}  ${ratio}x echo`);
        data[String(rate)] = { echo, switch: pay };
      }
      if (seen.refused.size > 0) {
        lines.push(`refused  ${[...seen.refused].map(([code, n]) => `${code}: ${n}`).join(', ')}`);
      }
      lines.push(...(await checkBooks(sandbox, seen.approved)));
    } finally {
      await sandbox.close();
    }
    return { lines, data };
  },
};
