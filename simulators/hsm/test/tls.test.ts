// The client over TLS, as an HSM offers it beside plain TCP; the certificate is made by OpenSSL.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Server, createServer } from 'node:tls';
import { createPayshieldClient } from '@chipswitch/payshield';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HsmServer, startHsm } from '../src/index.ts';

const openssl = spawnSync('openssl', ['version']).status === 0;
const reason = openssl ? '' : ' (skipped: openssl is not installed)';

describe.skipIf(!openssl)(`TLS${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hsm-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  let hsm: HsmServer;
  let server: Server;

  beforeAll(async () => {
    const files = ['-keyout', key, '-out', cert, '-days', '1', '-nodes'];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const made = spawnSync('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      ...files,
      ...subject,
    ]);
    expect(made.status).toBe(0);
    hsm = await startHsm();
    server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
      const inner = connect(hsm.port, '127.0.0.1');
      socket.pipe(inner).pipe(socket);
      socket.on('error', () => inner.destroy());
      inner.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  });
  afterAll(async () => {
    server.close();
    await hsm.close();
    rmSync(folder, { recursive: true });
  });

  const ask = async (ca: string | undefined): Promise<string> => {
    const { port } = server.address() as AddressInfo;
    const tls = { servername: 'localhost', ...(ca === undefined ? {} : { ca }) };
    const client = createPayshieldClient({
      hsms: [{ host: '127.0.0.1', port, tls }],
      timeoutMs: 500,
      attemptsMax: 1,
    });
    const answer = await client.send('B2', { data: 'PING' });
    client.close();
    return answer.ok ? (answer.response.fields['data'] ?? '') : `${answer.error.detail}`;
  };

  it('carries commands when the certificate is trusted', async () => {
    expect(await ask(readFileSync(cert, 'utf8'))).toBe('PING');
  });
  it('carries none when it is not', async () => {
    expect(await ask(undefined)).toBe('no-link');
  });
});
