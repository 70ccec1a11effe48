// Driving a run: cards and hosts that take their time give the same outcome; recordings of either play again.
import { toHex } from '@chipswitch/bytes';
import { createCard, profiles } from '@chipswitch/card';
import { describe, expect, it } from 'vitest';
import {
  type KernelOutcome,
  type Recording,
  caKeyChecksum,
  drive,
  driveAsync,
  findCaKey,
  isRevoked,
  recordSlowCard,
  replayCard,
  runContact,
} from '../src/index.ts';
import { people, purchase, terminalFor } from './kernel-simulated.ts';
import { caKey } from './oda-forge.ts';

const profile = profiles['visa-cvn18'];
const fresh = () => {
  let counter = 0;
  return runContact({
    config: terminalFor(profile),
    input: purchase,
    environment: { random: (length) => new Uint8Array(length).fill(++counter) },
  });
};
const host = people(profile, () => ({
  type: 'online',
  result: 'answered',
  arc: '00',
  decision: 'approved',
}));
const ends = (outcome: KernelOutcome) => [
  outcome.reason,
  toHex(outcome.tvr),
  toHex(outcome.tsi),
  outcome.log,
];

describe('a card behind a reader', () => {
  it('ends as one that answers at once, and its recording does too', async () => {
    const recording: Recording = { exchanges: [] };
    const card = createCard(profile);
    const slow = recordSlowCard(async (command) => {
      await Promise.resolve();
      return card.transmit(command);
    }, recording);
    const later = await driveAsync(fresh(), slow, async (request) => {
      await Promise.resolve();
      return host(request);
    });
    const again = drive(fresh(), replayCard(recording), host);
    const other = createCard(profile);
    const atOnce = drive(fresh(), (command) => other.transmit(command), host);
    expect(later.reason).toBe('online-approved');
    expect(ends(again)).toEqual(ends(later));
    expect(ends(atOnce).slice(0, 3)).toEqual(ends(later).slice(0, 3));
  });

  it('that is pulled out is recorded as such', async () => {
    const recording: Recording = { exchanges: [] };
    const slow = recordSlowCard(async () => Promise.resolve('removed' as const), recording);
    const outcome = await driveAsync(fresh(), slow, host);
    expect(outcome).toMatchObject({ type: 'terminated', reason: 'card-removed' });
    expect(recording.exchanges.map(([, response]) => response)).toEqual(['removed']);
    expect(drive(fresh(), replayCard(recording), host)).toMatchObject({ reason: 'card-removed' });
  });
});

describe('scheme keys', () => {
  const aid = Uint8Array.of(...caKey.rid, 0x10, 0x10);
  const date = Uint8Array.of(0x26, 0x11, 0x22);

  it('are found by provider and index', () => {
    expect(findCaKey([caKey], aid, caKey.index, date)).toEqual({ ok: true, key: caKey });
    expect(findCaKey([caKey], aid, 1, date)).toMatchObject({
      ok: false,
      error: { code: 'missing' },
    });
    const expired = { ...caKey, expiry: '261121' };
    expect(findCaKey([expired], aid, caKey.index, date)).toMatchObject({
      error: { code: 'expired' },
    });
    const lastCentury = { ...caKey, expiry: '991231' };
    expect(findCaKey([lastCentury], aid, caKey.index, date)).toMatchObject({
      error: { code: 'expired' },
    });
  });

  it('have a checksum over all their parts', () => {
    const checksum = toHex(caKeyChecksum(caKey));
    expect(checksum).toHaveLength(40);
    expect(toHex(caKeyChecksum({ ...caKey, index: 0 }))).not.toBe(checksum);
    expect(toHex(caKeyChecksum({ ...caKey, exponent: Uint8Array.of(1, 0, 1) }))).not.toBe(checksum);
  });

  it('revoke one certificate, not its neighbours', () => {
    const serial = Uint8Array.of(0, 0, 7);
    const list = [{ rid: caKey.rid, index: caKey.index, serial }];
    expect(isRevoked(list, aid, caKey.index, serial)).toBe(true);
    expect(isRevoked(list, aid, caKey.index, Uint8Array.of(0, 0, 8))).toBe(false);
    expect(isRevoked(list, aid, 1, serial)).toBe(false);
    expect(isRevoked(list, Uint8Array.of(0xa0, 0, 0, 0, 4, 0x10), caKey.index, serial)).toBe(false);
    expect(isRevoked([], aid, caKey.index, serial)).toBe(false);
  });
});
