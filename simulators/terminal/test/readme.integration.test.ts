// The README's example is run as it stands, only with the port of a host that is there.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { profiles } from '@chipswitch/card';
import { expect, it } from 'vitest';
import { startIssuerServer } from './issuer-server.ts';

function path(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

it('the first example pays', async () => {
  const host = await startIssuerServer(profiles['visa-cvn18']);
  const [, block] = /```ts\n([\s\S]*?)```/.exec(readFileSync(path('../README.md'), 'utf8')) ?? [];
  const file = path(`./readme-example-${process.pid}.ts`);
  const code = `${block.replace('port: 7000', `port: ${host.port}`)}\nlink.close();\n`;
  writeFileSync(file, code);
  try {
    const stdout = await new Promise<string>((resolve) => {
      const child = spawn(process.execPath, [file]);
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.on('close', () => resolve(text));
    });
    expect(stdout).toMatch(/^approved CHIPSWITCH SANDBOX\n/);
    expect(stdout).toContain('交易成功');
  } finally {
    rmSync(file);
    host.close();
  }
});
