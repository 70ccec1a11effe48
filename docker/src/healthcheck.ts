// Asks addresses whether they answer: `node healthcheck.ts tcp://HOST:PORT http://HOST:PORT/PATH …`.
// Exit code 0 when all do within two seconds.
import { connect } from 'node:net';

const answerMs = 2_000;

async function answers(address: string): Promise<boolean> {
  const { protocol, hostname, port } = new URL(address);
  if (protocol === 'http:') {
    const answer = await fetch(address, { signal: AbortSignal.timeout(answerMs) });
    return answer.ok;
  }
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const end = (ok: boolean): void => {
      socket.destroy();
      resolve(ok);
    };
    socket.setTimeout(answerMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

const addresses = process.argv.slice(2);
const all = await Promise.all(
  addresses.map(async (address) => {
    try {
      return await answers(address);
    } catch (error) {
      console.error(`healthcheck: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }),
);
process.exitCode = addresses.length > 0 && all.every(Boolean) ? 0 : 1;
