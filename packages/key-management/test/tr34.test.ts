// TR-34 key tokens: both passes, every refusal, and OpenSSL's reading of what is made here.
import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex, toHex, toLatin1 } from '@chipswitch/bytes';
import { createSoftModule } from '@chipswitch/security-module';
import fc from 'fast-check';
import forge from 'node-forge';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type KeyTokenCheck,
  type KeyTokenInput,
  createKeyToken,
  createRandomToken,
  importKeyToken,
  readRandomToken,
  receiveKeyToken,
  tr34ErrorCodes,
} from '../src/index.ts';
import { childrenOf, derOf, elementOf } from '../src/tr34/asn1.ts';
import { signedData } from '../src/tr34/cms.ts';
import { identity, revocationList } from './tr34-pki.ts';

const now = new Date();
const authority = identity('TR-34 test CA');
const host = identity('distribution host', authority);
const otherHost = identity('another host', authority);
const device = identity('receiving device', authority);
const otherDevice = identity('another device', authority);
const list = revocationList(authority, [otherHost], now);
const key = fromHex('0123456789ABCDEFFEDCBA98765432100011223344556677');
const header = 'D0000K0TB00E0000';
const { token: randomToken, nonce } = createRandomToken();

const input: KeyTokenInput = {
  host,
  devicePem: device.certificatePem,
  key,
  header,
  freshness: { pass: 'two', nonce },
  revocationList: list,
};
const check: KeyTokenCheck = {
  device,
  hostPem: host.certificatePem,
  hostAuthorityPem: authority.certificatePem,
  now,
  freshness: { pass: 'two', nonce },
};
const codeOf = (result: { ok: true } | { ok: false; error: { code: string } }): string =>
  result.ok ? 'ok' : result.error.code;

describe('two-pass', () => {
  it('starts with a random token', () => {
    const read = readRandomToken(randomToken);
    expect(read.ok && toHex(read.nonce)).toBe(toHex(nonce));
    expect(toHex(randomToken)).toMatch(/^3020060A2A864886F70D0109190331120410/);
  });
  it.each(['aes-128-cbc', 'des-ede3-cbc'] as const)('carries a key under %s', (cipher) => {
    const received = receiveKeyToken(createKeyToken({ ...input, cipher }), check);
    if (!received.ok) throw new Error(received.error.code);
    expect(toHex(received.key)).toBe(toHex(key));
    expect(received.headerText).toBe(header);
    expect(received.header.usage).toBe('K0');
  });
  it('puts the key into the soft module under its header', () => {
    const module = createSoftModule({ allowClearKeysInProcess: true });
    const imported = importKeyToken(module, createKeyToken(input), { ...check, id: 'tmk' });
    if (!imported.ok) throw new Error(imported.error.code);
    expect(imported.key).toMatchObject({ id: 'tmk', usage: 'K0', algorithm: '3TDEA' });
    const usage = importKeyToken(module, createKeyToken({ ...input, header: 'D0000ZZTB00E0000' }), {
      ...check,
      id: 'other',
    });
    expect(codeOf(usage)).toBe('header');
  });
  it('reads enveloped data without its SEQUENCE, as TR-34 prints it', () => {
    const whole = elementOf(createKeyToken(input));
    const [, wrapped] = childrenOf(whole);
    const [, , encapsulated, , signers] = childrenOf(childrenOf(wrapped)[0]);
    const [, explicit] = childrenOf(encapsulated);
    const content = derOf(childrenOf(explicit)[0]);
    // OCTET STRING header of four bytes, then SEQUENCE header of four bytes.
    const bare = content.subarray(8);
    const attributes = childrenOf(childrenOf(childrenOf(signers)[0])[3]).filter((entry) => {
      const der = toHex(derOf(entry));
      return !der.includes('2A864886F70D010903') && !der.includes('2A864886F70D010904');
    });
    const token = derOf(resigned(bare, attributes));
    const received = receiveKeyToken(token, { ...check, revocationListRequired: false });
    expect(received.ok && toHex(received.key)).toBe(toHex(key));
  });
});

function resigned(content: Uint8Array, attributes: Parameters<typeof signedData>[0]['attributes']) {
  const { certificatePem, keyPem } = host;
  return signedData({
    contentType: '1.2.840.113549.1.7.3',
    content,
    attributes,
    signer: forge.pki.certificateFromPem(certificatePem),
    signerKey: createPrivateKey(keyPem),
    revocationLists: [],
  });
}

describe('one-pass', () => {
  const oneInput: KeyTokenInput = { ...input, freshness: { pass: 'one', at: now } };
  const oneCheck = (windowMs: number, after?: Date): KeyTokenCheck => ({
    ...check,
    freshness: { pass: 'one', windowMs, ...(after === undefined ? {} : { after }) },
  });
  it('carries a key and says what the next token must be newer than', () => {
    const received = receiveKeyToken(createKeyToken(oneInput), oneCheck(60_000));
    if (!received.ok) throw new Error(received.error.code);
    expect(Math.abs((received.signedAt?.getTime() ?? 0) - now.getTime())).toBeLessThan(1000);
    const again = receiveKeyToken(createKeyToken(oneInput), oneCheck(60_000, received.signedAt));
    expect(codeOf(again)).toBe('time');
  });
  it('refuses a token that is too old, from the future, or without a time', () => {
    for (const offset of [-120_000, 120_000]) {
      const at = new Date(now.getTime() + offset);
      const token = createKeyToken({ ...input, freshness: { pass: 'one', at } });
      expect(codeOf(receiveKeyToken(token, oneCheck(60_000)))).toBe('time');
    }
    expect(codeOf(receiveKeyToken(createKeyToken(input), oneCheck(60_000)))).toBe('time');
  });
});

