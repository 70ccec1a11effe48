// Whatever card and terminal do, the kernel ends in one defined outcome, and a recording ends the same.
import { fromHex, toHex } from '@chipswitch/bytes';
import {
  type ProfileName,
  type RequestedFault,
  createCard,
  profileNames,
  profiles,
} from '@chipswitch/card';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EmvFault,
  type KernelAnswer,
  type KernelOutcome,
  type PersonRequest,
  type Recording,
  type TvrBit,
  cardAnswer,
  decodeValue,
  drive,
  parseAcAnswer,
  parseGpo,
  readScripts,
  recordCard,
  replayCard,
  runContact,
  runContactless,
  tvrOf,
} from '../src/index.ts';
import { plainReader } from './contactless-fixture.ts';
import { plainApplication, plainConfig, plainInput } from './kernel-fixture.ts';
import { people, purchase, readerFor, terminalFor } from './kernel-simulated.ts';

const types = new Set([
  'approved',
  'declined',
  'terminated',
  'fallback',
  'cancelled',
  'try-another-interface',
  'try-again',
]);

const effects = fc.oneof(
  fc.record({ type: fc.constant('status' as const), sw: fc.integer({ min: 0x6100, max: 0x9fff }) }),
  fc.constant({ type: 'mute' as const }),
  fc.record({
    type: fc.constant('garbage' as const),
    lengthBytes: fc.integer({ min: 1, max: 254 }),
  }),
  fc.constant({ type: 'too-long' as const }),
  fc.record({ type: fc.constant('truncate' as const), bytes: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ type: fc.constant('flip' as const), offset: fc.integer({ min: -30, max: 60 }) }),
);
const commands = [
  'any',
  'select',
  'get-processing-options',
  'read-record',
  'get-data',
  'verify',
  'get-challenge',
  'internal-authenticate',
  'external-authenticate',
  'generate-ac',
] as const;
const faults: fc.Arbitrary<RequestedFault[]> = fc.array(
  fc.record({
    on: fc.constantFrom(...commands),
    occurrence: fc.integer({ min: 1, max: 6 }),
    effect: effects,
  }),
  { maxLength: 2 },
);

const hosts: fc.Arbitrary<KernelAnswer> = fc.oneof(
  fc.constant<KernelAnswer>({ type: 'online', result: 'unable' }),
  fc.record({
    type: fc.constant('online' as const),
    result: fc.constant('answered' as const),
    arc: fc.constantFrom('00', '01', '05', '51', '65', '91'),
    decision: fc.constantFrom('approved', 'referral', 'declined'),
    issuerAuthenticationData: fc.uint8Array({ maxLength: 20 }),
    scripts: fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(
        fromHex('72139F1804010203048609841800000411223344'),
        fromHex('710F9F18040102030486058424000000'),
      ),
    ),
  }),
);

const terminals = fc.record({
  terminalType: fc.constantFrom(0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x14, 0x15, 0x16),
  capabilities: fc
    .constantFrom('60F8C8', '6000C8', '60F800', '602848', 'E0B8C8', '604088')
    .map((text) => fromHex(text)),
  pse: fc.boolean(),
  plaintextPin: fc.boolean(),
  cardholderChoice: fc.boolean(),
  riskManagementAlways: fc.boolean(),
});

const inputs = fc.record({
  amountMinor: fc.bigInt({ min: 0n, max: 999_999_999_999n }),
  transactionType: fc.constantFrom(0x00, 0x01, 0x09, 0x17, 0x20),
  currency: fc.constantFrom('156', '840', '978'),
});

/** What must be the same in the recording. */
function essence(outcome: KernelOutcome): unknown {
  return {
    ends: `${outcome.type}/${outcome.reason}`,
    tvr: toHex(outcome.tvr),
    tsi: toHex(outcome.tsi),
    cvm: toHex(outcome.cvmResults),
    scripts: toHex(outcome.scriptResults),
    arc: outcome.arc,
    log: outcome.log,
  };
}

