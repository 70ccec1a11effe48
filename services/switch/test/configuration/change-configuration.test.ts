// Changes of a configuration, before any database: rows and their digests, what a document makes of them, and every
// wrong field refused by its place in the document.
import { SettingError } from '@chipswitch/program';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareChange } from '../../src/configuration/change-configuration.ts';
import { checkWhole, readDocument } from '../../src/configuration/configuration-check.ts';
import {
  changesBetween,
  digestOf,
  digestOfRows,
  documentOf,
  rowsOf,
} from '../../src/configuration/configuration-rows.ts';
import { documentText } from '../../src/configuration/document-text.ts';
import { aDocument, aProcess, host, merchant, route, terminal } from './a-document.ts';

const rowsIn = (json: unknown) => rowsOf(readDocument(json).shared);
const base = rowsIn(aDocument());
const changed = (json: unknown, merge = false): string[] =>
  prepareChange(base, readDocument(json), { merge }).changes.map(
    ({ action, kind, name }) => `${action} ${kind} ${name}`,
  );

describe('a document', () => {
  it('is the same after it was taken apart and put together', () => {
    const document = documentOf(base.values());
    expect(rowsOf(document)).toEqual(base);
    const text = documentText(document, 7);
    expect(JSON.parse(text)).toEqual({ version: 7, ...document });
    expect(documentText(documentOf(rowsIn(JSON.parse(text)).values()), 7)).toBe(text);
  });
  it('says the same in any order of rows and properties, and its text is the same', () => {
    const turned = aDocument({
      terminals: [terminal('TERM0002'), { acceptorId: 'MERCHANT0000001', terminalId: 'TERM0001' }],
      hosts: [host('b'), host('a')],
    });
    expect(digestOfRows(rowsIn(turned))).toBe(digestOfRows(base));
    expect(documentText(documentOf(rowsIn(turned).values()), 1)).toBe(
      documentText(documentOf(base.values()), 1),
    );
  });
  it('says something else when the order of its rules is another', () => {
    const rules = (aDocument()['rules'] as object[]).toReversed();
    expect(digestOfRows(rowsIn(aDocument({ rules })))).not.toBe(digestOfRows(base));
  });
  it('has one thing on a line, its name first', () => {
    const lines = documentText(documentOf(base.values()), 1).split('\n');
    expect(lines).toContain('    {"terminalId":"TERM0001","acceptorId":"MERCHANT0000001"},');
    expect(lines.find((line) => line.includes('"prefix":"4"'))).toMatch(/^ {4}\{"prefix":"4",/);
  });
  it('may be the whole file of a switch, or an export with its version', () => {
    const read = readDocument({ ...aProcess, ...aDocument(), version: 3 });
    expect(read).toMatchObject({ basedOn: 3, process: aProcess });
    expect(Object.keys(read.shared)).toEqual(Object.keys(aDocument()));
    expect(readDocument(aDocument())).toMatchObject({ basedOn: undefined, process: undefined });
  });
  it.each<[string, unknown]>([
    ['config: must be an object', []],
    ['config: must be an object', null],
    ['config: must be an object', 'terminals'],
    ['config.terminals: must be a list', { terminals: {} }],
    ['config.hosts[1]: must be an object', { hosts: [{}, 'a'] }],
    ['config.version: must be the number of a version', { version: '3' }],
    ['config.version: must be the number of a version', { version: -1 }],
  ])('that is none is refused: %s', (said, json) => {
    expect(() => readDocument(json)).toThrow(said);
  });
  it('property: a digest does not know the order of properties', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (json) => {
        const turned = Object.fromEntries(Object.entries(json).toReversed());
        expect(digestOf(turned as never)).toBe(digestOf(json as never));
      }),
    );
  });
});

