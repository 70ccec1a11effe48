// What each kind of settlement vector means, as a check against the packages.
import type { Kinds } from './runner.ts';
import type { VectorFile } from './vector-file.ts';

/** The checks of the settlement family. */
export function settlementKinds(_file: VectorFile): Kinds {
  return {};
}
