// The soft security module: operations per CPU-second, and how many times node:crypto with KeyObjects.
import { createSecretKey, timingSafeEqual } from 'node:crypto';
import { fromHex, toHex } from '@chipswitch/bytes';
import {
  type KeyUsage,
  tdesBaseKey,
  tdesInitialKey,
  tdesTransactionKey,
  unwrapKeyBlock,
} from '@chipswitch/cryptography';
import { createSoftModule, type KeyRef } from '@chipswitch/security-module';
import type { Measure } from './measure.ts';
import {
  cryptogram,
  dukptKey,
  retailKey,
  retailMac,
  translatePin,
  unwrapD,
} from './security-baseline.ts';
import type { MeasureSuite } from './suite.ts';

const buffer = (hex: string): Buffer => Buffer.from(fromHex(hex));

function mustBe(what: string, right: boolean): void {
  if (!right) throw new Error(`${what} is wrong`);
}

const module = createSoftModule({ allowClearKeysInProcess: true });
const load = (id: string, usage: KeyUsage, hex: string): KeyRef =>
  module.loadClearKey({ id, usage, algorithm: '2TDEA', bytes: fromHex(hex) });

// One Visa CVN 18 cryptogram for each of 256 cards, so that nothing of a card can be kept.
const imkHex = '0123456789ABCDEFFEDCBA9876543210';
const imk = load('imk', 'E0', imkHex);
const values = '0000000040000000000000000124800004800001241911050152BF4585180000';
const atc = fromHex('001C');
const imkObject = createSecretKey(buffer(imkHex));
// The right cryptogram comes from node:crypto: what the module says is checked before it is timed.
const cards = Array.from({ length: 256 }, (_, i) => {
  const pan = String(4000001234560000 + i);
  const data = fromHex(`${values}1C06011203A0B800`);
  const panPsn = buffer(`${pan.slice(2)}00`);
  const padded = Buffer.concat([data, buffer('8000000000000000')]);
  const arqc = cryptogram(imkObject, panPsn, Buffer.from(atc), padded);
  return { pan, data, panPsn, padded, arqc };
});

function arqcMeasures(): Measure[] {
  const inputs = cards.map(
    ({ pan, data, arqc }) =>
      ({
        key: imk,
        pan,
        panSequenceNumber: '00',
        cvn: 'visa-cvn18',
        transactionData: data,
        atc,
        arqc: new Uint8Array(arqc),
      }) as const,
  );
  const counter = Buffer.from(atc);
  const verify = ({ panPsn, padded, arqc }: (typeof cards)[number]): boolean =>
    timingSafeEqual(cryptogram(imkObject, panPsn, counter, padded), arqc);
  return [
    {
      name: 'ARQC verification, nothing cached',
      baseline: 'node:crypto ARQC verification',
      barPerSecond: 300_000,
      barRatio: 5.5,
      check: () => {
        for (const one of inputs) mustBe('ARQC', module.verifyArqc(one).ok);
        const wrong = { ...inputs[0], arqc: inputs[1].arqc };
        mustBe('wrong ARQC', !module.verifyArqc(wrong).ok);
      },
      run: (iterations) => {
        for (let i = 0; i < iterations; i++) module.verifyArqc(inputs[i & 255]);
      },
    },
    {
      name: 'node:crypto ARQC verification',
      check: () => {
        for (const card of cards) mustBe('ARQC', verify(card));
      },
      run: (iterations) => {
        for (let i = 0; i < iterations; i++) verify(cards[i & 255]);
      },
    },
  ];
}

function pinMeasures(): Measure[] {
  const inHex = 'DC1DBD2B655E7A0467AB5737E6D9A30E';
  const outHex = '0C2AFC807CEF589F647584AB2C455BDC';
  const block = fromHex('077FA8E638362E1F');
  const input = {
    from: { key: load('zpk-in', 'P0', inHex), format: 0, block, pan: '5413330089010434' },
    to: { key: load('zpk-out', 'P0', outHex), format: 0 },
  } as const;
  const from = createSecretKey(buffer(inHex));
  const to = createSecretKey(buffer(outHex));
  const panField = buffer('0000333008901043');
  const right = 'B2278D550A70A094';
  return [
    {
      name: 'PIN translation ISO 0 to ISO 0',
      baseline: 'node:crypto PIN translation',
      barPerSecond: 1_000_000,
      barRatio: 6,
      check: () => {
        const result = module.translatePin(input);
        mustBe('PIN block', result.ok && toHex(result.block) === right);
      },
      run: (iterations) => {
        for (let i = 0; i < iterations; i++) module.translatePin(input);
      },
    },
    {
      name: 'node:crypto PIN translation',
      check: () => {
        const made = translatePin(from, to, Buffer.from(block), panField);
        mustBe('PIN block', made !== undefined && toHex(made) === right);
      },
      run: (iterations) => {
        const enciphered = Buffer.from(block);
        for (let i = 0; i < iterations; i++) translatePin(from, to, enciphered, panField);
      },
    },
  ];
}

