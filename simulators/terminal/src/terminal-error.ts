// What only our own code or configuration can cause.

/** Codes of faults of our own. */
export type TerminalErrorCode = 'configuration' | 'message-invalid' | 'journal-unreadable';

/** Thrown for faults of our own; `code` is stable. No message holds card data. */
export class TerminalError extends Error {
  readonly code: TerminalErrorCode;

  constructor(code: TerminalErrorCode, message: string) {
    super(message);
    this.name = 'TerminalError';
    this.code = code;
  }
}
