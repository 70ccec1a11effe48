// What a verb declares about itself (read without loading its code) and what it is given to run.
import type { ArgumentValues } from './arguments.ts';
import type { OptionSpec } from './option.ts';
import type { Outcome } from './outcome.ts';
import type { Paint } from './paint.ts';

/** A kind of a verb: the second word of `decode tlv`, `tr31 wrap`. */
export interface KindSpec {
  readonly name: string;
  readonly help: string;
}

/** One verb. */
export interface VerbSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Group in the list of verbs. */
  readonly group: 'look' | 'build' | 'words' | 'keys' | 'devices' | 'operations' | 'tool';
  readonly summary: string;
  readonly usage: readonly string[];
  readonly kinds?: readonly KindSpec[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly { readonly command: string; readonly shows: string }[];
  /** Extra paragraphs of its help page. */
  readonly notes?: readonly string[];
  /** Not listed. */
  readonly hidden?: boolean;
  /** The codes it looks up, for completion. */
  readonly codes?: () => Promise<readonly { readonly code: string; readonly en: string }[]>;
  readonly load: () => Promise<RunVerb>;
}

/** Where a process reads and writes; tests give their own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdinIsTty: boolean;
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  /** Columns of the terminal, if there is one. */
  readonly columns: number | undefined;
  /** Resolves when more may be written; rejects never. */
  readonly writeOut: (text: string) => Promise<void>;
  readonly writeError: (text: string) => void;
}

/** What a verb gets. */
export interface Context {
  /** All verbs, for those that tell about them. */
  readonly verbs: readonly VerbSpec[];
  readonly args: ArgumentValues;
  readonly surroundings: Surroundings;
  readonly paint: Paint;
  /** Columns to stay within. */
  readonly width: number;
  /** Card data may be shown whole. */
  readonly unsafe: boolean;
  readonly json: boolean;
  readonly language: 'en' | 'zh' | 'both';
}

/** The code of a verb. */
export type RunVerb = (context: Context) => Outcome | Promise<Outcome>;
