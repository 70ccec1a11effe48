// The one error class of this package's kernel: faults of our own code or configuration.

/** What only the caller or the configuration can cause. */
export type EmvFaultCode = 'answer-mismatch' | 'configuration' | 'replay-mismatch' | 'replay-end';

/** Thrown when the caller breaks the kernel's contract; what a card does is never thrown. */
export class EmvFault extends Error {
  override readonly name = 'EmvFault';
  readonly code: EmvFaultCode;

  constructor(code: EmvFaultCode, message: string) {
    super(message);
    this.code = code;
  }
}
