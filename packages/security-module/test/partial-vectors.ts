// Kinds of vectors that a backend can do in part: what it cannot, it must call `unsupported`.
import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '@chipswitch/bytes';
import { TdesCipher, clearPinFromText, ecbEncrypt, encodePinBlock } from '@chipswitch/cryptography';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DukptKeyType,
  type KeyAlgorithm,
  type KeyUsage,
  type Outcome,
  SecurityFault,
  type KeyRef,
  type MacAlgorithm,
} from '../src/index.ts';
import type { Backend } from './backend-suite.ts';

type Input = Readonly<Record<string, string>> & { readonly [number: string]: unknown };

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly input: Input;
  readonly expect: Readonly<Record<string, string>>;
}

const file = new URL('../vectors/security.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: readonly Vector[] };

const tdesAlgorithms: Readonly<Record<number, KeyAlgorithm>> = {
  16: 'DEA',
  32: '2TDEA',
  48: '3TDEA',
};
const aesAlgorithms: Readonly<Record<number, KeyAlgorithm>> = {
  32: 'AES128',
  48: 'AES192',
  64: 'AES256',
};
const zpk = '0C2AFC807CEF589F647584AB2C455BDC';

type Load = (usage: KeyUsage, hex: string, aes?: boolean) => Promise<KeyRef>;

/** What a vector says through a module: a hex value, digits, or `undefined` where it does not apply. */
type Run = (vector: Vector, backend: Backend, load: Load) => Promise<string | undefined>;

/** A backend says that it cannot do a vector at all: the only answer beside the right one. */
class Unsupported extends Error {}

function value<T extends object>(outcome: Outcome<T>): T {
  if (!outcome.ok && outcome.error.code === 'unsupported') throw new Unsupported();
  if (!outcome.ok) throw new Error(`${outcome.error.code} ${outcome.error.detail ?? ''}`);
  return outcome;
}

/** A format 0 block under the suite's zone key. */
function blockOf(pin: string, pan: string): Uint8Array {
  const clear = clearPinFromText(pin);
  if (clear === undefined) throw new Error('no PIN');
  const block = new Uint8Array(8);
  encodePinBlock(0, clear, pan, block, (count) => new Uint8Array(count));
  return ecbEncrypt(new TdesCipher(fromHex(zpk)), block);
}

const runs: Readonly<Record<string, Run>> = {
  kcv: async ({ input, expect: expected }, { module }, load) => {
    const aes = input['cipher'] === 'aes';
    const key = await load('D0', input['key'], aes);
    const method = input['method'] === 'cmac' ? 'cmac' : 'legacy';
    const lengthBytes = expected['kcv'].length / 2;
    return toHex(value(await module.kcv({ key, method, lengthBytes })).kcv);
  },
  cmac: async ({ input, expect: expected }, { module }, load) => {
    const key = await load('M6', input['key'], input['cipher'] === 'aes');
    const data = fromHex(input['data']);
    const lengthBytes = expected['mac'].length / 2;
    const made = await module.generateMac({ key, algorithm: 'cmac', data, lengthBytes });
    return toHex(value(made).mac);
  },
  'mac.iso9797': async ({ input, expect: expected }, { module }, load) => {
    const three = Number(input['algorithm']) === 3;
    const key = await load(three ? 'M3' : 'M1', input['key']);
    const made = await module.generateMac({
      key,
      algorithm: three ? 'iso9797-3' : 'iso9797-1',
      padding: Number(input['padding']) as 1,
      data: fromHex(input['data']),
      lengthBytes: expected['mac'].length / 2,
    });
    return toHex(value(made).mac);
  },
  'pin.pvv': async ({ input }, { module }, load) => {
    const { pan, pvki } = input;
    const pin = {
      key: await load('P0', zpk),
      format: 0,
      pan,
      block: blockOf(input['pin'], pan),
    } as const;
    const key = await load('V2', input['pvk']);
    return value(await module.generatePinData({ kind: 'visa-pvv', pin, key, pvki })).value;
  },
  'pin.translate': async ({ input }, { module }, load) => {
    // Blocks of other formats have random filling: the HSM makes its own.
    if (Number(input['formatOut']) !== 0) return undefined;
    const from = {
      key: await load('P0', input['keyIn']),
      format: Number(input['formatIn']) as 0,
      block: fromHex(input['block']),
      pan: input['pan'],
    };
    const to = { key: await load('P0', input['keyOut']), format: 0 } as const;
    return toHex(value(await module.translatePin({ from, to })).block);
  },
  'dukpt.tdes.pin': async ({ input }, { module }, load) => {
    if (Number(input['format']) !== 0) return undefined;
    const { pan } = input;
    const key = await load('B0', input['bdk']);
    const ksn = fromHex(input['ksn']);
    const target = await load('P0', zpk);
    const to = { key: target, format: 0 } as const;
    const from = { key, ksn, format: 0, pan, block: fromHex(input['block'] ?? '') } as const;
    // The vector's block is its expectation: translated to the zone key it must be the PIN's own block.
    const made = await module.translatePin({ from, to });
    return toHex(value(made).block) === toHex(blockOf(input['pin'], pan))
      ? input['block']
      : 'other';
  },
  'dukpt.tdes.mac': async ({ input, expect: expected }, { module }, load) => {
    if (input['algorithm'] !== 'iso9797-3' || input['direction'] !== 'request') return undefined;
    const key = await load('B0', input['bdk']);
    const made = await module.generateMac({
      key,
      algorithm: 'iso9797-3',
      ksn: fromHex(input['ksn']),
      data: fromHex(input['data']),
      lengthBytes: expected['mac'].length / 2,
    });
    return toHex(value(made).mac);
  },
  'dukpt.aes.mac': async ({ input, expect: expected }, { module }, load) => {
    const made = await module.generateMac({
      key: await load('B0', input['bdk'], true),
      algorithm: input['algorithm'] as MacAlgorithm,
      ksn: fromHex(input['ksn']),
      direction: input['usage'] === 'MAC_VER' ? 'response' : 'request',
      workingKeyType: input['keyType'] as DukptKeyType,
      data: fromHex(input['data']),
      lengthBytes: expected['mac'].length / 2,
    });
    return toHex(value(made).mac);
  },
  'tr31.unwrap': async ({ id, input, expect: expected }, { module }, load) => {
    const { block } = input;
    // HSMs have no single DES keys of these usages.
    if (expected['key'].length === 16) return undefined;
    const under = await load('K1', input['kbpk'], block.startsWith('D'));
    const imported = await module.importKey({ id: `imported-${id}`, under, block });
    const aes = block[7] === 'A';
    // Nor have variant LMKs AES keys.
    if (aes && !imported.ok && imported.error.code === 'key-usage') return undefined;
    const { key } = value(imported);
    const direct = await load('D0', expected['key'], aes);
    return key.kcv === direct.kcv ? expected['key'] : key.kcv;
  },
};

async function outcomeOf(
  vector: Vector,
  backend: Backend,
  load: Load,
): Promise<string | undefined> {
  const input = { ...vector.input, block: vector.input['block'] ?? vector.expect['block'] };
  try {
    return await runs[vector.kind]({ ...vector, input }, backend, load);
  } catch (error) {
    const noPlace = error instanceof SecurityFault && error.code === 'configuration';
    if (error instanceof Unsupported || noPlace) return undefined;
    throw error;
  }
}

/** Runs every vector of the named kinds that the backend's interface can express. */
export function describePartly(
  name: string,
  kinds: readonly string[],
  open: () => Backend | Promise<Backend>,
): void {
  describe(`vectors through ${name}`, () => {
    let backend: Backend;
    let loaded = 0;
    beforeAll(async () => {
      backend = await open();
    });
    afterAll(async () => {
      await backend.close?.();
    });
    const load: Load = async (usage, hex, aes = false) => {
      const algorithm = (aes ? aesAlgorithms : tdesAlgorithms)[hex.length];
      return backend.load({ id: `vector-${++loaded}`, usage, algorithm, bytes: fromHex(hex) });
    };
    for (const kind of kinds) {
      const chosen = vectors.filter((vector) => vector.kind === kind);
      it(`${kind}: ${chosen.length} vectors`, async () => {
        let done = 0;
        for (const vector of chosen) {
          const got = await outcomeOf(vector, backend, load);
          if (got === undefined) continue;
          done++;
          const [wanted] = Object.values(vector.expect);
          expect([vector.id, got]).toEqual([vector.id, wanted]);
        }
        expect(done).toBeGreaterThan(0);
      });
    }
  });
}
