// What a candidate is called: preferred name, label, AID; parts of ISO 8859 (Book 1 section 12.4).
import { fromHex, toHex } from '@chipswitch/bytes';
import { describe, expect, it } from 'vitest';
import { type Candidate, buildCandidateList, drive, runContact } from '../src/index.ts';
import {
  type Objects,
  aid,
  fci,
  plainApplication,
  plainCard,
  plainConfig,
  plainInput,
  scriptedCard,
} from './kernel-fixture.ts';

function candidates(objects: Objects, codeTables?: readonly number[]): readonly Candidate[] {
  const card = scriptedCard({ [`select ${aid}`]: fci(aid, objects) }, { keys: [], commands: [] });
  const run = buildCandidateList({
    applications: [plainApplication],
    pse: false,
    ...(codeTables === undefined ? {} : { codeTables }),
  });
  let step = run.next();
  while (step.done !== true) {
    const response = step.value.type === 'apdu' ? card(step.value.command) : 'protocol';
    if (typeof response === 'string') throw new Error(response);
    step = run.next({ type: 'apdu', response });
  }
  return step.value.ok ? step.value.candidates : [];
}

describe('the name of a candidate', () => {
  it.each<[string, Objects, readonly number[] | undefined, string]>([
    ['label', { '50': '56495341' }, undefined, 'VISA'],
    [
      'preferred name in a known part',
      { '50': '56495341', '9F11': '01', '9F12': 'C9636C6169' },
      undefined,
      'Éclai',
    ],
    [
      'preferred name in Cyrillic',
      { '50': '56495341', '9F11': '05', '9F12': 'BCB8C0' },
      undefined,
      'МИР',
    ],
    [
      'preferred name in a part the display lacks',
      { '50': '56495341', '9F11': '05', '9F12': 'BCB8C0' },
      [1],
      'VISA',
    ],
    [
      'preferred name without code table',
      { '50': '56495341', '9F12': '4D4952' },
      undefined,
      'VISA',
    ],
    ['code table 0', { '50': '56495341', '9F11': '00', '9F12': '4D4952' }, [0, 1], 'VISA'],
    ['code table 11', { '50': '56495341', '9F11': '0B', '9F12': '4D4952' }, [11], 'VISA'],
    [
      'code table of two bytes',
      { '50': '56495341', '9F11': '0001', '9F12': '4D4952' },
      undefined,
      'VISA',
    ],
    [
      'preferred name of spaces',
      { '50': '56495341', '9F11': '01', '9F12': '2020' },
      undefined,
      'VISA',
    ],
    ['control characters are left out', { '50': '561B5B324A49' }, undefined, 'V[2JI'],
    ['no label: the AID', { '87': '01' }, undefined, aid],
    ['empty label: the AID', { '50': '' }, undefined, aid],
  ])('%s', (_, objects, codeTables, label) => {
    expect(candidates(objects, codeTables).map((one) => one.label)).toEqual([label]);
  });

  it.each([
    ['7A68656E', ['zh', 'en']],
    ['7A68656E66', []],
    ['5A48', ['zh']],
    ['3132656E', ['en']],
    ['7A68656E646566727074', []],
  ])('languages %s', (value, languages) => {
    expect(candidates({ '50': '56', '5F2D': value })[0].languages).toEqual(languages);
  });

  it.each([
    ['81', 1, true],
    ['0F', 15, false],
    ['00', 0, false],
    ['70', 0, false],
    ['0101', 0, false],
  ])('priority indicator %s', (value, priority, confirm) => {
    expect(candidates({ '87': value })[0]).toMatchObject({ priority, confirm });
  });
});

it('the display’s code tables come from the additional capabilities', () => {
  const objects = { '50': '56495341', '87': '81', '9F11': '05', '9F12': 'BCB8C0' };
  const labels: string[] = [];
  for (const additional of ['F000F0A001', 'F000F0A010']) {
    const card = scriptedCard(
      { ...plainCard, [`select ${aid}`]: fci(aid, objects) },
      { keys: [], commands: [] },
    );
    const config = { ...plainConfig, pse: false, additionalCapabilities: fromHex(additional) };
    const run = runContact({
      config,
      input: plainInput,
      environment: { random: (length) => new Uint8Array(length) },
    });
    drive(run, card, (request) => {
      if (request.type !== 'confirm-application') throw new Error(request.type);
      labels.push(request.candidate.label);
      expect(toHex(request.candidate.aid)).toBe(aid);
      return { type: 'confirm-application', confirmed: true };
    });
  }
  expect(labels).toEqual(['VISA', 'МИР']);
});
