// Under what PIN blocks come from a terminal and go to a host (ISO 9564-1), beside the fixed key that `pinKey` names.
import { flagSetting, textOf, wholeOf } from '@chipswitch/program';
import * as v from 'valibot';

const format = v.optional(v.picklist([0, 3, 4], 'must be 0, 3 or 4'), 0);

/** The `pin` of a terminal. */
export const terminalPinSettings = v.strictObject({
  /** Format of its PIN blocks; 4 has sixteen bytes. */
  format,
  /** A key for each transaction (X9.24) instead of `pinKey`. */
  dukpt: v.exactOptional(
    v.strictObject({
      /** Base derivation key (usage B0). */
      key: textOf(),
      ksnElement: v.optional(wholeOf(2, 128), 53),
      ksnPrefix: v.exactOptional(textOf(/^(?:[0-9A-F]{2}){1,8}$/)),
    }),
  ),
  /** The working key of its last sign-in instead of `pinKey`. */
  session: flagSetting,
});

/** The `pin` of a host. */
export const hostPinSettings = v.strictObject({
  format,
  /** The zone key that was last exchanged instead of `pinKey`. */
  session: flagSetting,
});
