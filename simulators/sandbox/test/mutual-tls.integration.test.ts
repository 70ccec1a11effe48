// The port with mutual TLS: which certificates come in, and whose payments they may make.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { createDevelopmentPki, createRevocationList, writeDevelopmentPki } from '@chipswitch/certs';
import type { ListenTlsConfig } from '@chipswitch/switch';
import { TerminalLink } from '@chipswitch/terminal';
import { textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stand, openStand, purchase } from './switch-stand.ts';

const folder = mkdtempSync(join(tmpdir(), 'chipswitch-tls-'));
const now = new Date();
const pki = createDevelopmentPki({ terminalIds: ['TERM0001', 'TERM0002'], now });
const stranger = createDevelopmentPki({ terminalIds: ['TERM0001'], now });
let stand: Stand;

const filesOfTls = (): ListenTlsConfig => ({
  port: 0,
  certificateFile: join(folder, 'server-chain.pem'),
  keyFile: join(folder, 'server.key.pem'),
  clientAuthorityFile: join(folder, 'chain.pem'),
});

beforeAll(async () => {
  writeDevelopmentPki(pki, folder);
  const { certificateFile } = filesOfTls();
  writeFileSync(certificateFile, pki.server.certificatePem + pki.acquirer.certificatePem);
  stand = await openStand({ listen: { tls: filesOfTls() } });
});
afterAll(async () => {
  await stand.close();
  rmSync(folder, { recursive: true });
});

function optionsOf(from: typeof pki, terminal: number): ConnectionOptions {
  const { certificatePem, keyPem } = from.terminals[terminal];
  return {
    ca: pki.root.certificatePem,
    cert: certificatePem + from.acquirer.certificatePem,
    key: keyPem,
    servername: 'localhost',
  };
}

async function pay(tls: ConnectionOptions, terminalId: string): Promise<string | undefined> {
  const port = stand.running.tlsPort ?? 0;
  const link = new TerminalLink({ host: '127.0.0.1', port, tls });
  const answer = await link.exchange(purchase(26_000, { de41: terminalId }), 2_000);
  link.close();
  return answer.ok ? textOf(answer.message, 39) : answer.error.code;
}

it('C4: a key that others may read is refused, as a key file is', async () => {
  const keyFile = join(folder, 'open.key.pem');
  writeFileSync(keyFile, pki.server.keyPem);
  chmodSync(keyFile, 0o644);
  await expect(openStand({ listen: { tls: { ...filesOfTls(), keyFile } } })).rejects.toThrow(
    'others may read this file: chmod 600 it',
  );
});

it("a terminal pays with its own certificate, and with no other terminal's", async () => {
  expect(await pay(optionsOf(pki, 0), 'TERM0001')).toBe('00');
  expect(await pay(optionsOf(pki, 0), 'TERM0002')).toBe('63');
  expect(await pay(optionsOf(pki, 1), 'TERM0002')).toBe('00');
});

it.each([
  ['no certificate', { ca: pki.root.certificatePem, servername: 'localhost' }],
  ["a stranger's certificate", optionsOf(stranger, 0)],
])('%s: the handshake fails and is counted', async (_name, tls) => {
  const before = stand.running.status().counters.tlsErrors;
  const socket = connect({ ...tls, host: '127.0.0.1', port: stand.running.tlsPort ?? 0 });
  await new Promise((resolve) => {
    socket.on('error', resolve);
    socket.on('close', resolve);
  });
  await expect.poll(() => stand.running.status().counters.tlsErrors).toBeGreaterThan(before);
});

it('plain bytes on the TLS port are a failed handshake, and payments go on', async () => {
  const before = stand.running.status().counters.tlsErrors;
  const { connect: connectPlain } = await import('node:net');
  const socket = connectPlain({ host: '127.0.0.1', port: stand.running.tlsPort ?? 0 });
  socket.write(Buffer.alloc(64, 0x60));
  await new Promise((resolve) => {
    socket.on('error', resolve);
    socket.on('close', resolve);
  });
  expect(stand.running.status().counters.tlsErrors).toBe(before + 1);
  expect(await pay(optionsOf(pki, 0), 'TERM0001')).toBe('00');
});

it('a revoked certificate does not come in; the others do', async () => {
  const validity = {
    issuedAt: new Date(now.getTime() - 60_000),
    nextUpdate: new Date(now.getTime() + 86_400_000),
  };
  const revoked = {
    certificatePem: pki.terminals[1].certificatePem,
    revokedAt: now,
    reason: 'keyCompromise' as const,
  };
  const list = join(folder, 'revoked.crl.pem');
  writeFileSync(
    list,
    createRevocationList({ ...validity, authority: pki.acquirer, revoked: [revoked], number: 2 }) +
      createRevocationList({ ...validity, authority: pki.root, revoked: [], number: 1 }),
  );
  const other = await openStand({
    instance: 'tls-2',
    listen: { tls: { ...filesOfTls(), revocationListFile: list } },
  });
  const plain = stand;
  stand = other;
  try {
    expect(await pay(optionsOf(pki, 0), 'TERM0001')).toBe('00');
    expect(await pay(optionsOf(pki, 1), 'TERM0002')).not.toBe('00');
    expect(other.running.status().counters.tlsErrors).toBeGreaterThan(0);
  } finally {
    stand = plain;
    await other.close();
  }
});