/** Bytes that differ from call to call, but not from run to run. */
function counting(): (length: number) => Uint8Array {
  let counter = 0;
  return (length) => Uint8Array.from({ length }, () => (counter = (counter * 73 + 41) & 0xff));
}

function checkOutcome(outcome: KernelOutcome, pans: readonly string[]): void {
  expect(types).toContain(outcome.type);
  expect(outcome.tvr).toHaveLength(5);
  expect(outcome.tsi).toHaveLength(2);
  expect(outcome.cvmResults).toHaveLength(3);
  // Only an approval of the host that did not come to its end is reversed.
  if (outcome.reversalRequired) expect(outcome.online && outcome.type !== 'approved').toBe(true);
  if (outcome.type === 'approved') expect(outcome.cryptogram).toBeDefined();
  const text = JSON.stringify(outcome.log);
  for (const pan of pans) expect(text).not.toContain(pan);
}

describe('any simulated card and any terminal', () => {
  it('end in a defined outcome, and a recording replayed ends the same', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...profileNames),
        terminals,
        inputs,
        hosts,
        faults,
        (name: ProfileName, changes, input, host, requested) => {
          const profile = profiles[name];
          const config = terminalFor(profile, changes);
          const card = createCard(profile, { faults: requested, random: counting() });
          const recording: Recording = { exchanges: [] };
          const start = { config, input: { ...purchase, ...input } };
          const answer = people(profile, () => host);
          const live = (command: Uint8Array): Uint8Array | 'timeout' => {
            const response = card.transmit(command);
            return response.length === 0 ? 'timeout' : response;
          };
          const first = drive(
            runContact({ ...start, environment: { random: counting() } }),
            recordCard(live, recording),
            answer,
          );
          const again = drive(
            runContact({ ...start, environment: { random: counting() } }),
            replayCard(JSON.parse(JSON.stringify(recording)) as Recording),
            answer,
          );
          checkOutcome(
            first,
            profile.applications.map((application) => application.pan),
          );
          expect(essence(again)).toEqual(essence(first));
          expect(recording.exchanges.length).toBeLessThan(300);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('end in a defined outcome at a contactless reader, too', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...profileNames),
        inputs,
        hosts,
        faults,
        (name: ProfileName, input, host, requested) => {
          const profile = profiles[name];
          const card = createCard(profile, {
            interface: 'contactless',
            faults: requested,
            random: counting(),
          });
          const recording: Recording = { exchanges: [] };
          const start = { config: readerFor(profile), input: { ...purchase, ...input } };
          const answer = people(profile, () => host);
          const live = (command: Uint8Array): Uint8Array | 'removed' => {
            const response = card.transmit(command);
            return response.length === 0 ? 'removed' : response;
          };
          const first = drive(
            runContactless({ ...start, environment: { random: counting() } }),
            recordCard(live, recording),
            answer,
          );
          const again = drive(
            runContactless({ ...start, environment: { random: counting() } }),
            replayCard(recording),
            answer,
          );
          checkOutcome(
            first,
            profile.applications.map((application) => application.pan),
          );
          expect(first.contactless).toBeDefined();
          expect(essence(again)).toEqual(essence(first));
        },
      ),
      { numRuns: 100 },
    );
  });
});

const nobody = (request: PersonRequest): KernelAnswer => {
  if (request.type === 'online') return { type: 'online', result: 'unable' };
  if (request.type === 'pin') return { type: 'pin', result: 'bypassed' };
  if (request.type === 'offline-pin') return { type: 'offline-pin', result: 'bypassed' };
  if (request.type === 'referral') return { type: 'referral', approved: false };
  if (request.type === 'confirm-application')
    return { type: 'confirm-application', confirmed: true };
  return { type: 'choose-application', index: 0 };
};

