// Relay resistance with a card that signs it: near, far, and with somebody in between (Book C-2 section 3.10).
import { toHex } from '@chipswitch/bytes';
import { createCard, profiles } from '@chipswitch/card';
import { describe, expect, it } from 'vitest';
import {
  type KernelAnswer,
  type KernelOutcome,
  type KernelRequest,
  runContactless,
} from '../src/index.ts';
import { people, purchase, readerFor } from './kernel-simulated.ts';

const profile = profiles['mastercard-mchip21'];
const relay = {
  minimumGrace: 20,
  maximumGrace: 50,
  commandTransmission: 18,
  responseTransmission: 24,
  accuracyThreshold: 300,
  mismatchThreshold: 50,
};

/** One tap of 9.00; `meddle` may change what comes back to EXCHANGE RELAY RESISTANCE DATA. */
function tap(
  elapsedUs: readonly number[],
  meddle: (response: Uint8Array) => Uint8Array = (response) => response,
): { outcome: KernelOutcome; entropies: string[] } {
  const card = createCard(profile, { interface: 'contactless' });
  const reader = readerFor(profile);
  const combinations = reader.combinations.map((one) => ({ ...one, relay }));
  const others = people(profile, () => ({
    type: 'online',
    result: 'answered',
    arc: '00',
    decision: 'approved',
  }));
  const entropies: string[] = [];
  let calls = 0;
  const answer = (request: KernelRequest): KernelAnswer => {
    if (request.type !== 'apdu') return others(request);
    const response = card.transmit(request.command);
    if (request.step !== 'relay-resistance') return { type: 'apdu', response };
    entropies.push(toHex(request.command, 5, 9));
    const elapsed = elapsedUs[Math.min(entropies.length, elapsedUs.length) - 1];
    return { type: 'apdu', response: meddle(response), elapsedUs: elapsed };
  };
  const run = runContactless({
    config: { ...reader, combinations },
    input: { ...purchase, amountMinor: 900n },
    environment: { random: (length) => new Uint8Array(length).fill(++calls) },
  });
  let step = run.next();
  while (step.done !== true) step = run.next(answer(step.value));
  return { outcome: step.value, entropies };
}

describe('a card that signs its relay data', () => {
  it('near by: performed, and the signature holds it', () => {
    const { outcome, entropies } = tap([12_000]);
    expect(toHex(outcome.tvr, 4)).toBe('02');
    expect(toHex(outcome.tvr, 0, 1)).toBe('00');
    expect(outcome.cryptogram).toBeDefined();
    expect(entropies).toHaveLength(1);
    expect(toHex(outcome.data.get(0x9f37) ?? new Uint8Array(0))).toBe(entropies[0]);
  });

  it('slow once: again, with another unpredictable number', () => {
    const { outcome, entropies } = tap([90_000, 12_000]);
    expect(new Set(entropies).size).toBe(2);
    expect(toHex(outcome.tvr, 4)).toBe('02');
    expect(toHex(outcome.data.get(0x9f37) ?? new Uint8Array(0))).toBe(entropies[1]);
    expect(outcome.reason).not.toBe('cda-failed');
  });

  it('far away: said in the TVR', () => {
    const { outcome, entropies } = tap([90_000]);
    expect(entropies).toHaveLength(3);
    expect(toHex(outcome.tvr, 4)).toBe('0E');
  });

  it('somebody in between who claims other times: CDA fails', () => {
    const { outcome } = tap([80_000], (response) => {
      const changed = response.slice();
      // The most time the card may take, made large.
      changed[8] = 0x7f;
      return changed;
    });
    expect(`${outcome.type}/${outcome.reason}`).toBe('declined/cda-failed');
  });
});
