// One suite for every backend behind the interface: the same keys, the same cases, the same answers.
import { fromHex, toHex } from '@chipswitch/bytes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyAlgorithm, KeyUsage } from '../src/index.ts';
import type {
  Awaitable,
  CardCodeInput,
  KeyRef,
  MacInput,
  NewKey,
  SecurityModule,
  SecurityOperations,
} from '../src/index.ts';

/** A backend at work: the module, and a way to bring a test key into it. */
export interface Backend {
  readonly module: SecurityModule;
  load(key: NewKey): Awaitable<KeyRef>;
  close?(): Awaitable<void>;
}

/** What a backend says that it can do; what it leaves out must answer `unsupported`. */
export interface BackendClaims {
  readonly operations: ReadonlySet<keyof SecurityOperations>;
  /** Names of cases that a claimed operation cannot do, each with its reason. */
  readonly without?: Readonly<Record<string, string>>;
}

const hex = (outcome: object, name: string): string | undefined => {
  const value = (outcome as Record<string, unknown>)[name];
  return value instanceof Uint8Array ? toHex(value) : undefined;
};

interface Case {
  readonly operation: keyof SecurityOperations;
  readonly name: string;
  readonly run: (load: Loader, module: SecurityModule) => Promise<void>;
}

type Loader = (usage: KeyUsage, algorithm: KeyAlgorithm, bytes: string) => Promise<KeyRef>;

const refused = (code: string) => ({ ok: false, error: expect.objectContaining({ code }) });

const pan = '5413330089010434';
const zpkA = 'DC1DBD2B655E7A0467AB5737E6D9A30E';
const zpkB = '0C2AFC807CEF589F647584AB2C455BDC';
const block = (): Uint8Array => fromHex('077FA8E638362E1F');

const pinCases: readonly Case[] = [
  {
    operation: 'translatePin',
    name: 'a format 0 block to another key',
    async run(load, module) {
      const from = {
        key: await load('P0', '2TDEA', zpkA),
        format: 0,
        block: block(),
        pan,
      } as const;
      const to = { key: await load('P0', '2TDEA', zpkB), format: 0 } as const;
      const made = await module.translatePin({ from, to });
      expect(made).toMatchObject({ ok: true, pinLength: 4 });
      expect(hex(made, 'block')).toBe('B2278D550A70A094');
    },
  },
  {
    operation: 'translatePin',
    name: 'never from a PAN-bound format to format 1',
    async run(load, module) {
      const from = {
        key: await load('P0', '2TDEA', zpkA),
        format: 0,
        block: block(),
        pan,
      } as const;
      const to = { key: await load('P0', '2TDEA', zpkB), format: 1 } as const;
      expect(await module.translatePin({ from, to })).toEqual(refused('not-allowed'));
    },
  },
  {
    operation: 'translatePin',
    name: 'a block of another PAN is refused',
    async run(load, module) {
      const other = '4000001234562000';
      const key = await load('P0', '2TDEA', zpkA);
      const from = { key, format: 0, block: block(), pan: other } as const;
      const to = { key: await load('P0', '2TDEA', zpkB), format: 0 } as const;
      expect(await module.translatePin({ from, to })).toEqual(refused('pin-block'));
    },
  },
  {
    operation: 'translatePin',
    name: 'a MAC key is no PIN key',
    async run(load, module) {
      const from = {
        key: await load('M3', '2TDEA', zpkA),
        format: 0,
        block: block(),
        pan,
      } as const;
      const to = { key: await load('P0', '2TDEA', zpkB), format: 0 } as const;
      expect(await module.translatePin({ from, to })).toEqual(refused('key-usage'));
    },
  },
  {
    operation: 'verifyPin',
    name: 'a PIN by its Visa PVV, and not by another',
    async run(load, module) {
      const pin = { key: await load('P0', '2TDEA', zpkA), format: 0, block: block(), pan } as const;
      const key = await load('V2', '2TDEA', '0123456789ABCDEFFEDCBA9876543210');
      const made = await module.generatePinData({ kind: 'visa-pvv', pin, key, pvki: '1' });
      const pvv = made.ok ? made.value : undefined;
      expect(pvv).toMatch(/^[0-9]{4}$/);
      const reference = { method: 'visa-pvv', key, pvki: '1', pvv: String(pvv) } as const;
      expect(await module.verifyPin({ pin, reference })).toEqual({ ok: true });
      const wrong = { ...reference, pvv: String((Number(pvv) + 1) % 10_000).padStart(4, '0') };
      expect(await module.verifyPin({ pin, reference: wrong })).toEqual(refused('not-verified'));
    },
  },
];

