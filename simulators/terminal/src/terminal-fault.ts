// What only our own code or configuration can cause.

/** Codes of faults of our own. */
export type TerminalFaultCode = 'configuration' | 'message-invalid' | 'journal-unreadable';

/** Thrown for faults of our own; `code` is stable. No message holds card data. */
export class TerminalFault extends Error {
  readonly code: TerminalFaultCode;

  constructor(code: TerminalFaultCode, message: string) {
    super(message);
    this.name = 'TerminalFault';
    this.code = code;
  }
}
