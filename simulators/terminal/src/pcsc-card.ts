// A card in a real reader through PC/SC (ISO/IEC 7816-4 APDUs; pcsclite on Linux, WinSCard, macOS).
// The binding is the npm package `smartcard`; it is no dependency and is loaded only where installed.
import type { CardPort } from './card-reader.ts';

/** Why there is no card to talk to. */
export type PcscErrorCode = 'not-installed' | 'no-service' | 'no-reader' | 'no-card';

/** A card in a reader; `close` lets go of it. */
export interface PcscCard extends CardPort {
  readonly atr: Uint8Array;
  readonly readerName: string;
  close(): void;
}

/** The card, or why not. `detail` names the reader or the module, nothing of the card. */
export type PcscResult =
  | { readonly ok: true; readonly card: PcscCard }
  | {
      readonly ok: false;
      readonly error: { readonly code: PcscErrorCode; readonly detail: string };
    };

/** Which reader, and which binding. */
export interface PcscOptions {
  /** A part of the reader's name; the first with a card in it when absent. */
  readonly reader?: string;
  /** Package name or path of the binding. Default `smartcard`. */
  readonly module?: string;
}

// What of the binding is used, so that its types need not be installed either.
interface BindingCard {
  readonly atr: Uint8Array | null;
  transmit(command: number[], options: { autoGetResponse: boolean }): Promise<Uint8Array>;
  disconnect(disposition?: number): void;
  reconnect(shareMode?: number, protocol?: number, initialization?: number): Promise<number>;
}

interface BindingReader {
  readonly name: string;
  readonly state: number;
  connect(shareMode?: number, protocol?: number): Promise<BindingCard>;
}

interface BindingContext {
  listReaders(): BindingReader[];
  close(): void;
}

interface Binding {
  readonly Context: new () => BindingContext;
}

const shareExclusive = 1;
const protocolT0orT1 = 3;
const resetCard = 1;

async function loadBinding(name: string): Promise<Binding | undefined> {
  try {
    const loaded: unknown = await import(name);
    return loaded as Binding;
  } catch {
    // Not installed, or not built for this machine: the same to the caller, who reads the code.
    return undefined;
  }
}

function failed(code: PcscErrorCode, detail: string): PcscResult {
  return { ok: false, error: { code, detail } };
}

async function connectFirst(
  readers: readonly BindingReader[],
): Promise<{ reader: BindingReader; card: BindingCard } | undefined> {
  for (const reader of readers) {
    try {
      return { reader, card: await reader.connect(shareExclusive, protocolT0orT1) };
    } catch {
      // No card in this one, or someone else holds it: the next reader may have one.
      continue;
    }
  }
  return undefined;
}

/**
 * Connects to the card in a reader.
 *
 * @example
 * const opened = await openPcscCard();
 * if (opened.ok) await terminal.pay({ amountMinor: 100n, card: opened.card });
 */
export async function openPcscCard(options: PcscOptions = {}): Promise<PcscResult> {
  const name = options.module ?? 'smartcard';
  const binding = await loadBinding(name);
  if (!binding) return failed('not-installed', name);
  let context: BindingContext;
  let readers: BindingReader[];
  try {
    context = new binding.Context();
    readers = context.listReaders();
  } catch (error) {
    return failed('no-service', (error as Error).message);
  }
  const wanted = readers.filter((reader) => reader.name.includes(options.reader ?? ''));
  const found = await connectFirst(wanted);
  if (!found) {
    context.close();
    return wanted.length === 0
      ? failed('no-reader', options.reader ?? 'any')
      : failed('no-card', wanted[0].name);
  }
  const { card, reader } = found;
  return {
    ok: true,
    card: {
      atr: new Uint8Array(card.atr ?? []),
      readerName: reader.name,
      // T=0 readers hand 61xx and 6Cxx through; the binding asks again as ISO/IEC 7816-3 wants.
      transmit: async (apdu) =>
        new Uint8Array(await card.transmit([...apdu], { autoGetResponse: true })),
      reset: async () => {
        await card.reconnect(shareExclusive, protocolT0orT1, resetCard);
      },
      close: () => {
        card.disconnect();
        context.close();
      },
    },
  };
}
