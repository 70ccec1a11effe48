// What a verb hands back: a report, a stream of reports, or a refusal with the next step in it.

/**
 * How the process ends: 0 done, 1 mismatch (or declined under --expect), 2 usage, 3 decode or
 * validation, 4 cannot connect or read, 5 time-out or unknown outcome, 6 cryptographic failure,
 * 7 permission.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A finished answer: data for --json, lines of text for people. */
export interface Report {
  readonly ok: true;
  /** 0 when absent; 1 when the answer is "no" (a mismatch, a difference, a decline). */
  readonly exit?: ExitCode;
  readonly data: Readonly<Record<string, unknown>>;
  /** Lines without line feeds; called only when text is wanted. */
  readonly text: () => readonly string[];
  /** A net for text and JSON: hides account numbers of the input; not used with --unsafe. */
  readonly hide?: (text: string) => string;
  /** Remarks for stderr, one line each. */
  readonly notices?: readonly string[];
}

/** An answer that grows while it is made: with --json each part is one line of JSON. */
export interface ReportStream {
  readonly ok: true;
  readonly parts: AsyncIterable<Report>;
}

/** Why there is no answer, and what to do next. Nothing in it repeats card data. */
export interface Refusal {
  readonly ok: false;
  readonly exit: ExitCode;
  /** Stable, upper case with underscores. */
  readonly code: string;
  /** One sentence, no full stop. */
  readonly message: string;
  /** One concrete next step, best a command. */
  readonly next: string;
  /** Place inside the message or structure, outermost first. */
  readonly path?: string;
  /** Byte offset of the first wrong byte. */
  readonly offset?: number;
  /** What was understood before the place of the error. */
  readonly partial?: Report;
}

/** What any verb returns. */
export type Outcome = Report | ReportStream | Refusal;

/** A usage error (exit 2). */
export function usage(code: string, message: string, next: string): Refusal {
  return { ok: false, exit: 2, code, message, next };
}

/** A decode or validation error (exit 3). */
export function undecodable(
  code: string,
  message: string,
  next: string,
  place: { path?: string; offset?: number; partial?: Report } = {},
): Refusal {
  return { ok: false, exit: 3, code, message, next, ...place };
}
