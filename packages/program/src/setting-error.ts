// A setting or argument that a program cannot work with: named, never guessed.

/** Its message is `NAME: problem`; a program that ends on it prints that line and exits with 2. */
export class SettingError extends Error {
  readonly code = 'setting';

  constructor(name: string, problem: string) {
    super(`${name}: ${problem}`);
    this.name = 'SettingError';
  }
}
