// Runs one command line inside the test's process, with streams of its own.
import { verbs, version } from '../../src/catalogue.ts';
import { run } from '../../src/frame/run.ts';

/** What a run left behind. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** How to run. */
export interface Setting {
  readonly stdin?: Uint8Array | string;
  readonly env?: Record<string, string>;
  readonly tty?: boolean;
  readonly columns?: number;
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

/** Runs words as the command would. */
export async function runHere(words: readonly string[], setting: Setting = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const stdin = setting.stdin === undefined ? undefined : Buffer.from(setting.stdin as string);
  const code = await run(words, {
    verbs,
    version,
    surroundings: {
      env: setting.env ?? {},
      stdin: pieces(stdin ?? new Uint8Array(0)),
      stdinIsTty: stdin === undefined,
      stdoutIsTty: setting.tty ?? false,
      stderrIsTty: setting.tty ?? false,
      columns: setting.columns,
      writeOut: (text) => {
        out += text;
        return Promise.resolve();
      },
      writeError: (text) => {
        err += text;
      },
    },
  });
  return { code, out, err };
}

/** The document of a run with --json. */
export async function runJson(
  words: readonly string[],
  setting: Setting = {},
): Promise<{ code: number; document: Record<string, unknown> }> {
  const { code, out } = await runHere([...words, '--json'], setting);
  return { code, document: JSON.parse(out) as Record<string, unknown> };
}
