// The payShield module against the suite of all backends, over a socket to the simulator's own process.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fromHex } from '@chipswitch/bytes';
import { encryptUnderLmk, wrapThalesKeyBlock, referenceKcv } from '@chipswitch/cryptography';
import { type KeyAlgorithm, usualModeOfUse, type NewKey } from '@chipswitch/security-module';
import { type Backend, describeBackend } from '@chipswitch/security-module/backend-suite';
import { describeVectors } from '@chipswitch/security-module/backend-vectors';
import { describePartly } from '@chipswitch/security-module/partial-vectors';
import { describe, expect, it } from 'vitest';
import { createPayshieldClient, createPayshieldModule } from '../src/index.ts';
import { keyTypeOfUsage } from '../src/key-record.ts';

const simulator = fileURLToPath(new URL('../../../simulators/hsm/src/main.ts', import.meta.url));
const file = new URL('../../security-module/vectors/security.json', import.meta.url);
const { tables } = JSON.parse(readFileSync(file, 'utf8')) as {
  tables: { 'thales-test-variant': { pairs: Record<string, string> } };
};
const variantLmk = new Map(
  Object.entries(tables['thales-test-variant'].pairs).map(([name, hex]) => [name, fromHex(hex)]),
);
// The public test key-block LMK of AES-256.
const keyBlockLmk = fromHex('9B71333A13F9FAE72F9D0E2DAB4AD6784718012F9244033F3F26A2DE0C8AA11A');

/** A clear key as the host would keep it: under the test LMK, TDEA as variant, AES as key block. */
function fieldOf({ usage, algorithm, bytes }: NewKey, kind: 'variant' | 'key-block'): string {
  const aes = algorithm.startsWith('AES');
  if (!aes && kind === 'variant') {
    const field = encryptUnderLmk(variantLmk, keyTypeOfUsage(usage) ?? '', bytes);
    if (field === undefined) throw new Error(`no variant for ${usage} ${algorithm}`);
    return field;
  }
  const header = {
    version: '1',
    usage,
    algorithm: aes ? 'A' : algorithm === 'DEA' ? 'D' : 'T',
    modeOfUse: usualModeOfUse(usage),
    keyVersion: '00',
    exportability: 'E',
    reserved: '00',
    optionalBlocks: [],
  };
  const random = (lengthBytes: number): Uint8Array => new Uint8Array(randomBytes(lengthBytes));
  const block = wrapThalesKeyBlock(keyBlockLmk, header, bytes, random);
  return block.startsWith('S') ? block : `S${block}`;
}

/** Parity as an HSM wants it: the suite's keys come from vectors that do not all have it. */
function withParity(bytes: Uint8Array, algorithm: KeyAlgorithm): Uint8Array {
  if (algorithm.startsWith('AES')) return bytes;
  return bytes.map((byte) => {
    let ones = 0;
    for (let bit = 1; bit < 8; bit++) ones += (byte >> bit) & 1;
    return (byte & 0xfe) | (ones & 1 ? 0 : 1);
  });
}

async function start(): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [simulator, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`simulator ended with ${String(code)}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      const found = /127\.0\.0\.1:(\d+)/.exec(chunk.toString())?.[1];
      if (found !== undefined) resolve(Number(found));
    });
  });
  return { child, port };
}

async function open(lmk: 'variant' | 'key-block'): Promise<Backend> {
  const { child, port } = await start();
  const client = createPayshieldClient({ hsms: [{ host: '127.0.0.1', port }] });
  const module = createPayshieldModule({ client, lmk });
  return {
    module,
    load: (key) => {
      const bytes = withParity(key.bytes, key.algorithm);
      const { id, usage, algorithm } = key;
      const kcv = referenceKcv(algorithm, bytes);
      return module.loadKey({ id, usage, algorithm, kcv, field: fieldOf({ ...key, bytes }, lmk) });
    },
    close: () => {
      client.close();
      child.kill();
    },
  };
}

const operations = new Set([
  'health',
  'generateKey',
  'importKey',
  'exportKey',
  'kcv',
  'deriveInitialKey',
  'destroyKey',
  'listKeys',
  'translatePin',
  'verifyPin',
  'generatePinData',
  'generateCardCode',
  'verifyCardCode',
  'chainMac',
  'generateMac',
  'verifyMac',
  'verifyArqc',
  'encrypt',
  'decrypt',
  'random',
] as const);

const kinds = ['mac.iso9797', 'cmac', 'cvv', 'ac', 'arqc'];
const inPart = [
  'kcv',
  'pin.pvv',
  'pin.translate',
  'dukpt.tdes.pin',
  'dukpt.tdes.mac',
  'tr31.unwrap',
];

for (const lmk of ['variant', 'key-block'] as const) {
  const name = `payShield (simulator, ${lmk} LMK)`;
  describeBackend(name, { operations }, () => open(lmk));
  describeVectors(name, { operations, kinds }, () => open(lmk));
  describePartly(name, inPart, () => open(lmk));
}

describe('payShield (simulator)', () => {
  it.each(['variant', 'key-block'] as const)(
    'holds no clear key under a %s LMK, and says so',
    async (lmk) => {
      const backend = await open(lmk);
      const answered = await backend.module.health();
      await backend.close?.();
      expect(answered).toMatchObject({
        ok: true,
        health: { backend: 'payshield', clearKeysInProcess: false },
      });
    },
  );
});
