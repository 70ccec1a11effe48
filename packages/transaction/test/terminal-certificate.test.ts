// The terminal that a certificate names: one pattern, whole ids only, no other name taken for one.
import { describe, expect, it } from 'vitest';
import { certifiedTerminalId, terminalUri } from '../src/index.ts';

describe('B25: the terminal id of a certificate', () => {
  const names: [string | undefined, string | undefined][] = [
    [`URI:${terminalUri('TERM0001')}`, 'TERM0001'],
    [`DNS:localhost, URI:${terminalUri('term0002')}`, 'term0002'],
    [`URI:${terminalUri('TERM0001')}, URI:${terminalUri('TERM0002')}`, 'TERM0001'],
    [undefined, undefined],
    ['', undefined],
    ['DNS:localhost', undefined],
    [`DNS:${terminalUri('TERM0001')}`, undefined],
    // Seven and nine characters, and what is neither letter nor digit, are no terminal id.
    [`URI:${terminalUri('TERM001')}`, undefined],
    [`URI:${terminalUri('TERM00011')}`, undefined],
    [`URI:${terminalUri('TERM 001')}`, undefined],
    [`URI:x${terminalUri('TERM0001')}`, undefined],
  ];
  it.each(names)('%j names %j', (alternativeNames, terminalId) => {
    expect(certifiedTerminalId(alternativeNames)).toBe(terminalId);
  });
});
