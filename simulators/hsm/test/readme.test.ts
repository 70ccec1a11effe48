// The README's table names every command that is answered.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simulatedCommands } from '../src/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('README', () => {
  it('names every command, and no other', () => {
    const rows = [...readme.matchAll(/^\| (?:[a-zA-Z ]+) \| ((?:[A-Z0-9]{2}[ ,]*)+)\|$/gm)];
    const named = rows.flatMap((row) => row[1].split(/[ ,]+/).filter((code) => code !== ''));
    expect(named.toSorted()).toEqual([...simulatedCommands].toSorted());
  });
});
