// Development PKI against node's own X.509 and TLS; EMV CA keys against their checksums.
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createSecureContext, createServer } from 'node:tls';
import { certifiedTerminalId } from '@chipswitch/transaction';
import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import {
  EnrolmentCodes,
  type Identity,
  createDevelopmentPki,
  createRevocationList,
  createSigningRequest,
  emvCaKeyChecksum,
  enrolTerminal,
  enrolmentErrorCodes,
  generateKeyPem,
  readEmvCaKeys,
  writeDevelopmentPki,
} from '../src/index.ts';

const now = new Date();
const pki = createDevelopmentPki({ terminalIds: ['TERM0001', 'TERM0002'], now });
const [first, second] = pki.terminals;

describe('EMV CA public keys', () => {
  const keys = readEmvCaKeys();
  it.each(keys.map((key) => [`${key.rid} ${key.index}`, key] as const))('%s', (_name, key) => {
    expect(emvCaKeyChecksum(key)).toBe(key.checksum);
    expect(key.modulus).toHaveLength(key.bits / 4);
    expect(key.source).not.toBe('');
  });
  it('refuses a file in which one digit is changed', () => {
    const directory = mkdtempSync(join(tmpdir(), 'ca-keys-'));
    const file = join(directory, 'keys.json');
    const changed = { ...keys[0], modulus: keys[0].modulus.replace(/^./, '0') };
    writeFileSync(file, JSON.stringify({ keys: [changed] }));
    expect(() => readEmvCaKeys(file)).toThrow(/checksum/);
    rmSync(directory, { recursive: true });
  });
});

