// What each kind of security vector means, as a check against the packages.
import type { Kinds } from './runner.ts';
import type { VectorFile } from './vector-file.ts';

/** The checks of the security family. */
export function securityKinds(_file: VectorFile): Kinds {
  return {};
}
