// Whose terminals the sandbox's switch serves: no two programs write into the batch of one.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sandboxPaths } from '../src/folder.ts';
import { commandLineTerminal, sandboxTerminals, writePlan } from '../src/plan.ts';
import { sandboxKeys } from '../src/sandbox-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'sandbox-terminals-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('E8a: the terminal of chipswitch pay is served, and the sandbox does not pay with it', () => {
  const paths = sandboxPaths(folder);
  const ports = { switchPort: 1, switchTlsPort: 2, hostPorts: [3, 4, 5], httpPort: 6 } as const;
  writePlan(paths, sandboxKeys(paths.keys), ports);
  const { terminals } = JSON.parse(readFileSync(paths.switchConfig, 'utf8')) as {
    terminals: { terminalId: string; acceptorId: string }[];
  };
  const { terminalId, acceptorId } = commandLineTerminal;
  expect(terminals).toContainEqual(expect.objectContaining({ terminalId, acceptorId }));
  expect(new Set(terminals.map((terminal) => terminal.terminalId)).size).toBe(terminals.length);
  expect(sandboxTerminals.map((terminal) => terminal.terminalId)).not.toContain(terminalId);
});
