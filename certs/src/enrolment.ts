// Enrolment of terminals: a signing request with the terminal id and a one-time code (RFC 2986).
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { certifiedTerminalIdPattern, terminalUri } from '@chipswitch/transaction';
import forge from 'node-forge';
import { type Identity, generateKeyPem, signCertificate } from './authority.ts';

/** Why an enrolment is refused, in the order of checks. */
export const enrolmentErrorCodes = [
  /** No PKCS#10 request, or not one with an RSA key. */
  'request-malformed',
  /** The request's own signature does not hold. */
  'request-signature',
  /** The key has fewer than 2048 bits. */
  'key-too-short',
  /** The request names no terminal id of eight characters. */
  'terminal-id',
  /** The one-time code is missing, wrong, used up, too old, or of another terminal. */
  'enrolment-code',
] as const;

/** One of them. */
export type EnrolmentErrorCode = (typeof enrolmentErrorCodes)[number];

/** A certificate, or why there is none. */
export type EnrolmentResult =
  | { readonly ok: true; readonly terminalId: string; readonly certificatePem: string }
  | { readonly ok: false; readonly error: { readonly code: EnrolmentErrorCode } };

/** Longest life of a terminal's certificate: thirteen months. */
export const terminalValidityDaysMax = 397;
const requestLengthMax = 16_384;

interface PendingCode {
  readonly digest: Buffer;
  readonly expiresAt: number;
}

const pendingCodesMax = 100_000;

/** One-time enrolment codes. It keeps digests: what was handed out cannot be read back. */
export class EnrolmentCodes {
  readonly #pending = new Map<string, PendingCode>();
  readonly #now: () => number;
  readonly #lifetimeMs: number;

  constructor(options: { readonly now: () => number; readonly lifetimeMs?: number }) {
    this.#now = options.now;
    this.#lifetimeMs = options.lifetimeMs ?? 24 * 3_600_000;
  }

  /**
   * A new code for a terminal; an older one is void.
   *
   * @throws Error when the terminal id is no id, or too many codes are out.
   */
  issue(terminalId: string): string {
    if (!certifiedTerminalIdPattern.test(terminalId)) throw new Error('no terminal id');
    if (this.#pending.size >= pendingCodesMax) throw new Error('too many enrolment codes are out');
    const code = randomBytes(15).toString('base64url');
    const digest = createHash('sha256').update(code).digest();
    this.#pending.set(terminalId, { digest, expiresAt: this.#now() + this.#lifetimeMs });
    return code;
  }

  /** Whether a code is the terminal's; if it is, it is used up. Wrong tries use it up as well. */
  redeem(terminalId: string, code: string): boolean {
    const pending = this.#pending.get(terminalId);
    if (pending === undefined) return false;
    this.#pending.delete(terminalId);
    const digest = createHash('sha256').update(code).digest();
    return timingSafeEqual(digest, pending.digest) && pending.expiresAt > this.#now();
  }
}

/** What a terminal sends, and the key it keeps. */
export interface SigningRequest {
  readonly requestPem: string;
  readonly keyPem: string;
}

/** A terminal's side: makes a key and a request for it. */
export function createSigningRequest(options: {
  readonly terminalId: string;
  readonly enrolmentCode: string;
  readonly keyPem?: string;
}): SigningRequest {
  const keyPem = options.keyPem ?? generateKeyPem();
  const privateKey = forge.pki.privateKeyFromPem(keyPem);
  const request = forge.pki.createCertificationRequest();
  request.publicKey = forge.pki.setRsaPublicKey(privateKey.n, privateKey.e);
  request.setSubject([{ shortName: 'CN', value: options.terminalId }]);
  request.setAttributes([{ name: 'challengePassword', value: options.enrolmentCode }]);
  request.sign(privateKey, forge.md.sha256.create());
  return { requestPem: forge.pki.certificationRequestToPem(request), keyPem };
}

type Request = ReturnType<typeof forge.pki.createCertificationRequest>;

function readRequest(pem: string): Request | undefined {
  if (pem.length > requestLengthMax) return undefined;
  try {
    return forge.pki.certificationRequestFromPem(pem);
  } catch (error) {
    // Forge throws Errors for whatever it cannot read; anything else is a fault of ours.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function signatureHolds(request: Request): boolean {
  try {
    return request.verify();
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

const refused = (code: EnrolmentErrorCode): EnrolmentResult => ({ ok: false, error: { code } });

/**
 * The acquirer's side: checks a request and signs it. The code is only used up once everything
 * about the request itself is right.
 *
 * @param options.validDays at most {@link terminalValidityDaysMax}, the default
 */
export function enrolTerminal(options: {
  readonly authority: Identity;
  readonly codes: EnrolmentCodes;
  readonly requestPem: string;
  readonly now: Date;
  readonly validDays?: number;
}): EnrolmentResult {
  const request = readRequest(options.requestPem);
  const publicKey = request?.publicKey as forge.pki.rsa.PublicKey | null | undefined;
  if (request === undefined || publicKey === null || publicKey === undefined) {
    return refused('request-malformed');
  }
  if (!signatureHolds(request)) return refused('request-signature');
  if (publicKey.n.bitLength() < 2048) return refused('key-too-short');
  const commonName: unknown = request.subject.getField('CN')?.value;
  const terminalId = typeof commonName === 'string' ? commonName : '';
  if (!certifiedTerminalIdPattern.test(terminalId)) return refused('terminal-id');
  const attribute = request.getAttribute({ name: 'challengePassword' }) as
    | { readonly value?: unknown }
    | null
    | undefined;
  const code: unknown = attribute?.value;
  if (typeof code !== 'string' || !options.codes.redeem(terminalId, code)) {
    return refused('enrolment-code');
  }
  const certificatePem = signCertificate({
    commonName: terminalId,
    unit: 'terminal',
    role: 'client',
    validFrom: options.now,
    validDays: Math.min(options.validDays ?? terminalValidityDaysMax, terminalValidityDaysMax),
    publicKey,
    names: [{ kind: 'uri', value: terminalUri(terminalId) }],
    issuer: forge.pki.certificateFromPem(options.authority.certificatePem),
    signingKeyPem: options.authority.keyPem,
  });
  return { ok: true, terminalId, certificatePem };
}