const macInput = (key: KeyRef, algorithm: MacInput['algorithm']): MacInput => ({
  key,
  algorithm,
  data: fromHex('48656C6C6F20576F726C642021212121'),
});

const macCases: readonly Case[] = [
  {
    operation: 'generateMac',
    name: 'a retail MAC, verified and refused',
    async run(load, module) {
      const key = await load('M3', '2TDEA', '7CA110454A1A6E570131D9619DC1376E');
      const input = macInput(key, 'iso9797-3');
      const made = await module.generateMac({ ...input, lengthBytes: 8 });
      expect(hex(made, 'mac')).toBe('F09B856213BAB83B');
      const verify = (mac: string) => module.verifyMac({ ...input, mac: fromHex(mac) });
      expect(await verify('F09B856213BAB83B')).toEqual({ ok: true });
      expect(await verify('F09B856213BAB83C')).toEqual(refused('not-verified'));
    },
  },
  {
    operation: 'chainMac',
    name: 'K4: a retail MAC in parts is the MAC of the whole',
    async run(load, module) {
      const key = await load('M3', '2TDEA', '0123456789ABCDEFFEDCBA9876543210');
      const about = { key, algorithm: 'iso9797-3', padding: 1 } as const;
      const first = fromHex('00112233445566778899AABBCCDDEEFF');
      const begun = await module.chainMac({ ...about, data: first.subarray(0, 8) });
      if (!begun.ok) throw new Error(begun.error.code);
      const next = await module.chainMac({ ...about, data: first.subarray(8), state: begun.state });
      if (!next.ok) throw new Error(next.error.code);
      const last = { ...about, data: fromHex('0123456789ABCDEF'), state: next.state };
      const made = await module.generateMac({ ...last, lengthBytes: 8 });
      expect(hex(made, 'mac')).toBe('5B2F2CC1269FEF3C');
      const verify = (mac: string) => module.verifyMac({ ...last, mac: fromHex(mac) });
      expect(await verify('5B2F2CC1269FEF3C')).toEqual({ ok: true });
      expect(await verify('5B2F2CC1269FEF3D')).toEqual(refused('not-verified'));
      const odd = { ...about, data: new Uint8Array(9) };
      expect(await module.chainMac(odd)).toMatchObject(refused('input'));
      const short = { ...about, data: first, state: new Uint8Array(7) };
      expect(await module.chainMac(short)).toMatchObject(refused('input'));
      const nothing = { ...last, data: new Uint8Array(0) };
      expect(await module.generateMac(nothing)).toMatchObject(refused('input'));
    },
  },
  {
    operation: 'generateMac',
    name: 'a CMAC under AES',
    async run(load, module) {
      const key = await load('M6', 'AES128', '2B7E151628AED2A6ABF7158809CF4F3C');
      const data = fromHex('6BC1BEE22E409F96E93D7E117393172A');
      const made = await module.generateMac({ key, algorithm: 'cmac', data });
      expect(hex(made, 'mac')).toMatch(/^070A16B46B4D4144/);
    },
  },
  {
    operation: 'generateMac',
    name: 'a key of another algorithm is refused',
    async run(load, module) {
      const key = await load('P0', '2TDEA', '7CA110454A1A6E570131D9619DC1376E');
      expect(await module.generateMac(macInput(key, 'iso9797-3'))).toEqual(refused('key-usage'));
    },
  },
];

const arqcInput = (key: KeyRef) =>
  ({
    key,
    pan: '1234567890123456',
    panSequenceNumber: '00',
    cvn: 'visa-cvn10',
    transactionData: fromHex(
      '0000000040000000000000000124800004800001241911050152BF45851800001C03A06010',
    ),
    atc: fromHex('001C'),
    unpredictableNumber: fromHex('52BF4585'),
    arqc: fromHex('29CCA15AE665FA2E'),
    arpc: { arc: fromHex('3030') },
  }) as const;

