// What stands in the way of starting: one line that names the setting, exit code 2.

/** A setting or the machine does not allow to start; the message names what to change. */
export class SetupError extends Error {
  readonly code = 'setup';
  /** The environment variable, flag or folder to change. */
  readonly setting: string;

  constructor(setting: string, message: string, cause?: unknown) {
    super(`${setting}: ${message}`, cause === undefined ? undefined : { cause });
    this.name = 'SetupError';
    this.setting = setting;
  }
}
