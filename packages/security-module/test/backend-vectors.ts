// The published vectors through the interface of a backend: keys go in, answers come out, and what
// does not verify is refused. Kinds whose operation a backend does not claim are left out by title.
import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '@chipswitch/bytes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  CryptogramVersionId,
  DukptKeyType,
  KeyAlgorithm,
  KeyUsage,
  Outcome,
  PinBlockFormat,
} from '../src/index.ts';
import type {
  Awaitable,
  CardCodeInput,
  KeyRef,
  MacAlgorithm,
  SecurityModule,
  SecurityOperations,
} from '../src/index.ts';
import type { Backend, BackendClaims } from './backend-suite.ts';

type Input = Readonly<Record<string, string>>;

/** A number of a vector: the type above knows only the text, of which there is more. */
const numberOf = (input: Input, name: string): number =>
  Number((input as Record<string, unknown>)[name]);

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly input: Input;
  readonly expect: Input;
}

const read = (path: string): Vector[] =>
  (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { vectors: Vector[] })
    .vectors;

const vectors = [...read('../vectors/security.json'), ...read('../../emv/vectors/emv.json')];

/** Loads a key of hex digits: DEA and TDEA by length, or AES. */
type Load = (usage: KeyUsage, hex: string, cipher?: 'aes' | 'hmac') => Promise<KeyRef>;

interface Way {
  readonly operation: keyof SecurityOperations;
  /** Which vectors of its kinds it can take: all when left out. */
  readonly fits?: (input: Input) => boolean;
  readonly run: (vector: Vector, load: Load, module: SecurityModule) => Promise<void>;
}

const wrongBy1 = (hex: string): Uint8Array => {
  const bytes = fromHex(hex);
  bytes[0] ^= 1;
  return bytes;
};

const notVerified = { ok: false, error: { code: 'not-verified' } };

async function mustGive(outcome: Awaitable<Outcome>, name: string, hex: string): Promise<void> {
  const settled = await outcome;
  const value = (settled as unknown as Record<string, unknown>)[name];
  expect(value instanceof Uint8Array ? toHex(value) : settled).toBe(hex);
}

const usageOfMac: Readonly<Record<MacAlgorithm, KeyUsage>> = {
  'iso9797-1': 'M1',
  'iso9797-3': 'M3',
  cmac: 'M6',
  'hmac-sha256': 'M7',
  'hmac-sha512': 'M7',
};

interface MacParts {
  readonly key: KeyRef;
  readonly algorithm: MacAlgorithm;
  readonly padding?: 1 | 2 | 3;
  readonly data: Uint8Array;
  readonly ksn?: Uint8Array;
  readonly direction?: 'request' | 'response';
  readonly workingKeyType?: DukptKeyType;
}

// Made, verified, and refused when one bit is another.
async function macHolds(module: SecurityModule, input: MacParts, mac: string): Promise<void> {
  await mustGive(module.generateMac({ ...input, lengthBytes: mac.length / 2 }), 'mac', mac);
  expect(await module.verifyMac({ ...input, mac: fromHex(mac) })).toEqual({ ok: true });
  expect(await module.verifyMac({ ...input, mac: wrongBy1(mac) })).toEqual(notVerified);
}

const mac: Way = {
  operation: 'generateMac',
  async run({ input, expect: wanted }, load, module) {
    const algorithm = numberOf(input, 'algorithm') === 3 ? 'iso9797-3' : 'iso9797-1';
    const key = await load(usageOfMac[algorithm], input.key);
    const padding = numberOf(input, 'padding') as 1 | 2 | 3;
    await macHolds(module, { key, algorithm, padding, data: fromHex(input.data) }, wanted.mac);
  },
};

const cmacWay: Way = {
  operation: 'generateMac',
  async run({ input, expect: wanted }, load, module) {
    const key = await load('M6', input.key, input.cipher === 'aes' ? 'aes' : undefined);
    await macHolds(module, { key, algorithm: 'cmac', data: fromHex(input.data) }, wanted.mac);
  },
};

const hmacWay: Way = {
  operation: 'generateMac',
  async run({ input, expect: wanted }, load, module) {
    const key = await load('M7', input.key, 'hmac');
    await macHolds(
      module,
      { key, algorithm: 'hmac-sha256', data: fromHex(input.data) },
      wanted.mac,
    );
  },
};

const dukptMac: Way = {
  operation: 'generateMac',
  async run({ kind, input, expect: wanted }, load, module) {
    const aes = kind.includes('aes');
    const direction =
      input.direction ?? (input.usage === 'MAC_VER' ? 'response' : ('request' as const));
    const parts = {
      key: await load('B0', input.bdk, aes ? 'aes' : undefined),
      algorithm: input.algorithm as MacAlgorithm,
      data: fromHex(input.data),
      ksn: fromHex(input.ksn),
      direction: direction as 'request' | 'response',
      ...(aes ? { workingKeyType: input.keyType as DukptKeyType } : {}),
    };
    await macHolds(module, parts, wanted.mac);
  },
};

