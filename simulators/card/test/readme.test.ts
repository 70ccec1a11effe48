// The README says what there is: its example runs, its error codes and profiles are all there.
import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '@chipswitch/bytes';
import { expect, it } from 'vitest';
import {
  type ProfileErrorCode,
  createCard,
  cryptogramRow,
  parseCardProfile,
  profileNames,
  profiles,
} from '../src/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

it('its first example answers as it says', () => {
  const card = createCard(profiles['visa-cvn10']);
  const answer = toHex(card.transmit(fromHex('00A4040007A000000003101000')));
  expect(answer).toMatch(/^6F.*9000$/);
  expect(readme).toContain("card.transmit(fromHex('00A4040007A000000003101000'))");
});

it('its profile is one', () => {
  const [, block] = /```json\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(parseCardProfile(JSON.parse(block))).toMatchObject({ ok: true });
});

it('names every profile and every cryptogram', () => {
  for (const name of profileNames) expect(readme).toContain(`\`${name}\``);
  for (const { applications } of Object.values(profiles)) {
    for (const { cryptogram } of applications) {
      expect(cryptogramRow(cryptogram).version).toBeGreaterThan(0);
      expect(readme).toContain(`\`${cryptogram}\``);
    }
  }
});

it('lists every error code', () => {
  const codes: Record<ProfileErrorCode, true> = {
    'not-an-object': true,
    missing: true,
    'wrong-type': true,
    'not-hex': true,
    'not-digits': true,
    'wrong-length': true,
    'out-of-range': true,
    'unknown-word': true,
    luhn: true,
    'not-a-test-card': true,
  };
  for (const code of Object.keys(codes)) expect(readme).toContain(`\`${code}\``);
});
