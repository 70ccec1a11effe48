// What each kind of iso8583 vector means, as a check against the packages.
import type { Kinds } from './runner.ts';
import type { VectorFile } from './vector-file.ts';

/** The checks of the iso8583 family. */
export function iso8583Kinds(_file: VectorFile): Kinds {
  return {};
}
