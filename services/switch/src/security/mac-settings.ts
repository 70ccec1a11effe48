// How the messages of one terminal or one host are authenticated (DE 64 and DE 128 of ISO 8583).
import { flagSetting, listOf, textOf, wholeOf, wordOf } from '@chipswitch/program';
import type { KeyUsage } from '@chipswitch/security-module';
import * as v from 'valibot';

/**
 * `retail`: ISO 9797-1 algorithm 3 (X9.19); `cbc`: algorithm 1 (X9.9); `cmac`: SP 800-38B; `unionpay-ecb`: blocks
 * joined by exclusive or, then enciphered as hex digits (UnionPay POS).
 */
const macAlgorithms = ['retail', 'cbc', 'cmac', 'unionpay-ecb'] as const;
export type MacAlgorithmName = (typeof macAlgorithms)[number];

/** Usage of X9.143 that an algorithm's key has. */
export const macKeyUsage: Readonly<Record<MacAlgorithmName, KeyUsage>> = {
  retail: 'M3',
  cbc: 'M1',
  cmac: 'M6',
  'unionpay-ecb': 'M1',
};

/** Keys that change with every transaction (X9.24). */
const dukpt = v.strictObject({
  /** Base derivation key (usage B0). */
  key: textOf(),
  /** Which element holds the key serial number, as bytes or hex. */
  ksnElement: v.optional(wholeOf(2, 128), 53),
  /** What the terminal's serial numbers begin with, hex; another's are refused. */
  ksnPrefix: v.exactOptional(textOf(/^(?:[0-9A-F]{2}){1,8}$/)),
  /** Under which variant answers are made; `none` sends them without a MAC. */
  answers: v.optional(wordOf(['response', 'request', 'none']), 'response'),
});

const macEntries = {
  algorithm: wordOf(macAlgorithms),
  /** Padding method of ISO 9797-1 for `retail` and `cbc`. */
  padding: v.optional(v.picklist([1, 2], 'must be 1 or 2'), 1),
  /** Bytes of the MAC that are sent; the element is filled with zeros. */
  lengthBytes: v.optional(wholeOf(4, 8), 8),
  /** Message types that have none, as their requests are called. */
  without: v.optional(listOf(textOf(/^\d{4}$/), 32), [
    '0800',
    '0820',
    '1800',
    '1804',
    '1820',
    '1824',
  ]),
};

interface Sources {
  readonly key?: string;
  readonly dukpt?: unknown;
  readonly session?: boolean;
}

const oneSource = <Settings extends Sources>() =>
  v.check<Settings, string>(
    ({ key, dukpt: perTransaction, session }) =>
      [key !== undefined, perTransaction !== undefined, session === true].filter(Boolean).length ===
      1,
    'needs one of key, dukpt and session',
  );

/** The `mac` of a terminal. */
export const terminalMacSettings = v.pipe(
  v.strictObject({
    ...macEntries,
    key: v.exactOptional(textOf()),
    dukpt: v.exactOptional(dukpt),
    /** The key is the working key that the terminal got when it signed in. */
    session: flagSetting,
  }),
  oneSource(),
);

/** The `mac` of a host. */
export const hostMacSettings = v.pipe(
  v.strictObject({
    ...macEntries,
    key: v.exactOptional(textOf()),
    /** The key is the zone key that was last exchanged. */
    session: flagSetting,
  }),
  oneSource(),
);

export type TerminalMacConfig = v.InferOutput<typeof terminalMacSettings>;
export type HostMacConfig = v.InferOutput<typeof hostMacSettings>;
export type DukptConfig = v.InferOutput<typeof dukpt>;
