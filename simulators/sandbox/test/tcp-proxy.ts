// A TCP proxy on loopback that can go silent: connections stay, bytes vanish, no reset ever comes.
import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';

/** The proxy. */
export interface TcpProxy {
  readonly port: number;
  /** From now on nothing of the connections that there are passes; new ones pass, unless all are meant. */
  readonly goSilent: (which: 'these' | 'all') => void;
  /** New connections pass again; those that went silent stay so. */
  readonly heal: () => void;
  readonly close: () => Promise<void>;
}

/** Opens the proxy in front of a port on loopback. */
export async function openTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const pairs = new Set<{ readonly ends: readonly Socket[]; isSilent: boolean }>();
  let newAreSilent = false;
  const server = createServer((inside) => {
    const outside = connect({ ...target, noDelay: true });
    const pair = { ends: [inside, outside], isSilent: newAreSilent };
    pairs.add(pair);
    for (const [from, to] of [
      [inside, outside],
      [outside, inside],
    ]) {
      from.on('data', (bytes) => {
        if (!pair.isSilent) to.write(bytes);
      });
      from.on('error', () => undefined); // Its close follows.
      from.on('close', () => {
        if (pair.isSilent) return;
        pairs.delete(pair);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    goSilent: (which) => {
      newAreSilent = which === 'all';
      for (const pair of pairs) pair.isSilent = true;
    },
    heal: () => {
      newAreSilent = false;
    },
    close: async () => {
      for (const { ends } of pairs) for (const end of ends) end.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
