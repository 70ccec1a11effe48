// TR-34 key tokens, one-pass and two-pass: a symmetric key from a distribution host to a receiving device.
import { type KeyObject, X509Certificate, createPrivateKey, randomBytes } from 'node:crypto';
import { equalBytes, equalConstantTime, fromAscii, toLatin1, wipe } from '@chipswitch/bytes';
import { type KeyBlockHeader, parseKeyBlockHeader } from '@chipswitch/cryptography';
import { SecurityFault } from '@chipswitch/security-module';
import {
  type Element,
  attribute,
  certificateOf,
  childrenOf,
  contentOf,
  derOf,
  elementOf,
  integer,
  issuerAndSerial,
  octets,
  octetsOf,
  oidOf,
  oids,
  sequence,
  time,
  timeOf,
  tokenLengthMax,
} from './asn1.ts';
import {
  type ContentCipher,
  envelope,
  envelopedDataOf,
  openEnvelope,
  signedData,
  verifySignedData,
} from './cms.ts';
import { type Tr34Refusal, refuseToken } from './errors.ts';
import { checkRevocation } from './revocation-list.ts';

/** A party's certificate and, where it acts itself, its private key; PEM. */
export interface Tr34Identity {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** Freshness of a key token: the device's nonce (two-pass) or a time stamp (one-pass). */
export type TokenFreshness =
  | { readonly pass: 'two'; readonly nonce: Uint8Array }
  | { readonly pass: 'one'; readonly at: Date };

/** What a key token is made from. */
export interface KeyTokenInput {
  /** Key distribution host: signs. */
  readonly host: Tr34Identity;
  /** Key receiving device: its certificate, whose binding the caller has checked. */
  readonly devicePem: string;
  /** The clear key; the caller wipes it. */
  readonly key: Uint8Array;
  /** Key block header of the key, 16 characters or with optional blocks, e.g. `D0000K0AB00E0000`. */
  readonly header: string;
  readonly freshness: TokenFreshness;
  /** Revocation list of the host's authority, DER; TR-34 wants one in every token. */
  readonly revocationList?: Uint8Array;
  /** `aes-128-cbc` when left out. */
  readonly cipher?: ContentCipher;
}

const nonceLengthMin = 8;
const keyLengthsByAlgorithm: Readonly<Record<string, readonly number[]>> = {
  D: [8],
  T: [16, 24],
  A: [16, 24, 32],
};

// Algorithms that this package does not know may have keys of any length but none.
function fitsAlgorithm(algorithm: string, key: Uint8Array): boolean {
  const lengths = keyLengthsByAlgorithm[algorithm];
  return lengths === undefined ? key.length > 0 : lengths.includes(key.length);
}

/**
 * The random number token of a receiving device: what a two-pass exchange starts with.
 *
 * @example const { token, nonce } = createRandomToken();
 */
export function createRandomToken(lengthBytes = 16): {
  readonly token: Uint8Array;
  readonly nonce: Uint8Array;
} {
  const nonce = new Uint8Array(randomBytes(Math.max(nonceLengthMin, lengthBytes)));
  return { token: derOf(attribute(oids.randomNonce, octets(nonce))), nonce };
}

/** The nonce of a random number token. */
export function readRandomToken(
  token: Uint8Array,
): { readonly ok: true; readonly nonce: Uint8Array } | Tr34Refusal {
  if (token.length > tokenLengthMax) return refuseToken('token-too-long');
  const [name, values] = childrenOf(elementOf(token));
  const nonce = octetsOf(childrenOf(values)[0]);
  if (oidOf(name) !== oids.randomNonce || nonce === undefined || nonce.length < nonceLengthMin) {
    return refuseToken('token-malformed');
  }
  return { ok: true, nonce };
}

function certificateOrFault(pem: string): NonNullable<ReturnType<typeof certificateOf>> {
  const certificate = certificateOf(pem);
  if (certificate !== undefined) return certificate;
  throw new SecurityFault('configuration', 'a TR-34 certificate is not readable');
}

const publicKeyOf = (pem: string): KeyObject => new X509Certificate(pem).publicKey;

/**
 * Makes a key token.
 *
 * @returns DER of the token
 * @throws SecurityFault `configuration` for unreadable certificates or a header that is none,
 *   `key-length` for a key that is not of the header's algorithm
 */
export function createKeyToken(input: KeyTokenInput): Uint8Array {
  const host = certificateOrFault(input.host.certificatePem);
  const device = certificateOrFault(input.devicePem);
  const header = parseKeyBlockHeader(input.header);
  if (!header.ok) throw new SecurityFault('configuration', 'no key block header');
  if (!fitsAlgorithm(header.header.algorithm, input.key)) {
    throw new SecurityFault('key-length', 'the key is not of the header’s algorithm');
  }
  const headerAttribute = attribute(oids.data, octets(fromAscii(input.header)));
  const block = derOf(
    sequence(integer(1), issuerAndSerial(host), octets(input.key), headerAttribute),
  );
  try {
    const enveloped = envelope({
      content: block,
      recipient: device,
      recipientKey: publicKeyOf(input.devicePem),
      cipher: input.cipher ?? 'aes-128-cbc',
    });
    const { freshness } = input;
    const fresh =
      freshness.pass === 'two'
        ? attribute(oids.randomNonce, octets(freshness.nonce))
        : attribute(oids.signingTime, time(freshness.at));
    const list = input.revocationList === undefined ? undefined : elementOf(input.revocationList);
    return derOf(
      signedData({
        contentType: oids.envelopedData,
        content: derOf(enveloped),
        attributes: [fresh, headerAttribute],
        signer: host,
        signerKey: createPrivateKey(input.host.keyPem),
        revocationLists: list === undefined ? [] : [list],
      }),
    );
  } finally {
    wipe(block);
  }
}

/** What a receiving device checks a token against. */
export interface KeyTokenCheck {
  readonly device: Tr34Identity;
  /** Certificate of the host that the device is bound to. */
  readonly hostPem: string;
  /** Authority of the host, for its revocation list. */
  readonly hostAuthorityPem: string;
  readonly now: Date;
  readonly freshness:
    | { readonly pass: 'two'; readonly nonce: Uint8Array }
    /** Tokens not newer than `after` are repeats; those outside the window are refused. */
    | { readonly pass: 'one'; readonly after?: Date; readonly windowMs: number };
  /** Whether a token without a revocation list is refused; TR-34 says so, and so does the default. */
  readonly revocationListRequired?: boolean;
}

/** The key of a token; the caller wipes it. */
export type ReceivedKey =
  | {
      readonly ok: true;
      readonly header: KeyBlockHeader;
      readonly headerText: string;
      readonly key: Uint8Array;
      /** One-pass: what the next token must be newer than. */
      readonly signedAt?: Date;
    }
  | Tr34Refusal;

function freshnessFault(
  attributes: ReadonlyMap<string, Element>,
  check: KeyTokenCheck,
): Tr34Refusal | { readonly ok: true; readonly signedAt?: Date } {
  const { freshness, now } = check;
  if (freshness.pass === 'two') {
    const nonce = octetsOf(attributes.get(oids.randomNonce));
    const same = nonce !== undefined && equalConstantTime(nonce, freshness.nonce);
    return same ? { ok: true } : refuseToken('nonce');
  }
  const signedAt = timeOf(attributes.get(oids.signingTime));
  if (signedAt === undefined) return refuseToken('time');
  const distance = Math.abs(now.getTime() - signedAt.getTime());
  const repeated = freshness.after !== undefined && signedAt <= freshness.after;
  return distance > freshness.windowMs || repeated ? refuseToken('time') : { ok: true, signedAt };
}

function credentialFault(check: KeyTokenCheck): Tr34Refusal | undefined {
  const host = new X509Certificate(check.hostPem);
  const authority = new X509Certificate(check.hostAuthorityPem);
  const { now } = check;
  const valid = host.validFromDate <= now && host.validToDate >= now;
  const issued = host.checkIssued(authority) && host.verify(authority.publicKey);
  return valid && issued ? undefined : refuseToken('credential');
}

/** Key, header and host out of a deciphered block. */
function readBlock(block: Uint8Array, signedHeader: Uint8Array, host: Element): ReceivedKey {
  const [version, identity, keyElement, headerElement] = childrenOf(elementOf(block));
  const key = octetsOf(keyElement);
  const [name, values] = childrenOf(headerElement);
  const inner = octetsOf(childrenOf(values)[0]);
  const isVersion1 = equalBytes(contentOf(version) ?? new Uint8Array(0), Uint8Array.of(1));
  if (!isVersion1 || key === undefined || oidOf(name) !== oids.data || inner === undefined) {
    return refuseToken('key-block');
  }
  if (!equalBytes(derOf(identity), derOf(host))) return refuseToken('host-mismatch');
  if (!equalBytes(inner, signedHeader)) return refuseToken('header');
  const headerText = toLatin1(inner);
  const parsed = parseKeyBlockHeader(headerText);
  if (!parsed.ok) return refuseToken('header');
  if (!fitsAlgorithm(parsed.header.algorithm, key)) return refuseToken('key-length');
  return { ok: true, header: parsed.header, headerText, key };
}

/**
 * Takes the key out of a token, after everything about the token has been checked.
 *
 * @throws SecurityFault `configuration` for unreadable certificates of our own
 * @example
 * const received = receiveKeyToken(token, { device, hostPem, hostAuthorityPem, now: new Date(),
 *   freshness: { pass: 'two', nonce } });
 */
export function receiveKeyToken(token: Uint8Array, check: KeyTokenCheck): ReceivedKey {
  const host = certificateOrFault(check.hostPem);
  const device = certificateOrFault(check.device.certificatePem);
  if (token.length > tokenLengthMax) return refuseToken('token-too-long');
  const element = elementOf(token);
  if (element === undefined) return refuseToken('token-malformed');
  const verified = verifySignedData(element, host, publicKeyOf(check.hostPem));
  if (!verified.ok) return verified;
  const header = octetsOf(verified.attributes.get(oids.data));
  if (verified.contentType !== oids.envelopedData || header === undefined) {
    return refuseToken('token-malformed');
  }
  const fresh = freshnessFault(verified.attributes, check);
  if (!fresh.ok) return fresh;
  const credential = credentialFault(check) ?? listFault(verified.revocationLists, check);
  if (credential !== undefined) return credential;
  const enveloped = envelopedDataOf(verified.content);
  const opened = openEnvelope(enveloped, device, createPrivateKey(check.device.keyPem));
  if (!opened.ok) return opened;
  try {
    const received = readBlock(opened.content, header, issuerAndSerial(host));
    if (!received.ok || fresh.signedAt === undefined) return received;
    return { ...received, signedAt: fresh.signedAt };
  } finally {
    wipe(opened.content);
  }
}

function listFault(lists: readonly Element[], check: KeyTokenCheck): Tr34Refusal | undefined {
  const [list] = lists;
  if (list === undefined) {
    return check.revocationListRequired === false ? undefined : refuseToken('revocation-list');
  }
  const { hostAuthorityPem: authorityPem, hostPem: certificatePem, now } = check;
  return checkRevocation({ list, authorityPem, certificatePem, now });
}
