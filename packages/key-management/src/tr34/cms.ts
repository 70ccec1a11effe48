// The two CMS layers of a key token: enveloped for the receiving device, signed by the distribution host.
import {
  type KeyObject,
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { equalBytes, equalConstantTime } from '@chipswitch/bytes';
import type forge from 'node-forge';
import {
  type Element,
  algorithm,
  attribute,
  childrenOf,
  contentOf,
  derOf,
  elementOf,
  elementTypes,
  integer,
  isTagged,
  isUniversal,
  issuerAndSerial,
  nothing,
  octets,
  octetsOf,
  oid,
  oidOf,
  oids,
  sequence,
  setOf,
  tagged,
  taggedOctets,
} from './asn1.ts';
import { type Tr34Refusal, refuseToken } from './errors.ts';

/** Cipher of the content: AES-128 (TR-34 2019), or triple DES for devices of 2012. */
export type ContentCipher = 'aes-128-cbc' | 'des-ede3-cbc';

const contentCiphers = {
  'aes-128-cbc': { identifier: oids.aes128Cbc, keyLength: 16, ivLength: 16 },
  'des-ede3-cbc': { identifier: oids.desEde3Cbc, keyLength: 24, ivLength: 8 },
} as const;

const oaep = {
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: 'sha256',
} as const;

// RFC 4055 4.1: both parameters differ from their defaults, so both are said.
const oaepParameters = (): Element =>
  sequence(
    tagged(0, algorithm(oids.sha256, nothing())),
    tagged(1, algorithm(oids.mgf1, algorithm(oids.sha256, nothing()))),
  );

/** Enciphers a content for one recipient (RFC 5652 6.1, key transport). */
export function envelope(options: {
  readonly content: Uint8Array;
  readonly recipient: forge.pki.Certificate;
  readonly recipientKey: KeyObject;
  readonly cipher: ContentCipher;
}): Element {
  const { identifier, keyLength, ivLength } = contentCiphers[options.cipher];
  const key = randomBytes(keyLength);
  const iv = randomBytes(ivLength);
  try {
    const cipher = createCipheriv(options.cipher, key, iv);
    const enciphered = Buffer.concat([cipher.update(options.content), cipher.final()]);
    const transported = publicEncrypt({ key: options.recipientKey, ...oaep }, key);
    return sequence(
      integer(0),
      setOf(
        sequence(
          integer(0),
          issuerAndSerial(options.recipient),
          algorithm(oids.rsaesOaep, oaepParameters()),
          octets(transported),
        ),
      ),
      sequence(oid(oids.data), algorithm(identifier, octets(iv)), taggedOctets(0, enciphered)),
    );
  } finally {
    key.fill(0);
  }
}

/**
 * The enveloped data of a signed content. TR-34's own printed example leaves the outer SEQUENCE away,
 * and some hosts put a ContentInfo there: both are read.
 */
export function envelopedDataOf(content: Uint8Array): Element | undefined {
  const whole = elementOf(content);
  if (whole === undefined) {
    const header = Uint8Array.of(0x30, 0x82, content.length >> 8, content.length & 255);
    return content.length < 128 || content.length > 65_535
      ? undefined
      : elementOf(new Uint8Array(Buffer.concat([header, content])));
  }
  const [first, second] = childrenOf(whole);
  return oidOf(first) === oids.envelopedData ? childrenOf(second)[0] : whole;
}

/** A content, deciphered; the caller wipes it. */
export type Opened = { readonly ok: true; readonly content: Uint8Array } | Tr34Refusal;

function decipher(encrypted: readonly Element[], key: Uint8Array): Uint8Array | undefined {
  const [type, method, body] = encrypted;
  if (oidOf(type) !== oids.data) return undefined;
  const [identifier, parameters, misplaced] = childrenOf(method);
  const name = oidOf(identifier);
  const cipher = (Object.keys(contentCiphers) as ContentCipher[]).find(
    (candidate) => contentCiphers[candidate].identifier === name,
  );
  const iv = octetsOf(parameters);
  // The printed example has the content one level too deep.
  const enciphered = contentOf(body ?? misplaced);
  if (cipher === undefined || iv === undefined || enciphered === undefined) return undefined;
  const { keyLength, ivLength } = contentCiphers[cipher];
  if (iv.length !== ivLength || key.length !== keyLength) return undefined;
  const decrypting = createDecipheriv(cipher, key, iv);
  return new Uint8Array(Buffer.concat([decrypting.update(enciphered), decrypting.final()]));
}

/** Opens an envelope with the recipient's private key. */
export function openEnvelope(
  enveloped: Element | undefined,
  recipient: forge.pki.Certificate,
  recipientKey: KeyObject,
): Opened {
  const [, recipients, encrypted] = childrenOf(enveloped);
  const wanted = derOf(issuerAndSerial(recipient));
  const mine = childrenOf(recipients)
    .map(childrenOf)
    .find(([, identity]) => identity !== undefined && equalBytes(derOf(identity), wanted));
  if (mine === undefined) return refuseToken('recipient');
  const [, , method, transported] = mine;
  const wrapped = octetsOf(transported);
  if (oidOf(childrenOf(method)[0]) !== oids.rsaesOaep || wrapped === undefined) {
    return refuseToken('decryption');
  }
  let key: Buffer | undefined;
  try {
    key = privateDecrypt({ key: recipientKey, ...oaep }, wrapped);
    const content = decipher(childrenOf(encrypted), key);
    return content === undefined ? refuseToken('decryption') : { ok: true, content };
  } catch (error) {
    // OpenSSL's errors of padding and length tell an attacker nothing more than this does.
    if (error instanceof Error) return refuseToken('decryption');
    throw error;
  } finally {
    key?.fill(0);
  }
}

/** Signs a content with attributes (RFC 5652 5.1). */
export function signedData(options: {
  readonly contentType: string;
  readonly content: Uint8Array;
  readonly attributes: readonly Element[];
  readonly signer: forge.pki.Certificate;
  readonly signerKey: KeyObject;
  /** DER of revocation lists that go along. */
  readonly revocationLists: readonly Element[];
}): Element {
  const { contentType, content, signer, revocationLists } = options;
  const digest = createHash('sha256').update(content).digest();
  const attributes = setOf(
    attribute(oids.contentType, oid(contentType)),
    ...options.attributes,
    attribute(oids.messageDigest, octets(digest)),
  );
  const signature = sign('sha256', derOf(attributes), options.signerKey);
  return sequence(
    oid(oids.signedData),
    tagged(
      0,
      sequence(
        integer(1),
        setOf(algorithm(oids.sha256)),
        sequence(oid(contentType), tagged(0, octets(content))),
        ...(revocationLists.length === 0 ? [] : [tagged(1, ...revocationLists)]),
        setOf(
          sequence(
            integer(1),
            issuerAndSerial(signer),
            algorithm(oids.sha256),
            tagged(0, ...childrenOf(attributes)),
            algorithm(oids.rsaEncryption, nothing()),
            octets(signature),
          ),
        ),
      ),
    ),
  );
}

/** A signed content whose signature has been checked. */
export interface VerifiedContent {
  readonly contentType: string;
  readonly content: Uint8Array;
  /** First values of the signed attributes by identifier. */
  readonly attributes: ReadonlyMap<string, Element>;
  readonly revocationLists: readonly Element[];
}

interface Parts {
  readonly contentType: string;
  readonly content: Uint8Array;
  readonly revocationLists: readonly Element[];
  readonly signer: readonly Element[];
}

function partsOf(token: Element): Parts | undefined {
  const [type, wrapped] = childrenOf(token);
  if (oidOf(type) !== oids.signedData) return undefined;
  const [data] = childrenOf(wrapped);
  const [, , encapsulated, ...rest] = childrenOf(data);
  const [contentType, explicit] = childrenOf(encapsulated);
  const content = octetsOf(childrenOf(explicit)[0]);
  const lists = rest.find((child) => isTagged(child, 1));
  const signers = rest.find((child) => isUniversal(child, elementTypes.SET));
  const all = childrenOf(signers);
  const name = oidOf(contentType);
  if (name === undefined || content === undefined || all.length !== 1) return undefined;
  return {
    contentType: name,
    content,
    revocationLists: childrenOf(lists),
    signer: childrenOf(all[0]),
  };
}

/** Checks a signed content against the one signer that is expected. */
export function verifySignedData(
  token: Element,
  signer: forge.pki.Certificate,
  signerKey: KeyObject,
): ({ readonly ok: true } & VerifiedContent) | Tr34Refusal {
  const parts = partsOf(token);
  if (parts === undefined) return refuseToken('token-malformed');
  const [, identity, digestMethod, signedAttributes, , signature] = parts.signer;
  if (!isTagged(signedAttributes, 0)) return refuseToken('token-malformed');
  if (!equalBytes(derOf(identity), derOf(issuerAndSerial(signer)))) {
    return refuseToken('signer-unknown');
  }
  const attributes = new Map<string, Element>();
  for (const entry of childrenOf(signedAttributes)) {
    const [name, values] = childrenOf(entry);
    const identifier = oidOf(name);
    const [value] = childrenOf(values);
    if (identifier === undefined || value === undefined) return refuseToken('token-malformed');
    attributes.set(identifier, value);
  }
  const digest = octetsOf(attributes.get(oids.messageDigest));
  const computed = createHash('sha256').update(parts.content).digest();
  const digestMatches = digest !== undefined && equalConstantTime(digest, computed);
  const sha256 = oidOf(childrenOf(digestMethod)[0]) === oids.sha256;
  const typeMatches = oidOf(attributes.get(oids.contentType)) === parts.contentType;
  if (!digestMatches || !sha256 || !typeMatches) return refuseToken('digest');
  // What is signed is the attributes as a SET, in the order in which they came.
  const covered = derOf(signedAttributes);
  covered[0] = 0x31;
  const value = octetsOf(signature);
  if (value === undefined || !verify('sha256', covered, signerKey, value)) {
    return refuseToken('signature');
  }
  const { contentType, content, revocationLists } = parts;
  return { ok: true, contentType, content, attributes, revocationLists };
}