const dukptData: Way = {
  operation: 'encrypt',
  async run({ kind, input, expect: wanted }, load, module) {
    const key = await load('B0', input.bdk, kind.includes('aes') ? 'aes' : undefined);
    const ksn = fromHex(input.ksn);
    const direction = (input.direction ?? 'request') as 'request' | 'response';
    const common = { key, ksn, mode: 'cbc', iv: fromHex(input.iv), direction } as const;
    await mustGive(
      module.encrypt({ ...common, data: fromHex(input.data) }),
      'data',
      wanted.ciphertext,
    );
    const back = module.decrypt({ ...common, data: fromHex(wanted.ciphertext) });
    await mustGive(back, 'data', input.data);
  },
};

const dukptPin: Way = {
  operation: 'translatePin',
  async run({ input, expect: wanted }, load, module) {
    // The block goes to a zone key and back: the same serial number gives the same block again.
    const bdk = await load('B0', input.bdk);
    const zone = await load('P0', 'DC1DBD2B655E7A0467AB5737E6D9A30E');
    const { pan } = input;
    const reader = { key: bdk, ksn: fromHex(input.ksn), format: 0 } as const;
    const from = { ...reader, block: fromHex(wanted.block), pan };
    const moved = await module.translatePin({ from, to: { key: zone, format: 0 } });
    if (!moved.ok) throw new Error(moved.error.code);
    expect(moved.pinLength).toBe(input.pin.length);
    const zoned = { key: zone, format: 0, block: moved.block, pan } as const;
    await mustGive(module.translatePin({ from: zoned, to: reader }), 'block', wanted.block);
  },
};

const translate: Way = {
  operation: 'translatePin',
  async run({ input, expect: wanted }, load, module) {
    const formatIn = numberOf(input, 'formatIn') as PinBlockFormat;
    const formatOut = numberOf(input, 'formatOut') as PinBlockFormat;
    const load1 = (hex: string, format: PinBlockFormat) =>
      load('P0', hex, format === 4 ? 'aes' : undefined);
    const { pan } = input;
    const from = {
      key: await load1(input.keyIn, formatIn),
      format: formatIn,
      block: fromHex(input.block),
      pan,
    };
    const to = { key: await load1(input.keyOut, formatOut), format: formatOut };
    if (formatOut === 0) return mustGive(module.translatePin({ from, to }), 'block', wanted.block);
    // Blocks with random parts differ; what they hold does not.
    const zero = { key: await load('P0', 'DC1DBD2B655E7A0467AB5737E6D9A30E'), format: 0 } as const;
    const blocks: string[] = [];
    const made = await module.translatePin({ from, to });
    for (const block of [made.ok ? made.block : undefined, fromHex(wanted.block)]) {
      if (block === undefined) throw new Error('no block');
      const zeroed = await module.translatePin({ from: { ...to, block, pan }, to: zero });
      blocks.push(zeroed.ok ? toHex(zeroed.block) : zeroed.error.code);
    }
    return expect(blocks[0]).toBe(blocks[1]);
  },
};

const kcvWay: Way = {
  operation: 'kcv',
  async run({ input, expect: wanted }, load, module) {
    const aes = input.cipher === 'aes';
    const key = await load('D0', input.key, aes ? 'aes' : undefined);
    const method = input.method === 'cmac' ? 'cmac' : 'legacy';
    const lengthBytes = wanted.kcv.length / 2;
    await mustGive(module.kcv({ key, method, lengthBytes }), 'kcv', wanted.kcv);
  },
};

