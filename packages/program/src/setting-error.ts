// A setting, an argument or a thing of the machine that a program cannot work with: named, never guessed.

/** Its message is `NAME: problem`; a program that ends on it prints that line and exits with 2. */
export class SettingError extends Error {
  readonly code = 'setting';
  /** The variable, flag, file or place in a file to change. */
  readonly setting: string;

  constructor(setting: string, problem: string, cause?: unknown) {
    super(`${setting}: ${problem}`, cause === undefined ? undefined : { cause });
    this.name = 'SettingError';
    this.setting = setting;
  }
}
