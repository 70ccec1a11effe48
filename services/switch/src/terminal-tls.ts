// The terminals' port with mutual TLS: who a certificate names, and which files may be used (RFC 8446, RFC 5280).
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { TLSSocket, type Server as TlsServer, createServer as createTlsServer } from 'node:tls';
import { SettingError } from '@chipswitch/program';
import { certifiedTerminalId } from '@chipswitch/transaction';
import type { ListenTlsConfig } from './config.ts';
import { readOwnedFile } from './security/owned-file.ts';

const handshakeMsMax = 10_000;

/** The terminal that a certificate names, '' when it names none; undefined without TLS. */
export function certifiedIdOf(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  return certifiedTerminalId(socket.getPeerCertificate().subjectaltname) ?? '';
}

/** A PEM file that anybody may read. */
export function pemFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new SettingError(path, `cannot be read (${(error as NodeJS.ErrnoException).code ?? ''})`);
  }
}

// node takes one list a value; a file may hold several, one for each authority of the chain.
function listsOf(path: string): string[] {
  const lists = pemFile(path)
    .toString('latin1')
    .match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g);
  if (lists === null) throw new SettingError(path, 'holds no revocation list (PEM)');
  return lists;
}

/** What is told of the port's handshakes. */
export interface TlsPortHooks {
  readonly onConnection: (socket: Socket) => void;
  readonly onHandshakeFailed: (code: string) => void;
}

/**
 * Makes the server; it listens to nothing yet.
 *
 * @throws SettingError for a file that cannot be used, or a key that others may read.
 */
export function createTlsPort(tls: Omit<ListenTlsConfig, 'port'>, hooks: TlsPortHooks): TlsServer {
  const list = tls.revocationListFile;
  const server = createTlsServer({
    cert: pemFile(tls.certificateFile),
    key: readOwnedFile(tls.keyFile),
    ca: pemFile(tls.clientAuthorityFile),
    ...(list === undefined ? {} : { crl: listsOf(list) }),
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    handshakeTimeout: handshakeMsMax,
  });
  server.on('secureConnection', hooks.onConnection);
  server.on('tlsClientError', (error) =>
    hooks.onHandshakeFailed((error as NodeJS.ErrnoException).code ?? 'failed'),
  );
  return server;
}
