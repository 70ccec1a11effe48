// The card in a virtual PC/SC reader: the line protocol of vsmartcard's vpcd, two bytes of length,
// then a control byte (off, on, reset, ATR wanted) or an APDU.
import { type Socket, connect } from 'node:net';
import { concatBytes } from '@chipswitch/bytes';
import type { Card } from './card.ts';

/** Where vpcd listens; it is set up in /etc/reader.conf.d and takes one card on this port. */
export interface VirtualReaderOptions {
  readonly host?: string;
  /** Default 35963 (8C7B hex), vpcd's own. */
  readonly port?: number;
}

/** A card in the reader; `remove` pulls it out. */
export interface InsertedCard {
  remove(): void;
}

const messageBytesMax = 65_535;

function framed(message: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(message.length >> 8, message.length & 0xff), message);
}

/** What the reader's message asks for; undefined where no answer is expected. */
function respond(card: Card, message: Uint8Array): Uint8Array | undefined {
  if (message.length !== 1) return card.transmit(message);
  switch (message[0]) {
    case 0x00:
    case 0x01:
    case 0x02:
      card.reset();
      return undefined;
    case 0x04:
      return card.atr;
    default:
      return undefined;
  }
}

/** Serves one connection; the reader waits for each answer, so at most one message is pending. */
function serve(card: Card, socket: Socket): void {
  let pending: Uint8Array = new Uint8Array(0);
  socket.on('data', (chunk) => {
    pending = concatBytes(pending, new Uint8Array(chunk));
    while (pending.length >= 2) {
      const end = 2 + ((pending[0] << 8) | pending[1]);
      if (pending.length < end) break;
      const answer = respond(card, pending.slice(2, end));
      pending = pending.slice(end);
      // A mute card says nothing: the reader runs into its own time limit.
      if (answer && answer.length > 0 && answer.length <= messageBytesMax) {
        socket.write(framed(answer));
      }
    }
  });
}

/**
 * Puts a card into the virtual reader.
 *
 * @returns rejects with the socket's error when nobody listens there
 * @example const inserted = await insertIntoVirtualReader(createCard(profiles['visa-cvn10']));
 */
export function insertIntoVirtualReader(
  card: Card,
  options: VirtualReaderOptions = {},
): Promise<InsertedCard> {
  const { host = '127.0.0.1', port = 0x8c7b } = options;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      socket.on('error', () => socket.destroy());
      serve(card, socket);
      resolve({ remove: () => socket.destroy() });
    });
  });
}