describe('refusals', () => {
  const token = createKeyToken(input);
  const later = new Date(now.getTime() + 3 * 86_400_000);
  const cases: readonly (readonly [string, Uint8Array, KeyTokenCheck])[] = [
    ['token-too-long', new Uint8Array(70_000), check],
    ['token-malformed', fromHex('3000'), check],
    ['signer-unknown', createKeyToken({ ...input, host: otherHost }), check],
    ['nonce', token, { ...check, freshness: { pass: 'two', nonce: new Uint8Array(16) } }],
    ['nonce', createKeyToken({ ...input, freshness: { pass: 'one', at: now } }), check],
    ['credential', token, { ...check, hostAuthorityPem: device.certificatePem }],
    ['credential', token, { ...check, now: later }],
    ['revocation-list', createKeyToken(withoutList(input)), check],
    [
      'revocation-list',
      createKeyToken({ ...input, revocationList: revocationList(otherHost, [], now) }),
      check,
    ],
    [
      'revocation-list',
      createKeyToken({ ...input, revocationList: revocationList(authority, [], later) }),
      check,
    ],
    [
      'revoked',
      createKeyToken({ ...input, host: otherHost }),
      { ...check, hostPem: otherHost.certificatePem },
    ],
    ['recipient', token, { ...check, device: otherDevice }],
    ['decryption', token, { ...check, device: { ...device, keyPem: otherDevice.keyPem } }],
  ];
  it.each(cases)('%s', (code, refused, against) => {
    expect(codeOf(receiveKeyToken(refused, against))).toBe(code);
  });
  it('no byte of a token can be changed', () => {
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = token.slice();
        changed[at] ^= mask;
        const received = receiveKeyToken(changed, check);
        // A byte of the algorithm names that no one checks may differ; the key may not.
        if (received.ok) expect(toHex(received.key)).toBe(toHex(key));
      }),
      { numRuns: 300 },
    );
  });
  it('random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(receiveKeyToken(bytes, check).ok).toBe(false);
        expect(readRandomToken(bytes).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
  it('a key that is not of its header is our own fault', () => {
    const short = { ...input, key: new Uint8Array(5) };
    expect(() => createKeyToken(short)).toThrow('algorithm');
    expect(() => createKeyToken({ ...input, header: 'K0' })).toThrow('header');
  });
  it('stand in the README, in the order of checks', () => {
    const readme = readFileSync(new URL('../src/tr34/README.md', import.meta.url), 'utf8');
    const [, list] = /in the order of checks:([\s\S]*?)\.\n/.exec(readme) ?? [];
    const named = [...(list ?? '').matchAll(/`([a-z-]+)`/g)].map((match) => match[1]);
    expect(named).toEqual([...tr34ErrorCodes]);
  });
});

function withoutList(whole: KeyTokenInput): KeyTokenInput {
  const { host: signer, devicePem, freshness } = whole;
  return { host: signer, devicePem, freshness, key, header };
}

const openssl = spawnSync('openssl', ['version']).status === 0;
const reason = openssl ? '' : ' (skipped: openssl is not installed)';
const folder = mkdtempSync(join(tmpdir(), 'tr34-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!openssl)(`OpenSSL${reason}`, () => {
  it('verifies the signature and opens the envelope', () => {
    const path = (name: string): string => join(folder, name);
    writeFileSync(path('token.der'), createKeyToken(input));
    writeFileSync(path('ca.pem'), authority.certificatePem);
    writeFileSync(path('host.pem'), host.certificatePem);
    writeFileSync(path('device.pem'), device.certificatePem);
    writeFileSync(path('device.key'), device.keyPem);
    const run = (...args: string[]): void => {
      const { status, stderr } = spawnSync('openssl', args);
      expect([status, status === 0 ? '' : toLatin1(stderr)]).toEqual([0, '']);
    };
    const verifying = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', path('token.der')];
    const trusting = ['-certfile', path('host.pem'), '-CAfile', path('ca.pem'), '-purpose', 'any'];
    run(...verifying, ...trusting, '-out', path('enveloped.der'));
    // The content is bare EnvelopedData; OpenSSL wants it in a ContentInfo.
    const bare = readFileSync(path('enveloped.der'));
    const oid = fromHex('06092A864886F70D010703');
    const inner = Buffer.concat([
      Uint8Array.of(0xa0, 0x82, bare.length >> 8, bare.length & 255),
      bare,
    ]);
    const length = oid.length + inner.length;
    const outer = Uint8Array.of(0x30, 0x82, length >> 8, length & 255);
    writeFileSync(path('content.der'), Buffer.concat([outer, oid, inner]));
    const opening = ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', path('content.der')];
    run(
      ...opening,
      '-recip',
      path('device.pem'),
      '-inkey',
      path('device.key'),
      '-out',
      path('block.der'),
    );
    expect(toHex(readFileSync(path('block.der')))).toContain(toHex(key));
  });
});
