// Which security module answers: the `security` object of the switch's configuration, by `kind`.
import type { Place } from '../config-place.ts';

/** Where one HSM is. */
export interface HsmConfig {
  readonly host: string;
  readonly port: number;
  /** PEM files; plain TCP when left out. */
  readonly tls?: {
    readonly authorityFile: string;
    readonly certificateFile?: string;
    readonly keyFile?: string;
  };
}

/** Clear keys in this process: for test and development. */
export interface SoftSecurityConfig {
  readonly kind: 'soft';
  readonly keyFile: string;
}

/** payShields with one local master key. */
export interface PayshieldSecurityConfig {
  readonly kind: 'payshield';
  /** Keys under the local master key, by id. */
  readonly keyFile: string;
  readonly hsms: readonly HsmConfig[];
  readonly lmk: 'variant' | 'key-block';
  /** Two digits, where the HSMs have more than one local master key. */
  readonly lmkIdentifier?: string;
  /** Sixteen hex digits; an HSM with another local master key gets no command. */
  readonly lmkCheckValue?: string;
  readonly policy: 'spread' | 'ordered';
  readonly headerLength: number;
  readonly connectionsPerHsm: number;
  readonly timeoutMs: number;
  readonly attemptsMax: number;
}

/** A PKCS #11 token: cryptograms, no PINs. */
export interface Pkcs11SecurityConfig {
  readonly kind: 'pkcs11';
  /** References of keys that stand on the token under their labels. */
  readonly keyFile: string;
  /** Path of the library (`module-path` of RFC 7512). */
  readonly modulePath: string;
  readonly tokenLabel: string;
  /** File with the user PIN of the token, readable by its owner only. */
  readonly userPinFile: string;
  /** Folder whose node_modules hold pkcs11js and koffi; the project's own when left out. */
  readonly modulesFolder?: string;
}

/** One of them. */
export type SecurityConfig = SoftSecurityConfig | PayshieldSecurityConfig | Pkcs11SecurityConfig;

function hsmTlsOf(place: Place): NonNullable<HsmConfig['tls']> {
  const certificate = place.at('certificateFile');
  const key = place.at('keyFile');
  if (certificate.isAbsent !== key.isAbsent) {
    (key.isAbsent ? key : certificate).fail('certificateFile and keyFile come together');
  }
  return {
    authorityFile: place.at('authorityFile').text(),
    ...(certificate.isAbsent ? {} : { certificateFile: certificate.text(), keyFile: key.text() }),
  };
}

function hsmOf(place: Place): HsmConfig {
  const tls = place.at('tls');
  return {
    host: place.at('host').text(),
    port: place.at('port').whole(1, 65_535),
    ...(tls.isAbsent ? {} : { tls: hsmTlsOf(tls) }),
  };
}

function payshieldOf(place: Place): PayshieldSecurityConfig {
  const hsms = place.at('hsms').list().map(hsmOf);
  if (hsms.length === 0 || hsms.length > 32) place.at('hsms').fail('must name 1 to 32 HSMs');
  const identifier = place.at('lmkIdentifier');
  const checkValue = place.at('lmkCheckValue');
  const policy = place.at('policy');
  return {
    kind: 'payshield',
    keyFile: place.at('keyFile').text(),
    hsms,
    lmk: place.at('lmk').text(/^(variant|key-block)$/) as PayshieldSecurityConfig['lmk'],
    ...(identifier.isAbsent ? {} : { lmkIdentifier: identifier.text(/^\d{2}$/) }),
    ...(checkValue.isAbsent ? {} : { lmkCheckValue: checkValue.text(/^[0-9A-F]{16}$/) }),
    policy: policy.isAbsent
      ? 'spread'
      : (policy.text(/^(spread|ordered)$/) as PayshieldSecurityConfig['policy']),
    headerLength: place.at('headerLength').whole(0, 255, 4),
    connectionsPerHsm: place.at('connectionsPerHsm').whole(1, 64, 2),
    timeoutMs: place.at('timeoutMs').whole(10, 60_000, 2_000),
    attemptsMax: place.at('attemptsMax').whole(1, 10, 2),
  };
}

/**
 * Reads the `security` object.
 *
 * @throws ConfigError naming the first place that is wrong.
 */
export function securityOf(place: Place): SecurityConfig {
  const kind = place.at('kind').text(/^(soft|payshield|pkcs11)$/);
  if (kind === 'soft') return { kind, keyFile: place.at('keyFile').text() };
  if (kind === 'payshield') return payshieldOf(place);
  const modules = place.at('modulesFolder');
  return {
    kind: 'pkcs11',
    keyFile: place.at('keyFile').text(),
    modulePath: place.at('modulePath').text(),
    tokenLabel: place.at('tokenLabel').text(/^[ -~]{1,32}$/),
    userPinFile: place.at('userPinFile').text(),
    ...(modules.isAbsent ? {} : { modulesFolder: modules.text() }),
  };
}
