// A terminal for tests: sandbox CA keys, test PIN key, a card of a profile, a clock that stands.
import {
  type Card,
  type CardOptions,
  type ProfileName,
  authorityPublicKey,
  createCard,
  profiles,
  sandboxAuthority,
} from '@chipswitch/card';
import type { HostLink } from '../src/host-link.ts';
import { type TerminalJournal, createMemoryJournal } from '../src/journal.ts';
import { ridsOf } from '../src/kernel-config.ts';
import { type TerminalProfile, parseTerminalProfile } from '../src/profile.ts';
import { type Terminal, createTerminal } from '../src/terminal.ts';
import { testPinKey } from './scripted-issuer.ts';

export function testProfile(more: object = {}): TerminalProfile {
  const parsed = parseTerminalProfile({
    terminalId: 'T0000001',
    acceptorId: 'M00000000000001',
    timers: { answerMs: 200, reversalTries: 2 },
    ...more,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.profile;
}

/** Public keys of the sandbox authority for every RID of a profile. */
export function testCaKeys(profile: TerminalProfile) {
  return ridsOf(profile).map((rid) => authorityPublicKey(sandboxAuthority(), rid));
}

export function testTerminal(
  link: HostLink,
  more: { profile?: object; journal?: TerminalJournal } = {},
): Terminal {
  const profile = testProfile(more.profile);
  return createTerminal({
    profile,
    link,
    caKeys: testCaKeys(profile),
    pinPad: { pinKey: testPinKey },
    journal: more.journal ?? createMemoryJournal(),
    clock: { now: () => new Date('2026-11-22T03:15:00Z'), monotonicMs: () => performance.now() },
  });
}

export function testCard(name: ProfileName, options: CardOptions = {}): Card {
  return createCard(profiles[name], options);
}
