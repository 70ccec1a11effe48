// Sockets to and from a host: dialled by us, over TLS where it is set, or accepted where the host dials in.
import { readFileSync } from 'node:fs';
import { type Server, type Socket, connect, createServer, isIP } from 'node:net';
import {
  type SecureContext,
  connect as connectTls,
  createSecureContext,
  createServer as createTlsServer,
} from 'node:tls';
import { given } from '@chipswitch/bytes';
import { SettingError } from '@chipswitch/program';
import type { HostSettings, LineSettings } from './host-settings.ts';

type TlsSettings = NonNullable<HostSettings['tls']>;

/** TLS towards one host, its files read. */
export interface HostTls {
  readonly context: SecureContext;
  readonly serverName: string | undefined;
  readonly files: { readonly ca: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
}

function fileOf(path: string, place: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new SettingError(place, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Reads what TLS towards a host needs.
 *
 * @throws SettingError naming the setting whose file cannot be used.
 */
export function openHostTls(tls: TlsSettings | undefined, place: string): HostTls | undefined {
  if (tls === undefined) return undefined;
  const { authorityFile, certificateFile, keyFile, serverName } = tls;
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    throw new SettingError(`${place}.tls`, 'certificateFile and keyFile go together');
  }
  const files = {
    ca: fileOf(authorityFile, `${place}.tls.authorityFile`),
    ...given({
      cert: certificateFile && fileOf(certificateFile, `${place}.tls.certificateFile`),
      key: keyFile && fileOf(keyFile, `${place}.tls.keyFile`),
    }),
  } as HostTls['files'];
  try {
    const context = createSecureContext({ ...files, minVersion: 'TLSv1.2' });
    return { context, serverName, files };
  } catch (error) {
    throw new SettingError(`${place}.tls`, error instanceof Error ? error.message : String(error));
  }
}

/** A socket towards an address; `onConnected` once it is open and, with TLS, the host has proved its name. */
export function dial(
  { host, port }: LineSettings,
  tls: HostTls | undefined,
  onConnected: () => void,
): Socket {
  if (tls === undefined) {
    const socket = connect({ host, port, noDelay: true });
    socket.once('connect', onConnected);
    return socket;
  }
  const name = tls.serverName ?? host;
  const socket = connectTls({
    host,
    port,
    secureContext: tls.context,
    rejectUnauthorized: true,
    // An address is no name to ask for; the certificate is held against it all the same.
    ...(isIP(name) === 0 ? { servername: name } : {}),
  });
  socket.setNoDelay(true);
  socket.once('secureConnect', onConnected);
  return socket;
}

/** What listens for a host that dials in. */
export interface HostListener {
  readonly server: Server;
  readonly close: () => void;
}

/** Listens at an address of ours; with TLS the host must have a certificate of the authority. */
export function listenForHost(
  { host, port }: LineSettings,
  tls: HostTls | undefined,
  events: { readonly onSocket: (socket: Socket) => void; readonly onError: (error: Error) => void },
): HostListener {
  const server =
    tls === undefined
      ? createServer({ noDelay: true }, events.onSocket)
      : createTlsServer(
          { ...tls.files, minVersion: 'TLSv1.2', requestCert: true, rejectUnauthorized: true },
          events.onSocket,
        );
  server.maxConnections = 64;
  server.on('error', events.onError);
  server.on('tlsClientError', (error: Error) => events.onError(error));
  server.listen(port, host);
  return { server, close: () => server.close() };
}

/** Where a socket comes from, without the prefix of an address mapped into IPv6. */
export function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}
