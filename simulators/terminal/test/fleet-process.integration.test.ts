// The fleet as a process of its own, over real sockets, against a host that verifies what it gets.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { profiles } from '@chipswitch/card';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IssuerServer, startIssuerServer } from './issuer-server.ts';
import { testPinKey } from './scripted-issuer.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
let host: IssuerServer;

beforeAll(async () => {
  host = await startIssuerServer(profiles['mastercard-mchip17']);
});

afterAll(() => {
  host.close();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly events: { event: string; [name: string]: unknown }[];
  readonly stderr: string;
}

function run(config: unknown): Promise<Ended> {
  const file = join(folder, 'fleet.json');
  writeFileSync(file, JSON.stringify(config));
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, '--config', file]);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('close', (code) => {
      const lines = stdout.split('\n').filter((line) => line !== '');
      resolve({
        code,
        stderr,
        events: lines.map((line) => JSON.parse(line) as Ended['events'][0]),
      });
    });
  });
}

const config = () => ({
  port: host.port,
  connections: 2,
  terminal: { terminalId: 'FLT00001', acceptorId: 'M00000000000001' },
  terminals: 4,
  cards: ['mastercard-mchip17'],
  pinKey: testPinKey,
  ratePerSecond: 200,
  payments: 40,
});

describe('the fleet process', () => {
  it('makes its payments, closes its batches, reports, and shows no card number', async () => {
    const { code, events, stderr } = await run(config());
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(events[0]).toEqual({ event: 'ready', terminals: 4, connections: 2 });
    const payments = events.filter((event) => event.event === 'payment');
    expect(payments).toHaveLength(40);
    expect(new Set(payments.map((event) => event['outcome']))).toEqual(new Set(['approved']));
    expect(host.issuer.verdicts.every((verdict) => verdict === 'ok')).toBe(true);
    expect(events.filter((event) => event.event === 'batch')).toHaveLength(4);
    expect(events.at(-1)).toMatchObject({ event: 'report', finished: 40, overruns: 0, debts: 0 });
    const { pan } = profiles['mastercard-mchip17'].applications[0];
    expect(JSON.stringify(events)).not.toContain(pan);
    expect(new Set(host.issuer.received.map((message) => message['de41'])).size).toBe(4);
  });

  it.each([
    [{}, ['terminal: not-an-object', 'port: missing', 'pinKey: missing']],
    [{ port: 70_000 }, ['port: out-of-range']],
    [[], [': not-an-object']],
  ])('refuses %j by name', async (source, problems) => {
    const { code, stderr } = await run(source);
    expect(code).toBe(2);
    for (const problem of problems) expect(stderr).toContain(problem);
  });
});
