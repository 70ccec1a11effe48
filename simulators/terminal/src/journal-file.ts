// A journal on disk: one JSON line per event, messages sealed (AES-256-GCM, NIST SP 800-38D), since
// they hold card numbers and a terminal's disk is nobody's vault.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import type { IsoMessage } from '@chipswitch/transaction';
import type { JournalEvent, TerminalJournal } from './journal.ts';
import { TerminalFault } from './terminal-fault.ts';

/** How the journal is kept. */
export interface FileJournalOptions {
  readonly path: string;
  /** 32 bytes; without it nothing of a message can be read again. */
  readonly sealingKey: Uint8Array;
  /** Wait for the disk at every event. Default true: what is asked must survive the power. */
  readonly sync?: boolean;
}

function toText(message: IsoMessage): string {
  return JSON.stringify(message, (_, value: unknown) =>
    value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value,
  );
}

function fromText(text: string): IsoMessage {
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'hex' in value && typeof value.hex === 'string'
      ? Uint8Array.from(Buffer.from(value.hex, 'hex'))
      : value,
  ) as IsoMessage;
}

function seal(message: IsoMessage, key: Uint8Array): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const body = Buffer.concat([cipher.update(toText(message), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
}

function unseal(text: string, key: Uint8Array): IsoMessage {
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  const clear = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
  return fromText(clear.toString('utf8'));
}

function lineOf(event: JournalEvent, key: Uint8Array): string {
  const stored = 'message' in event ? { ...event, message: seal(event.message, key) } : event;
  return `${JSON.stringify(stored)}\n`;
}

function eventOf(line: string, key: Uint8Array): JournalEvent {
  const stored = JSON.parse(line) as JournalEvent & { message?: string };
  if (stored.message === undefined) return stored;
  return { ...stored, message: unseal(stored.message, key) } as JournalEvent;
}

/** Whole lines, and how many bytes they are: a crash may leave the last one torn. */
function readWhole(path: string): { lines: string[]; bytes: number } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { lines: [], bytes: 0 };
    throw error;
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return {
    lines: whole.split('\n').filter((line) => line !== ''),
    bytes: Buffer.byteLength(whole),
  };
}

/**
 * Opens a journal, reads what is there and goes on behind it.
 *
 * @throws TerminalFault `journal-unreadable` naming the line, when it is another key's or damaged
 */
export function openFileJournal(options: FileJournalOptions): TerminalJournal {
  const { path, sealingKey, sync = true } = options;
  if (sealingKey.length !== 32)
    throw new TerminalFault('configuration', 'a sealing key of 32 bytes');
  const { lines, bytes } = readWhole(path);
  const kept = lines.map((line, index) => {
    try {
      return eventOf(line, sealingKey);
    } catch (cause) {
      throw new TerminalFault('journal-unreadable', `line ${index + 1} (${(cause as Error).name})`);
    }
  });
  const file = openSync(path, 'a', 0o600);
  truncateSync(path, bytes);
  return {
    append: (event) => {
      writeSync(file, lineOf(event, sealingKey));
      if (sync) fdatasyncSync(file);
      kept.push(event);
    },
    events: () => kept,
    close: () => closeSync(file),
  };
}