describe('a change', () => {
  it('of nothing is none', () => {
    expect(changed(aDocument())).toEqual([]);
    expect(changed({})).toEqual([]);
  });
  it('makes a section what the document says, and leaves alone what it does not speak of', () => {
    expect(
      changed({ terminals: [terminal('TERM0001', { blocked: true }), terminal('TERM0003')] }),
    ).toEqual([
      'changed terminal TERM0001',
      'removed terminal TERM0002',
      'added terminal TERM0003',
    ]);
    expect(changed({ hotCards: [] })).toEqual([`removed hot-card ${'ab'.repeat(32)}`]);
  });
  it('that merges adds and replaces, and removes nothing', () => {
    expect(changed({ terminals: [terminal('TERM0003')] }, true)).toEqual([
      'added terminal TERM0003',
    ]);
    expect(changed({ routes: [route('4', ['b'])], hosts: [host('c')] }, true)).toEqual([
      'added host c',
      'changed route 4',
    ]);
  });
  it('that merges a rule keeps its place, and puts a new one last', () => {
    const rules = [
      { name: 'new', when: {}, hosts: ['a'] },
      { name: 'refunds', when: { kinds: ['refund'] }, hosts: ['a'] },
    ];
    const { rows } = prepareChange(base, readDocument({ rules }), { merge: true });
    expect(documentOf(rows.values())['rules'].map(({ name }) => name)).toEqual([
      'refunds',
      'large',
      'new',
    ]);
  });
  it('of the order of rules is a change of those that moved', () => {
    const rules = (aDocument()['rules'] as object[]).toReversed();
    expect(changed({ rules })).toEqual(['changed rule large', 'changed rule refunds']);
  });
  it('tells what was and what is, with their digests', () => {
    const [change] = changesBetween(
      base,
      rowsIn(aDocument({ hosts: [host('a'), host('b', { port: 1 })] })),
    );
    expect(change).toMatchObject({ action: 'changed', kind: 'host', name: 'b' });
    expect(change.before?.content['port']).toBe(9000);
    expect(change.after?.content['port']).toBe(1);
    expect(change.before?.digest).not.toBe(change.after?.digest);
  });
  it('is the configuration that a switch would work by', () => {
    const { config } = prepareChange(base, readDocument({ terminals: [terminal('TERM0009')] }), {
      merge: true,
      process: aProcess,
    });
    expect(config.instance).toBe('sw-1');
    expect(config.terminals.map(({ terminalId }) => terminalId)).toEqual([
      'TERM0001',
      'TERM0002',
      'TERM0009',
    ]);
    expect(config.terminals[2]).toMatchObject({ name: 'SHOP', merchantCategory: '5411' });
  });
});