describe('certificates', () => {
  it('chain from terminal and server over the acquirer to the root', () => {
    const root = new X509Certificate(pki.root.certificatePem);
    const acquirer = new X509Certificate(pki.acquirer.certificatePem);
    expect([root.ca, acquirer.ca]).toEqual([true, true]);
    expect(acquirer.checkIssued(root) && acquirer.verify(root.publicKey)).toBe(true);
    for (const { certificatePem, keyPem } of [first, second, pki.server]) {
      const leaf = new X509Certificate(certificatePem);
      expect(leaf.ca).toBe(false);
      expect(leaf.checkIssued(acquirer) && leaf.verify(acquirer.publicKey)).toBe(true);
      expect(leaf.checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
    }
  });
  it('carry the terminal id as alternative name', () => {
    const certificate = new X509Certificate(first.certificatePem);
    expect(certifiedTerminalId(certificate.subjectAltName)).toBe('TERM0001');
    expect(certifiedTerminalId('DNS:localhost')).toBeUndefined();
    expect(certifiedTerminalId(undefined)).toBeUndefined();
    const days = (certificate.validToDate.getTime() - now.getTime()) / 86_400_000;
    expect(days).toBeLessThanOrEqual(397);
  });
  it('come in PKCS#12 containers that node opens, with the password only', () => {
    const pfx = Buffer.from(first.pkcs12);
    expect(() => createSecureContext({ pfx, passphrase: pki.pkcs12Password })).not.toThrow();
    expect(() => createSecureContext({ pfx, passphrase: 'wrong' })).toThrow();
  });
  it('are written with keys that only their owner reads', () => {
    const directory = mkdtempSync(join(tmpdir(), 'pki-'));
    const files = writeDevelopmentPki(pki, directory);
    expect(files).toContain('terminal-TERM0001.key.pem');
    for (const file of files) expect(statSync(join(directory, file)).mode & 0o077).toBe(0);
    expect(readFileSync(join(directory, 'chain.pem'), 'utf8')).toContain('BEGIN CERTIFICATE');
    rmSync(directory, { recursive: true });
  });
});

interface Handshake {
  readonly authorized: boolean;
  readonly terminalId: string | undefined;
}

/** One mutual TLS handshake; the server says what it made of the client. */
async function handshake(client: Identity, crl: string): Promise<Handshake> {
  const server = createServer({
    key: pki.server.keyPem,
    cert: pki.server.certificatePem + pki.acquirer.certificatePem,
    ca: [pki.root.certificatePem, pki.acquirer.certificatePem],
    crl: [crl, rootList],
    requestCert: true,
    rejectUnauthorized: false,
  });
  const answer = new Promise<Handshake>((resolve) => {
    server.on('secureConnection', (socket) => {
      const { subjectaltname } = socket.getPeerCertificate();
      resolve({ authorized: socket.authorized, terminalId: certifiedTerminalId(subjectaltname) });
      socket.end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const socket = connect({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    servername: 'localhost',
    key: client.keyPem,
    cert: client.certificatePem + pki.acquirer.certificatePem,
    ca: pki.root.certificatePem,
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('secureConnect', resolve);
    socket.on('error', reject);
  });
  const result = await answer;
  socket.destroy();
  server.close();
  return result;
}

const nextUpdate = new Date(now.getTime() + 86_400_000);
const listTerms = { number: 2, issuedAt: now, nextUpdate };
const rootList = createRevocationList({ authority: pki.root, revoked: [], ...listTerms });

describe('mutual TLS', () => {
  it('knows a terminal by its certificate', async () => {
    const known = { authorized: true, terminalId: 'TERM0001' };
    expect(await handshake(first, pki.revocationListPem)).toEqual(known);
  });
  it('refuses a revoked certificate and no other', async () => {
    const revoked = [
      { certificatePem: first.certificatePem, revokedAt: now, reason: 'keyCompromise' as const },
    ];
    const crl = createRevocationList({ authority: pki.acquirer, revoked, ...listTerms });
    expect((await handshake(first, crl)).authorized).toBe(false);
    expect((await handshake(second, crl)).authorized).toBe(true);
  });
  it('refuses a terminal of another PKI', async () => {
    const other = createDevelopmentPki({ terminalIds: ['TERM0001'], now });
    expect((await handshake(other.terminals[0], pki.revocationListPem)).authorized).toBe(false);
  });
});

describe('enrolment', () => {
  const authority = pki.acquirer;
  const enrol = (requestPem: string, codes: EnrolmentCodes): string => {
    const result = enrolTerminal({ authority, codes, requestPem, now });
    return result.ok ? result.terminalId : result.error.code;
  };
  const keyPem = generateKeyPem();
  const codesAt = (time: { value: number }): EnrolmentCodes =>
    new EnrolmentCodes({ now: () => time.value, lifetimeMs: 1000 });

  it('takes a code once', () => {
    const codes = codesAt({ value: 0 });
    const enrolmentCode = codes.issue('TERM0003');
    const { requestPem } = createSigningRequest({ terminalId: 'TERM0003', enrolmentCode, keyPem });
    expect([enrol(requestPem, codes), enrol(requestPem, codes)]).toEqual([
      'TERM0003',
      'enrolment-code',
    ]);
  });
  it('refuses a code that is wrong, too old, or another terminal’s', () => {
    const time = { value: 0 };
    const codes = codesAt(time);
    const request = (terminalId: string, enrolmentCode: string): string =>
      createSigningRequest({ terminalId, enrolmentCode, keyPem }).requestPem;
    codes.issue('TERM0003');
    expect(enrol(request('TERM0003', 'guess'), codes)).toBe('enrolment-code');
    const old = codes.issue('TERM0003');
    time.value = 1000;
    expect(enrol(request('TERM0003', old), codes)).toBe('enrolment-code');
    const other = codes.issue('TERM0003');
    expect(enrol(request('TERM0004', other), codes)).toBe('enrolment-code');
  });
  it('refuses what is no request, a changed one, a short key, a bad id', () => {
    const codes = codesAt({ value: 0 });
    const enrolmentCode = codes.issue('TERM0003');
    const terminalId = 'TERM0003';
    expect(enrol('hello', codes)).toBe('request-malformed');
    expect(enrol('x'.repeat(20_000), codes)).toBe('request-malformed');
    const { requestPem } = createSigningRequest({ terminalId, enrolmentCode, keyPem });
    const request = forge.pki.certificationRequestFromPem(requestPem);
    request.setSubject([{ shortName: 'CN', value: 'TERM0009' }]);
    // Forge signs what it keeps here; its types do not know the function.
    const pkiOfForge = forge.pki as unknown as {
      getCertificationRequestInfo(of: typeof request): forge.asn1.Asn1;
    };
    Object.assign(request, {
      certificationRequestInfo: pkiOfForge.getCertificationRequestInfo(request),
    });
    expect(enrol(forge.pki.certificationRequestToPem(request), codes)).toBe('request-signature');
    const short = generateKeyPem(1024);
    const weak = createSigningRequest({ terminalId, enrolmentCode, keyPem: short });
    expect(enrol(weak.requestPem, codes)).toBe('key-too-short');
    const named = createSigningRequest({ terminalId: 'T', enrolmentCode, keyPem });
    expect(enrol(named.requestPem, codes)).toBe('terminal-id');
    expect(() => codes.issue('T')).toThrow(/terminal id/);
    // None of these used the code up.
    expect(enrol(requestPem, codes)).toBe('TERM0003');
  });
  it('says every error code in the README', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    for (const code of enrolmentErrorCodes) expect(readme).toContain(`\`${code}\``);
  });
});
