// Every example that a reader may copy runs and gives what it says: those of docstrings, and the blocks of READMEs.
import { describe, expect, it } from 'vitest';
import {
  type Ready,
  docstringExamples,
  readmeExamples,
  runDocstrings,
  runReadmeBlock,
} from './example-runner.ts';
import { listFiles, listMembers, root } from './workspace-files.ts';

const files = listFiles();
const nameOf = new Map(listMembers(files).map(({ folder, manifest }) => [folder, manifest.name]));

const isoMessage = `
const encoded = encodeMessage(iso1987Ascii, { mti: '0800', de7: '1122131411', de11: '000001', de70: '301' });
if (!encoded.ok) throw new Error('the message of the examples');
const { bytes } = encoded;`;
const qrText =
  '0002010102121313JCB12345678900416MASTER12345678905204531153033925407999.1235802JP5906DONGRI6005TOKYO62240104hoge0504fuga0704piyo6304C343';
const bytes = ['@chipswitch/bytes'];

/** Members whose docstring examples run, how many values they promise at least, and what stands ready. */
const members: readonly (readonly [folder: string, checkedMin: number, ready: Ready])[] = [
  ['packages/bytes', 5, {}],
  ['packages/cardholder-data', 20, {}],
  ['packages/tlv', 15, { also: bytes }],
  ['packages/cryptography', 50, { also: bytes }],
  ['packages/payshield', 2, { also: bytes, fragments: /client|pool|link|module/ }],
  [
    'packages/emv',
    50,
    {
      also: bytes,
      before: `const text = '${qrText}';`,
      fragments: /\/(kernel|contactless|cryptogram|oda)\//,
    },
  ],
  ['packages/iso8583-js', 40, { also: bytes, before: isoMessage }],
  ['packages/ledger', 10, { fragments: /\/(fee|fee-schedule|taxed-fee)\.ts/ }],
  ['packages/transaction', 1, { fragments: /retrieval-reference/ }],
];

describe('an example', () => {
  const outcomeOf = (code: string) =>
    runReadmeBlock('packages/bytes', '@chipswitch/bytes', { where: 'here', code }, {});
  it.each([
    ["toHex(Uint8Array.of(1, 255)) // '01FF'", 1],
    ["fromHex('01FF'); // '01FF'", 1],
    ["fromHex('01FF') // Uint8Array [1, 255]", 1],
    ['console.log(toHex(Uint8Array.of(1))); // 01: one byte', 1],
    ['toHex(Uint8Array.of(1)) // one byte as text', 0],
    ["if (true) toHex(Uint8Array.of(1)) // '01'", 1],
  ])('%s holds', async (code, checked) => {
    expect(await outcomeOf(code)).toEqual({ checked, failed: [] });
  });
  it.each([
    "toHex(Uint8Array.of(1, 255)) // '01FE'",
    "fromHex('01FF') // Uint8Array [1, 254]",
    'console.log(toHex(Uint8Array.of(1))); // 02',
    'nothing.of.this',
  ])('%s does not', async (code) => {
    expect((await outcomeOf(code)).failed).toHaveLength(1);
  });
});

describe('docstrings', () => {
  it.each(members)('of %s give what they say', async (folder, checkedMin, ready) => {
    const { checked, failed } = await runDocstrings(folder, nameOf.get(folder) ?? '', ready);
    expect(failed).toEqual([]);
    expect(checked).toBeGreaterThanOrEqual(checkedMin);
  });
});

describe('every function and class', () => {
  it('of the codec has an example', async () => {
    const face = (await import(
      /* @vite-ignore */ `${root}packages/iso8583-js/src/index.ts`
    )) as object;
    // What the face hands on of card data has its examples where it stands.
    const homes = ['packages/iso8583-js', 'packages/cardholder-data'];
    const shown = new Set(homes.flatMap(docstringExamples).map((one) => one.documents));
    const functions = Object.entries(face).filter(([, value]) => typeof value === 'function');
    expect(functions.map(([name]) => name).filter((name) => !shown.has(name))).toEqual([]);
  });
});

/** Blocks that need what is not there in a test, and what that is; their members' own tests run such code. */
const needing: Readonly<Record<string, string>> = {
  'packages/key-management/src/key-store/README.md, block 1': 'a database',
  'packages/key-management/src/tr34/README.md, block 1': 'a device with its certificate',
  'packages/payshield/README.md, block 2': 'HSMs with certificates',
  'packages/pkcs11/README.md, block 1': 'a token',
  'simulators/terminal/README.md, block 1': 'a host; run by its own test',
};

const readmes = files.filter((file) => file.endsWith('README.md'));
const blocks = readmes.flatMap((path) =>
  readmeExamples(path).map((example) => [example.where, path, example] as const),
);
describe('READMEs', () => {
  it('are run but for blocks that say what they need', () => {
    expect(blocks.length).toBeGreaterThan(20);
    expect(blocks.map(([where]) => where)).toEqual(expect.arrayContaining(Object.keys(needing)));
  });
  const running = blocks.filter(([where]) => !Object.hasOwn(needing, where));
  it.each(running)('%s', async (_where, path, example) => {
    const member = [...nameOf.keys()].find((folder) => path.startsWith(`${folder}/`)) ?? '';
    const ready = members.find(([folder]) => folder === member)?.[2] ?? {};
    const outcome = await runReadmeBlock(member, nameOf.get(member) ?? '', example, ready);
    expect(outcome.failed).toEqual([]);
  });
});