describe('cards that answer anything', () => {
  const answers = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 270 }),
      fc.uint8Array({ maxLength: 100 }).map((data) => Uint8Array.of(...data, 0x90, 0x00)),
      fc
        .uint8Array({ maxLength: 60 })
        .map((data) => Uint8Array.of(0x70, data.length, ...data, 0x90, 0x00)),
      fc
        .uint8Array({ maxLength: 60 })
        .map((data) => Uint8Array.of(0x77, data.length, ...data, 0x90, 0x00)),
    ),
    { minLength: 1, maxLength: 40 },
  );

  it('never make the contact kernel throw, nor go on for ever', () => {
    fc.assert(
      fc.property(answers, (list) => {
        let at = 0;
        const config = { ...plainConfig, applications: [plainApplication] };
        const run = runContact({ config, input: plainInput, environment: { random: counting() } });
        checkOutcome(
          drive(run, () => list[at++ % list.length], nobody),
          [],
        );
        expect(at).toBeLessThan(1_000);
      }),
      { numRuns: 300 },
    );
  });

  it('never make the contactless reader throw, nor go on for ever', () => {
    fc.assert(
      fc.property(answers, (list) => {
        let at = 0;
        const run = runContactless({
          config: plainReader,
          input: plainInput,
          environment: { random: counting() },
        });
        checkOutcome(
          drive(run, () => list[at++ % list.length], nobody),
          [],
        );
        expect(at).toBeLessThan(1_000);
      }),
      { numRuns: 300 },
    );
  });

  it('never make a reader of parts throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(typeof parseGpo(bytes).ok).toBe('boolean');
        expect(typeof parseAcAnswer(bytes).ok).toBe('boolean');
        expect(Array.isArray(readScripts(bytes))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a caller that breaks the contract', () => {
  const start = { config: plainConfig, input: plainInput, environment: { random: counting() } };

  it('answers another question than the one asked', () => {
    const run = runContact(start);
    run.next();
    expect(() => run.next({ type: 'referral', approved: true })).toThrow(EmvFault);
  });

  it('gives randomness of a wrong length', () => {
    const environment = { random: () => new Uint8Array(3) };
    expect(() => runContact({ ...start, environment }).next()).toThrow('random(4)');
  });

  it('gives a negative amount', () => {
    const input = { ...plainInput, amountMinor: -1n };
    expect(() => runContact({ ...start, input }).next()).toThrow('amount below 0');
  });

  it('gives an amount of thirteen digits', () => {
    const input = { ...plainInput, amountMinor: 1_000_000_000_000n };
    expect(() => runContact({ ...start, input }).next()).toThrow('12 digits');
  });

  it('replays another transaction', () => {
    const recording: Recording = { exchanges: [['00A40400', '6A82']] };
    const card = replayCard(recording);
    expect(() => card(fromHex('80A80000'))).toThrow('not the recorded one');
    expect(cardAnswer(card(fromHex('00A40400')))).toEqual({
      type: 'apdu',
      response: fromHex('6A82'),
    });
    expect(() => card(fromHex('00A40400'))).toThrow('nothing recorded');
  });
});

describe('names of bits', () => {
  const names: readonly TvrBit[] = [
    'oda-not-performed',
    'sda-failed',
    'icc-data-missing',
    'exception-file',
    'dda-failed',
    'cda-failed',
    'sda-selected',
    'versions-differ',
    'expired',
    'not-yet-effective',
    'service-not-allowed',
    'new-card',
    'cvm-failed',
    'cvm-unrecognised',
    'pin-tries-exceeded',
    'pin-pad-missing',
    'pin-not-entered',
    'online-cvm-captured',
    'floor-limit',
    'lower-offline-limit',
    'upper-offline-limit',
    'random-online',
    'merchant-forced-online',
    'default-tdol',
    'issuer-authentication-failed',
    'script-failed-before-final-ac',
    'script-failed-after-final-ac',
  ];

  it.each(names)('%s: what the kernel sets, the decoder reads', (name) => {
    expect(decodeValue(0x95, tvrOf([name]))).toMatchObject({ ok: true, data: { set: [name] } });
  });
});
