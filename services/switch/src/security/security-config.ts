// Which security module answers: the `security` object of the switch's configuration, by `kind`.
import { listOf, textOf, wholeOf, wordOf } from '@chipswitch/program';
import * as v from 'valibot';

const hsmTls = v.pipe(
  v.strictObject({
    authorityFile: textOf(),
    certificateFile: v.exactOptional(textOf()),
    keyFile: v.exactOptional(textOf()),
  }),
  v.forward(
    v.partialCheck(
      [['certificateFile'], ['keyFile']],
      ({ certificateFile, keyFile }) => (certificateFile === undefined) === (keyFile === undefined),
      'certificateFile and keyFile come together',
    ),
    ['keyFile'],
  ),
);

/** Where one HSM is; PEM files, plain TCP without. */
const hsm = v.strictObject({
  host: textOf(),
  port: wholeOf(1, 65_535),
  tls: v.exactOptional(hsmTls),
});

/** Clear keys in this process: for test and development. */
const soft = v.strictObject({ kind: v.literal('soft'), keyFile: textOf() });

/** payShields with one local master key. */
const payshield = v.strictObject({
  kind: v.literal('payshield'),
  /** Keys under the local master key, by id. */
  keyFile: textOf(),
  hsms: v.pipe(listOf(hsm, 32), v.minLength(1, 'must name 1 to 32 HSMs')),
  lmk: wordOf(['variant', 'key-block']),
  /** Two digits, where the HSMs have more than one local master key. */
  lmkIdentifier: v.exactOptional(textOf(/^\d{2}$/)),
  /** Sixteen hex digits; an HSM with another local master key gets no command. */
  lmkCheckValue: v.exactOptional(textOf(/^[0-9A-F]{16}$/)),
  policy: v.optional(wordOf(['spread', 'ordered']), 'spread'),
  headerLength: v.optional(wholeOf(0, 255), 4),
  connectionsPerHsm: v.optional(wholeOf(1, 64), 2),
  timeoutMs: v.optional(wholeOf(10, 60_000), 2_000),
  attemptsMax: v.optional(wholeOf(1, 10), 2),
});

/** A PKCS #11 token: cryptograms, no PINs. */
const pkcs11 = v.strictObject({
  kind: v.literal('pkcs11'),
  /** References of keys that stand on the token under their labels. */
  keyFile: textOf(),
  /** Path of the library (`module-path` of RFC 7512). */
  modulePath: textOf(),
  tokenLabel: textOf(/^[ -~]{1,32}$/),
  /** File with the user PIN of the token, readable by its owner only. */
  userPinFile: textOf(),
  /** Folder whose node_modules hold pkcs11js and koffi; the project's own when left out. */
  modulesFolder: v.exactOptional(textOf()),
});

/** The `security` object. */
export const securitySettings = v.variant('kind', [soft, payshield, pkcs11]);

export type HsmConfig = v.InferOutput<typeof hsm>;
export type PayshieldSecurityConfig = v.InferOutput<typeof payshield>;
export type Pkcs11SecurityConfig = v.InferOutput<typeof pkcs11>;
export type SecurityConfig = v.InferOutput<typeof securitySettings>;