function macMeasures(): Measure[] {
  const hex = '7CA110454A1A6E570131D9619DC1376E';
  const data = new Uint8Array(64).map((_, i) => i);
  const input = { key: load('tak', 'M3', hex), algorithm: 'iso9797-3', padding: 1, data } as const;
  const key = retailKey(buffer(hex));
  const right = toHex(retailMac(key, Buffer.from(data)));
  return [
    {
      name: 'retail MAC of 64 bytes',
      baseline: 'node:crypto retail MAC of 64 bytes',
      barPerSecond: 300_000,
      check: () => {
        const made = module.generateMac(input);
        mustBe('MAC', made.ok && toHex(made.mac) === right);
      },
      run: (iterations) => {
        for (let i = 0; i < iterations; i++) module.generateMac(input);
      },
    },
    {
      name: 'node:crypto retail MAC of 64 bytes',
      check: () => mustBe('MAC', right.length === 16),
      run: (iterations) => {
        const bytes = Buffer.from(data);
        for (let i = 0; i < iterations; i++) retailMac(key, bytes);
      },
    },
  ];
}

function keyBlockMeasures(): Measure[] {
  const kbpkHex = '88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6';
  const block =
    'D0112P0AE00E0000B82679114F470F540165EDFBF7E250FCEA43F810D215F8D207E2E417C07156A27E8E31DA05F7425509593D03A457DC34';
  const right = '3F419E1CB7079442AA37474C2EFBF8B8';
  const kbpk = fromHex(kbpkHex);
  const key = createSecretKey(buffer(kbpkHex));
  return [
    {
      name: 'TR-31 D unwrap',
      baseline: 'node:crypto TR-31 D unwrap',
      barPerSecond: 25_000,
      check: () => {
        const read = unwrapKeyBlock(kbpk, block);
        mustBe('key', read.ok && toHex(read.key) === right);
      },
      run: (iterations) => {
        for (let i = 0; i < iterations; i++) unwrapKeyBlock(kbpk, block);
      },
    },
    {
      name: 'node:crypto TR-31 D unwrap',
      check: () => {
        const read = unwrapD(key, block);
        mustBe('key', read !== undefined && toHex(read) === right);
      },
      run: (iterations) => {
        for (let i = 0; i < iterations; i++) unwrapD(key, block);
      },
    },
  ];
}

function dukptMeasures(): Measure[] {
  const bdkHex = '0123456789ABCDEFFEDCBA9876543210';
  // ANSI X9.24-1 A.4.3: nine one bits.
  const ksn = fromHex('FFFF9876543210EFF800');
  const right = 'F9CDFEBF4F5B1D9EB3EC12454527E176';
  const base = tdesBaseKey(fromHex(bdkHex));
  const bdk = createSecretKey(buffer(bdkHex));
  const masked = createSecretKey(buffer('C1E385A789ABCDEF3E1C7A5876543210'));
  return [
    {
      name: 'DUKPT TDES initial and transaction key, 9 bits',
      baseline: 'node:crypto DUKPT TDES, 9 bits',
      barPerSecond: 115_000,
      check: () => {
        const made = tdesTransactionKey(tdesInitialKey(base, ksn), ksn);
        mustBe('key', toHex(made) === right);
      },
      run: (iterations) => {
        for (let i = 0; i < iterations; i++) tdesTransactionKey(tdesInitialKey(base, ksn), ksn);
      },
    },
    {
      name: 'node:crypto DUKPT TDES, 9 bits',
      check: () => mustBe('key', toHex(dukptKey(bdk, masked, Buffer.from(ksn))) === right),
      run: (iterations) => {
        const serial = Buffer.from(ksn);
        for (let i = 0; i < iterations; i++) dukptKey(bdk, masked, serial);
      },
    },
  ];
}

/** The suite. */
export const suite: MeasureSuite = {
  name: 'security',
  measures: () => [
    ...arqcMeasures(),
    ...pinMeasures(),
    ...macMeasures(),
    ...keyBlockMeasures(),
    ...dukptMeasures(),
  ],
};
