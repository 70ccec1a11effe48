// A terminal that nobody here wrote: jPOS's NACChannel and GenericPackager against a running switch.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { posTerminal } from 'iso8583-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stand, openStand, visa } from '../switch-stand.ts';
import { jposPackager } from './jpos-packager.ts';
import { JposPeer, elementsOf, jposClasses } from './jpos-peer.ts';

const classPath = jposClasses();
const pan = visa.applications[0].pan;

let lastStan = 500_000;
/** A purchase by magnetic stripe, in jPOS's words; a later value of an element replaces an earlier one. */
function words(mti: string, more: { readonly [element: number]: string | undefined }): string {
  const stan = String(++lastStan);
  const elements: { [element: number]: string | undefined } = {
    2: pan,
    3: '000000',
    4: '000000001000',
    11: stan,
    12: '061013',
    13: '1201',
    14: '2812',
    22: '012',
    25: '00',
    41: 'TERM0001',
    42: 'CHIPSWITCH00001',
    49: '156',
    ...more,
  };
  const said = Object.entries(elements).filter(([, value]) => value !== undefined);
  return [mti, ...said.map(([number, value]) => `${number}=${value}`)].join(' ');
}

describe.skipIf(classPath === undefined)(
  'jPOS as a terminal (needs Java 17 and what Maven brings: skipped without them)',
  () => {
    let stand: Stand;
    let terminal: JposPeer;
    const folder = mkdtempSync(join(tmpdir(), 'chipswitch-peers-'));
    beforeAll(async () => {
      stand = await openStand({ instance: 'jpos-terminal' });
      const packager = join(folder, 'pos-terminal.xml');
      writeFileSync(packager, jposPackager(posTerminal));
      terminal = new JposPeer(classPath ?? '', 'JposTerminal', [
        'NACChannel',
        String(stand.running.port),
        packager,
      ]);
      await terminal.line((line) => line === 'connected');
    });
    afterAll(async () => {
      await terminal.stop();
      await stand.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const ask = async (line: string): Promise<ReadonlyMap<number, string>> =>
      elementsOf(await terminal.ask(line));

    it('a network message is answered and its TPDU is turned round', async () => {
      const line = await terminal.ask('0800 11=000001 41=TERM0001 42=CHIPSWITCH00001 70=301');
      expect(line).toContain('header=6000020001');
      expect(elementsOf(line)).toEqual(
        new Map([...elementsOf(line), [0, '0810'], [11, '000001'], [39, '00'], [70, '301']]),
      );
    });

    it('a purchase is approved, and the same question twice has the same answer', async () => {
      const question = words('0200', {});
      const first = await ask(question);
      expect([first.get(0), first.get(39)]).toEqual(['0210', '00']);
      const again = await ask(question);
      expect([again.get(37), again.get(38)]).toEqual([first.get(37), first.get(38)]);
      const other = await ask(question.replace('4=000000001000', '4=000000001100'));
      expect(other.get(39)).toBe('94');
    });

    it('I1: an offline advice is acknowledged at once, and told to the host', async () => {
      const answer = await ask(words('0220', { 4: '000000000700', 38: 'OFF123' }));
      expect([answer.get(0), answer.get(39)]).toEqual(['0230', '00']);
    });

    it('I5: a reversal that names its original by DE 7, as ISO 8583 describes DE 90, is found', async () => {
      const sale = words('0200', { 7: '1201061013' });
      const stan = elementsOf(sale).get(11);
      expect((await ask(sale)).get(39)).toBe('00');
      const original = `0200${stan}1201061013${'0'.repeat(22)}`;
      const answer = await ask(words('0400', { 12: '235959', 90: original }));
      expect([answer.get(0), answer.get(39)]).toEqual(['0410', '00']);
    });

    it('I5: a reversal that names its original by local date and time is found', async () => {
      const sale = words('0200', { 12: '061014' });
      const stan = elementsOf(sale).get(11);
      expect((await ask(sale)).get(39)).toBe('00');
      const original = `0200${stan}1201061014${'0'.repeat(22)}`;
      const answer = await ask(words('0400', { 90: original }));
      expect([answer.get(0), answer.get(39)]).toEqual(['0410', '00']);
    });

    it.each([
      ['an unknown terminal', { 41: 'NOBODY01' }, '03'],
      ['a currency that is not the terminal’s', { 49: '840' }, '12'],
      ['a card that has expired', { 14: '2001' }, '54'],
      ['an amount over the terminal’s', { 41: 'TERM0003', 4: '000000999999' }, '61'],
      ['a blocked terminal', { 41: 'TERM0009' }, '58'],
    ])('%s is refused by its own code', async (_, more, code) => {
      expect((await ask(words('0200', more))).get(39)).toBe(code);
    });

    it('a hundred purchases one after the other: each answer is its question’s', async () => {
      for (let i = 1; i <= 100; i++) {
        const question = words('0200', { 4: `${String(i).padStart(10, '0')}00` });
        const answer = await ask(question);
        expect([answer.get(4), answer.get(11), answer.get(39)]).toEqual([
          elementsOf(question).get(4),
          elementsOf(question).get(11),
          '00',
        ]);
      }
    });
  },
);