const cvvWay: Way = {
  operation: 'generateCardCode',
  async run({ kind, input, expect: wanted }, load, module) {
    const { pan } = input;
    const dynamic = {
      pan,
      panSequenceNumber: input.psn,
      option: input.derivation as 'A' | 'B',
    };
    const codes: Readonly<Record<string, () => Promise<CardCodeInput>>> = {
      cvv: async () => ({
        kind: 'cvv',
        key: await load('C0', input.cvk),
        pan,
        expiry: input.expiry,
        serviceCode: input.serviceCode,
      }),
      cavv: async () => ({
        kind: 'cavv',
        key: await load('C0', input.cvk),
        pan,
        unpredictableNumber: input.unpredictable,
        authenticationResult: input.authResult,
        secondFactor: input.secondFactor,
      }),
      dcvv: async () => ({
        ...dynamic,
        kind: 'dcvv',
        key: await load('E6', input.imk),
        expiry: input.expiry,
        serviceCode: input.serviceCode,
        atc: fromHex(input.atc),
      }),
    };
    const [code] = Object.values(wanted);
    const asked = await codes[kind]();
    expect(await module.generateCardCode(asked)).toEqual({ ok: true, code });
    const wrong = `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
    expect(await module.verifyCardCode({ ...asked, code })).toEqual({ ok: true });
    expect(await module.verifyCardCode({ ...asked, code: wrong })).toEqual(notVerified);
  },
};

// The key comes in as a block; what it is, is seen by its check value.
const unwrap: Way = {
  operation: 'importKey',
  async run({ id, input, expect: wanted }, load, module) {
    const { header, key } = wanted as unknown as { header: Input; key: string };
    const aes = header.version === 'D' || header.version === 'E';
    const under = await load('K1', input.kbpk, aes ? 'aes' : undefined);
    const imported = await module.importKey({ id: `imported-${id}`, under, block: input.block });
    if (!imported.ok) throw new Error(imported.error.detail ?? imported.error.code);
    expect(imported.key.usage).toBe(header.usage);
    const direct = await load('D0', key, header.algorithm === 'A' ? 'aes' : undefined);
    expect(imported.key.kcv).toBe(direct.kcv);
  },
};

// Which row of the table makes a cryptogram as the vector says.
const versionOf = (input: Input): CryptogramVersionId | undefined => {
  const padding = String(numberOf(input, 'padding'));
  if (input.sessionKey === 'none' || input.sessionKey === 'VSDC')
    return padding === '1' ? 'visa-cvn10' : undefined;
  if (padding !== '2') return undefined;
  if (input.sessionKey === 'csk' || input.sessionKey === 'EMV_CSK') return 'visa-cvn18';
  return input.sessionKey === 'mc-skd' || input.sessionKey === 'MCHIP' ? 'mc-cvn16' : undefined;
};

const arqcWay: Way = {
  operation: 'verifyArqc',
  // Session keys by another diversifier than the ATC are no cryptogram's.
  fits: (input) =>
    versionOf(input) !== undefined && (input.sessionKey === 'none' || input.atc !== undefined),
  async run({ input, expect: wanted }, load, module) {
    const cvn = versionOf(input);
    if (cvn === undefined) throw new Error('no version');
    const un = input.un ?? input.unpredictable;
    const arqc = wanted.ac ?? wanted.arqc;
    const asked = {
      key: await load('E0', input.imk),
      pan: input.pan,
      panSequenceNumber: input.psn,
      cvn,
      transactionData: fromHex(input.data),
      atc: fromHex(input.atc ?? '0001'),
      arqc: fromHex(arqc),
      option: (input.option ?? input.masterKeyDerivation) as 'A' | 'B',
      ...(un === undefined ? {} : { unpredictableNumber: fromHex(un) }),
    };
    expect(await module.verifyArqc(asked)).toEqual({ ok: true });
    expect(await module.verifyArqc({ ...asked, arqc: wrongBy1(arqc) })).toEqual(notVerified);
  },
};

const ways: Readonly<Record<string, Way>> = {
  'mac.iso9797': mac,
  cmac: cmacWay,
  'hmac.sha256': hmacWay,
  'dukpt.tdes.mac': dukptMac,
  'dukpt.aes.mac': dukptMac,
  'dukpt.tdes.data': dukptData,
  'dukpt.aes.data': dukptData,
  'dukpt.tdes.pin': dukptPin,
  'pin.translate': translate,
  kcv: kcvWay,
  cvv: cvvWay,
  cavv: cvvWay,
  dcvv: cvvWay,
  'tr31.unwrap': unwrap,
  ac: arqcWay,
  arqc: arqcWay,
};

const algorithmOf = (lengthBytes: number, cipher: 'aes' | 'hmac' | undefined): KeyAlgorithm => {
  if (cipher === 'hmac') return 'HMAC';
  if (cipher === 'aes')
    return lengthBytes === 16 ? 'AES128' : lengthBytes === 24 ? 'AES192' : 'AES256';
  return lengthBytes === 8 ? 'DEA' : lengthBytes === 16 ? '2TDEA' : '3TDEA';
};

/**
 * Runs the vectors against a backend.
 *
 * @param kinds kinds of vectors that it can do wholly; all of the list when left out
 */
export function describeVectors(
  name: string,
  claims: BackendClaims & { readonly kinds?: readonly string[] },
  open: () => Awaitable<Backend>,
): void {
  const kinds = claims.kinds ?? Object.keys(ways);
  describe.each(kinds.filter((kind) => claims.operations.has(ways[kind].operation)))(
    `vectors through ${name}: %s`,
    (kind) => {
      let backend: Backend;
      let loaded = 0;
      beforeAll(async () => {
        backend = await open();
      });
      afterAll(async () => {
        await backend.close?.();
      });
      const load: Load = async (usage, hex, cipher) => {
        const bytes = fromHex(hex);
        const algorithm = algorithmOf(bytes.length, cipher);
        return backend.load({ id: `vector-${kind}-${++loaded}`, usage, algorithm, bytes });
      };
      const { fits = () => true } = ways[kind];
      const chosen = vectors.filter(({ kind: one, input }) => one === kind && fits(input));
      it.each(chosen.map((vector) => [vector.id, vector] as const))('%s', async (_, vector) => {
        await ways[kind].run(vector, load, backend.module);
      });
    },
  );
}
