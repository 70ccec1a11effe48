// Programs made of jPOS as processes of a test: compiled once a run, spoken to in lines.
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const sources = fileURLToPath(new URL('jpos/', import.meta.url));
const cache = fileURLToPath(new URL('../../../../.chipswitch/jpos-2.1.10/', import.meta.url));

function run(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 120_000 });
    return true;
  } catch {
    return false; // Not installed, or no registry: the tests' titles say so.
  }
}

/** Where the compiled peers are, or undefined where Java 17, Maven or its registry are not at hand. */
export function jposClasses(): string | undefined {
  const libraries = join(cache, 'lib');
  if (!existsSync(libraries) || !readdirSync(libraries).some((name) => name.startsWith('jpos-'))) {
    if (!run('java', ['-version'])) return undefined;
    mkdirSync(libraries, { recursive: true });
    const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${libraries}`];
    if (!run('mvn', ['-q', '-B', '-f', join(sources, 'pom.xml'), ...copy])) return undefined;
  }
  const classes = join(cache, `classes-${process.pid}`);
  mkdirSync(classes, { recursive: true });
  const files = readdirSync(sources).filter((name) => name.endsWith('.java'));
  const path = ['-cp', join(libraries, '*'), '-d', classes];
  const compiled = run('javac', [...path, ...files.map((name) => join(sources, name))]);
  return compiled ? `${classes}:${join(libraries, '*')}` : undefined;
}

/** A program that is spoken to in lines. */
export class JposPeer {
  readonly #child: ChildProcessWithoutNullStreams;
  /** Every line it printed, in order. */
  readonly lines: string[] = [];
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(classPath: string, main: string, args: readonly string[]) {
    this.#child = spawn('java', ['-cp', classPath, main, ...args], { stdio: 'pipe' });
    const keep = (line: string): void => {
      this.lines.push(line);
      for (const wake of this.#waiting) wake();
    };
    createInterface(this.#child.stdout).on('line', keep);
    createInterface(this.#child.stderr).on('line', keep);
    this.#child.once('close', () => {
      this.#closed = true;
      for (const wake of this.#waiting) wake();
    });
  }

  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** The first line from `from` on that is wanted. @throws Error after `ms` without one. */
  async line(wanted: (line: string) => boolean, from = 0, ms = 20_000): Promise<string> {
    const deadline = performance.now() + ms;
    for (;;) {
      const found = this.lines.slice(from).find(wanted);
      if (found !== undefined) return found;
      const left = deadline - performance.now();
      if (this.#closed || left <= 0) {
        throw new Error(`no such line among:\n${this.lines.slice(from).join('\n')}`);
      }
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.#waiting.add(wake);
      });
    }
  }

  /** Sends a line and gives the next that is printed. */
  async ask(line: string): Promise<string> {
    const from = this.lines.length;
    this.write(line);
    return this.line(() => true, from);
  }

  async stop(): Promise<void> {
    if (this.#closed) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await closed;
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Elements of a line "MTI field=value …" by number; the message type under 0. */
export function elementsOf(line: string): ReadonlyMap<number, string> {
  const [mti = '', ...words] = line.replace(/^heard /, '').split(' ');
  return new Map([
    [0, mti],
    ...words
      .filter((word) => /^\d+=/.test(word))
      .map((word): [number, string] => {
        const at = word.indexOf('=');
        return [Number(word.slice(0, at)), word.slice(at + 1).replaceAll('_', ' ')];
      }),
  ]);
}
