// The sandbox's own PKI for mutual TLS between terminals and switch: made once, renewed in time.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { createDevelopmentPki, writeDevelopmentPki } from '@chipswitch/certs';
import { sandboxTerminals } from './plan.ts';

/** Terminals' certificates hold for a year; they are renewed well before. */
const renewAfterMs = 300 * 86_400_000;

/** Makes the certificates at the first start, and again when they are about to run out. */
export function ensureCertificates(folder: string): void {
  const chain = join(folder, 'server-chain.pem');
  if (existsSync(chain) && Date.now() - statSync(chain).mtimeMs < renewAfterMs) return;
  const terminalIds = sandboxTerminals.map((terminal) => terminal.terminalId);
  const pki = createDevelopmentPki({ terminalIds, now: new Date() });
  writeDevelopmentPki(pki, folder);
  writeFileSync(chain, pki.server.certificatePem + pki.acquirer.certificatePem);
}

/** What a terminal's link needs to show its certificate and to know the switch's. */
export function terminalTls(folder: string, terminalId: string): ConnectionOptions {
  const file = (name: string): Buffer => readFileSync(join(folder, name));
  return {
    ca: file('root.crt.pem'),
    cert: Buffer.concat([file(`terminal-${terminalId}.crt.pem`), file('acquirer.crt.pem')]),
    key: file(`terminal-${terminalId}.key.pem`),
    servername: 'localhost',
  };
}
