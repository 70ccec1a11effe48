// How a host and those who ask it are connected: it listens, in clear or over TLS, or it dials in itself.
import { readFileSync } from 'node:fs';
import { type Server, type Socket, connect, createServer } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';

/** TLS of a host; PEM files. */
export interface HostTlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Authorities of those who may connect; anybody may when it is absent. */
  readonly authorityFile?: string;
}

/** How a host is connected. */
export interface TransportParts {
  readonly port: number;
  readonly tls?: HostTlsFiles;
  /** The host dials in here instead of listening. */
  readonly dialTo?: { readonly host: string; readonly port: number; readonly serverName?: string };
  readonly onSocket: (socket: Socket) => void;
  readonly onNote: (note: string) => void;
}

/** The open transport. */
export interface Transport {
  readonly port: number;
  readonly close: () => Promise<void>;
}

const dialAgainMs = 50;

function filesOf(tls: HostTlsFiles): { cert: Buffer; key: Buffer; ca?: Buffer } {
  const { certificateFile, keyFile, authorityFile } = tls;
  return {
    cert: readFileSync(certificateFile),
    key: readFileSync(keyFile),
    ...(authorityFile === undefined ? {} : { ca: readFileSync(authorityFile) }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function openListener({ port, tls, onSocket, onNote }: TransportParts): Promise<Transport> {
  const server =
    tls === undefined
      ? createServer(onSocket)
      : createTlsServer(
          {
            ...filesOf(tls),
            minVersion: 'TLSv1.2',
            requestCert: tls.authorityFile !== undefined,
            rejectUnauthorized: tls.authorityFile !== undefined,
          },
          onSocket,
        );
  server.on('tlsClientError', (error: Error) => onNote(`TLS: ${error.message}`));
  const at = await listen(server, port);
  return { port: at, close: () => new Promise((resolve) => void server.close(() => resolve())) };
}

function openDialler(parts: TransportParts, to: NonNullable<TransportParts['dialTo']>): Transport {
  const { tls, onSocket, onNote } = parts;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  const dial = (): void => {
    const { host, port, serverName } = to;
    const socket =
      tls === undefined
        ? connect({ host, port })
        : connectTls({
            host,
            port,
            ...filesOf(tls),
            ...(serverName && { servername: serverName }),
          });
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => onSocket(socket));
    socket.on('error', (error) => onNote(`cannot dial in: ${error.message}`));
    socket.once('close', () => {
      if (!isClosed) timer = setTimeout(dial, dialAgainMs);
    });
  };
  dial();
  return {
    port: to.port,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      return Promise.resolve();
    },
  };
}

/** Opens the transport; port 0 takes a free one. */
export function openTransport(parts: TransportParts): Promise<Transport> {
  const { dialTo } = parts;
  return dialTo === undefined ? openListener(parts) : Promise.resolve(openDialler(parts, dialTo));
}