describe('a wrong change is refused whole, by its place in the document', () => {
  it.each<[string, object]>([
    [
      'config.merchants[0].country',
      { merchants: [merchant('MERCHANT0000002', { country: 'cn' })] },
    ],
    ['config.merchants[0].acceptorId', { merchants: [merchant('SHORT')] }],
    [
      'config.merchants[0].feePlan',
      { merchants: [merchant('MERCHANT0000002', { feePlan: 'A B' })] },
    ],
    [
      'config.merchants[1].acceptorId: is there twice "MERCHANT0000002"',
      { merchants: [merchant('MERCHANT0000002'), merchant('MERCHANT0000002')] },
    ],
    ['config.terminals[0].terminalId', { terminals: [terminal('T')] }],
    [
      'config.terminals[0].currencyNumeric',
      { terminals: [terminal('TERM0001', { currencyNumeric: 'CNY' })] },
    ],
    [
      'config.terminals[1].blocked',
      { terminals: [terminal('TERM0001'), terminal('TERM0003', { blocked: 'yes' })] },
    ],
    [
      'config.terminals[0].name: is missing, and there is no merchant "MERCHANT0000009"',
      { terminals: [terminal('TERM0003', { acceptorId: 'MERCHANT0000009' })] },
    ],
    [
      'config.terminals[0].colour: is no setting',
      { terminals: [terminal('TERM0001', { colour: 1 })] },
    ],
    [
      'config.terminals[1].terminalId: is there twice "TERM0003"',
      { terminals: [terminal('TERM0003'), terminal('TERM0003')] },
    ],
    ['config.hosts[0].port', { hosts: [host('c', { port: 0 })] }],
    ['config.hosts[0].name', { hosts: [host('C')] }],
    ['config.hosts[0].timers.answerMs', { hosts: [host('c', { timers: { answerMs: 1 } })] }],
    ['config.hosts[0].drain', { hosts: [host('c', { drain: 1 })] }],
    ['config.hosts[1].name: is there twice', { hosts: [host('c'), host('c')] }],
    ['config.routes[0].hosts: there is no host "x"', { routes: [route('5', ['x'])] }],
    ['config.routes[0].hosts: must name a host', { routes: [route('5', [])] }],
    ['config.routes[0].prefix', { routes: [route('5x')] }],
    [
      'config.rules[0].when.kinds',
      { rules: [{ name: 'r', when: { kinds: ['sale'] }, hosts: ['a'] }] },
    ],
    [
      'config.rules[0].when.terminals: there is no terminal "TERM0009"',
      { rules: [{ name: 'r', when: { terminals: ['TERM0009'] }, hosts: ['a'] }] },
    ],
    [
      'config.costs[0].currency',
      { costs: [{ host: 'a', currency: 'CNY', fixedMinor: '0', partsPerMillion: 0 }] },
    ],
    [
      'config.limits[0].amountMinorMax',
      { limits: [{ name: 'l', currency: '156', amountMinorMax: '-1' }] },
    ],
    [
      'config.limits[0].merchant: there is no merchant "MERCHANT0000009"',
      {
        limits: [{ name: 'l', currency: '156', amountMinorMax: '1', merchant: 'MERCHANT0000009' }],
      },
    ],
    [
      'config.limits[0].kind: there is no kind of payment "sale"',
      { limits: [{ name: 'l', currency: '156', amountMinorMax: '1', kind: 'sale' }] },
    ],
    ['config.hotCards[0].panHmac', { hotCards: [{ panHmac: '4761739001010119' }] }],
    [
      'config.hotCards[1].panHmac: is there twice',
      { hotCards: [{ panHmac: 'cd'.repeat(32) }, { panHmac: 'cd'.repeat(32) }] },
    ],
  ])('%s', (said, more) => {
    for (const merge of [true, false]) {
      const wrong = (): unknown => prepareChange(base, readDocument(more), { merge });
      expect(wrong).toThrow(SettingError);
      expect(wrong).toThrow(said);
    }
  });
  it('and never with the number of a card that stands where a hash belongs', () => {
    const wrong = (): unknown =>
      prepareChange(base, readDocument({ hotCards: [{ panHmac: '4761739001010119' }] }), {
        merge: true,
      });
    expect(wrong).not.toThrow(/4761739001010119/);
  });
  it.each<[string, object]>([
    ['config.routes[0].hosts: there is no host "a"', { hosts: [host('b')] }],
    ['is missing, and there is no merchant', { merchants: [] }],
    [
      'config.rules[1].hosts: there is no host "a"',
      { hosts: [host('b')], routes: [route('4', ['b'])], costs: [] },
    ],
  ])('also where what it removes is named elsewhere: %s', (said, more) => {
    expect(() => prepareChange(base, readDocument(more), { merge: false })).toThrow(said);
  });
  it('together with what a process has for itself', () => {
    const process = {
      ...aProcess,
      security: {
        kind: 'pkcs11',
        keyFile: 'k',
        modulePath: '/m',
        tokenLabel: 't',
        userPinFile: 'p',
        modulesFolder: '/m',
      },
    };
    const document = readDocument({ terminals: [terminal('TERM0003', { pinKey: 'tpk' })] });
    expect(() => prepareChange(base, document, { merge: true, process })).toThrow(/pinKey/);
    expect(prepareChange(base, document, { merge: true }).changes).toHaveLength(1);
  });
  it('and a section that nobody knows is no setting', () => {
    expect(() => checkWhole({ ...aProcess, terminal: [] }, {})).toThrow(
      'config.terminal: is no setting',
    );
  });
});
