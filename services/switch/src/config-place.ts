// Places of a configuration: typed values out of parsed JSON, and the error that names where one is wrong.

/** A setting that cannot be used; the message names the place in the file or the variable. */
export class ConfigError extends Error {
  readonly code = 'config';

  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.name = 'ConfigError';
  }
}

/** Reads typed values out of parsed JSON and says where a value is wrong. */
export class Place {
  readonly #value: unknown;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    this.#value = value;
    this.#path = path;
  }

  fail(problem: string): never {
    throw new ConfigError(this.#path, problem);
  }

  at(name: string): Place {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.fail('must be an object');
    }
    return new Place((value as Record<string, unknown>)[name], `${this.#path}.${name}`);
  }

  get isAbsent(): boolean {
    return this.#value === undefined;
  }

  list(): Place[] {
    if (!Array.isArray(this.#value)) return this.fail('must be a list');
    return this.#value.map((entry, i) => new Place(entry, `${this.#path}[${i}]`));
  }

  text(form: RegExp = /./): string {
    const value = this.#value;
    if (typeof value !== 'string' || !form.test(value)) {
      return this.fail(`must be text of the form ${form.source}`);
    }
    return value;
  }

  whole(min: number, max: number, otherwise?: number): number {
    if (this.isAbsent && otherwise !== undefined) return otherwise;
    const value = this.#value;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      return this.fail(`must be a whole number from ${min} to ${max}`);
    }
    return value;
  }

  flag(otherwise: boolean): boolean {
    if (this.isAbsent) return otherwise;
    if (typeof this.#value !== 'boolean') return this.fail('must be true or false');
    return this.#value;
  }
}
