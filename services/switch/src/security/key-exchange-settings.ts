// How working keys are exchanged with a terminal (downloaded when it signs in) and with a host (0800).
import { listOf, textOf, wholeOf, wordOf } from '@chipswitch/program';
import * as v from 'valibot';

const tdes = wordOf(['DEA', '2TDEA']);

/** The `keys` of a terminal: what it gets when it signs in. */
export const terminalKeySettings = v.strictObject({
  /** Terminal master key (usage K0) that working keys travel under. */
  masterKey: textOf(),
  /**
   * `unionpay`: PIN key and MAC key in sixteen bytes each, with four bytes of check value behind; `tr31`: key blocks,
   * one behind the other.
   */
  form: v.optional(wordOf(['unionpay', 'tr31']), 'unionpay'),
  /** DE 70, or the network code of DE 60, that ask for keys. */
  codes: v.optional(listOf(textOf(/^\d{3}$/), 16), ['001', '003', '004', '101', '161']),
  pinKey: v.optional(tdes, '2TDEA'),
  /** Single length for UnionPay's form, double for key blocks when left out. */
  macKey: v.exactOptional(tdes),
  /** Where they stand in the answer. */
  element: v.optional(wholeOf(44, 127), 62),
});

/** The `keys` of a host: what it may send. */
export const hostKeySettings = v.strictObject({
  /** Zone master key (usage K0, or K1 for key blocks alone) that zone keys travel under. */
  masterKey: textOf(),
  /** `tr31`: a key block; `x9.17`: key and check value (three bytes) in hex or bytes. */
  form: v.optional(wordOf(['tr31', 'x9.17']), 'tr31'),
  /** Which key a code of DE 70 brings; a key block says it itself. */
  pinCodes: v.optional(listOf(textOf(/^\d{3}$/), 16), ['161', '101']),
  macCodes: v.optional(listOf(textOf(/^\d{3}$/), 16), ['162', '102']),
  element: v.optional(wholeOf(44, 127), 96),
});

/** How long the key before stays valid beside a new one. */
export const besideMsSetting = v.optional(wholeOf(0, 86_400_000), 300_000);

export type TerminalKeysConfig = v.InferOutput<typeof terminalKeySettings>;
export type HostKeysConfig = v.InferOutput<typeof hostKeySettings>;
