// How a command ends early: with the error code that the HSM answers. Only `runHandler` sees it.

/** The end of a command by an error code. */
export class CommandFault extends Error {
  readonly errorCode: string;

  constructor(errorCode: string) {
    super(`error code ${errorCode}`);
    this.errorCode = errorCode;
  }
}

/** Ends the command with an error code. */
export function stop(errorCode: string): never {
  throw new CommandFault(errorCode);
}