const emvCases: readonly Case[] = [
  {
    operation: 'verifyArqc',
    name: 'a Visa CVN 10 cryptogram, answered',
    async run(load, module) {
      const key = await load('E0', '2TDEA', '0123456789ABCDEFFEDCBA9876543210');
      const made = await module.verifyArqc(arqcInput(key));
      expect(made).toMatchObject({ ok: true });
      expect(hex(made, 'arpc')).toBe('28993816AFAE4AEB');
    },
  },
  {
    operation: 'verifyArqc',
    name: 'a flipped bit is refused, with no ARPC and no hint',
    async run(load, module) {
      const key = await load('E0', '2TDEA', '0123456789ABCDEFFEDCBA9876543210');
      const wrong = { ...arqcInput(key), arqc: fromHex('29CCA15AE665FA2F') };
      expect(await module.verifyArqc(wrong)).toEqual({
        ok: false,
        error: { code: 'not-verified' },
      });
    },
  },
  {
    operation: 'verifyArqc',
    name: 'a PIN key is no issuer master key',
    async run(load, module) {
      const key = await load('P0', '2TDEA', '0123456789ABCDEFFEDCBA9876543210');
      expect(await module.verifyArqc(arqcInput(key))).toEqual(refused('key-usage'));
    },
  },
];

const cvvInput = (key: KeyRef): CardCodeInput => ({
  kind: 'cvv',
  key,
  pan: '2222222222222222',
  expiry: '3333',
  serviceCode: '111',
});

const otherCases: readonly Case[] = [
  {
    operation: 'generateCardCode',
    name: 'a CVV, verified and refused',
    async run(load, module) {
      const key = await load('C0', '2TDEA', '99999999999999998888888888888888');
      const input = cvvInput(key);
      expect(await module.generateCardCode(input)).toEqual({ ok: true, code: '361' });
      expect(await module.verifyCardCode({ ...input, code: '361' })).toEqual({ ok: true });
      expect(await module.verifyCardCode({ ...input, code: '362' })).toEqual(
        refused('not-verified'),
      );
    },
  },
  {
    operation: 'kcv',
    name: 'the check value of a TDEA key',
    async run(load, module) {
      const key = await load('P0', '2TDEA', '5DB50B454F8389ADCE573BE50861F2BF');
      expect(key.kcv).toBe('5C9405');
      expect(hex(await module.kcv({ key, method: 'legacy' }), 'kcv')).toBe('5C9405');
    },
  },
  {
    operation: 'random',
    name: 'random bytes differ',
    async run(_, module) {
      const first = await module.random({ lengthBytes: 16 });
      const second = await module.random({ lengthBytes: 16 });
      expect(hex(first, 'bytes')).toMatch(/^[0-9A-F]{32}$/);
      expect(hex(second, 'bytes')).not.toBe(hex(first, 'bytes'));
    },
  },
  {
    operation: 'generateKey',
    name: 'a key made inside, listed, and gone when destroyed',
    async run(_, module) {
      const id = `made-${Math.random().toString(36).slice(2)}`;
      const made = await module.generateKey({ id, usage: 'P0', algorithm: '2TDEA' });
      if (!made.ok) throw new Error(made.error.code);
      const listed = await module.listKeys();
      expect(listed.ok && listed.keys.map((key) => key.id)).toContain(id);
      expect(await module.destroyKey({ key: made.key })).toEqual({ ok: true });
      expect(await module.kcv({ key: made.key, method: 'legacy' })).toMatchObject({ ok: false });
    },
  },
  {
    operation: 'kcv',
    name: 'an unknown key is refused',
    async run(_, module) {
      const key: KeyRef = { id: 'nobody', usage: 'P0', algorithm: '2TDEA', kcv: '000000' };
      expect(await module.kcv({ key, method: 'legacy' })).toEqual(refused('key-unknown'));
    },
  },
  {
    operation: 'health',
    name: 'says what it is',
    async run(_, module) {
      expect(await module.health()).toMatchObject({ ok: true });
    },
  },
];

/** Every case of the suite. */
export const backendCases: readonly Case[] = [...pinCases, ...macCases, ...emvCases, ...otherCases];

/** Runs the suite against a backend; cases of operations that it does not claim say so in their title. */
export function describeBackend(
  name: string,
  claims: BackendClaims,
  open: () => Awaitable<Backend>,
): void {
  describe(`security module: ${name}`, () => {
    let backend: Backend;
    let loaded = 0;
    beforeAll(async () => {
      backend = await open();
    });
    afterAll(async () => {
      await backend.close?.();
    });
    const load: Loader = async (usage, algorithm, bytes) =>
      backend.load({ id: `key-${++loaded}`, usage, algorithm, bytes: fromHex(bytes) });

    for (const { operation, name: title, run } of backendCases) {
      const reason = claims.operations.has(operation)
        ? claims.without?.[title]
        : `${operation} is not claimed`;
      if (reason === undefined) it(`${operation}: ${title}`, () => run(load, backend.module));
      else it.skip(`${operation}: ${title} (skipped: ${reason})`, () => run(load, backend.module));
    }
  });
}
