// What each kind of emv vector means, as a check against the packages.
import { emvDataKinds } from './kinds-emv-data.ts';
import { emvKernelKinds } from './kinds-emv-kernel.ts';
import type { Kinds } from './runner.ts';
import type { VectorFile } from './vector-file.ts';

/** The checks of the emv family. */
export function emvKinds(_file: VectorFile): Kinds {
  return { ...emvDataKinds, ...emvKernelKinds };
}
