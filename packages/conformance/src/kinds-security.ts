// What each kind of security vector means, as a check against the packages.
import { cardKinds } from './kinds-security-card.ts';
import { dukptKinds } from './kinds-security-dukpt.ts';
import { keyBlockKinds } from './kinds-security-key-block.ts';
import { keyKinds } from './kinds-security-key.ts';
import { payshieldKinds } from './kinds-security-payshield.ts';
import { pinKinds } from './kinds-security-pin.ts';
import type { Kinds } from './runner.ts';
import type { VectorFile } from './vector-file.ts';

/** The checks of the security family. */
export function securityKinds(file: VectorFile): Kinds {
  return {
    ...cardKinds,
    ...dukptKinds,
    ...keyBlockKinds,
    ...keyKinds(file.document),
    ...pinKinds,
    ...payshieldKinds,
  };
}
