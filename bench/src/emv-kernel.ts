// Kernel measures: a full CDA verification, and a whole contact transaction against the simulated card.
import { concatBytes, fromHex, toHex } from '@chipswitch/bytes';
import {
  type CardProfile,
  authorityPublicKey,
  createCard,
  profiles,
  sandboxAuthority,
} from '@chipswitch/card';
import {
  type CaKey,
  type KernelAnswer,
  type KernelOutcome,
  type PersonRequest,
  type Recording,
  type TerminalConfig,
  decodeAfl,
  drive,
  recordCard,
  recoverIccCertificate,
  recoverIssuerCertificate,
  runContact,
  staticDataOf,
  verifyCombinedData,
} from '@chipswitch/emv';
import { findTag, parseTlv } from '@chipswitch/tlv';
import type { Measure } from './measure.ts';

const mastercard = profiles['mastercard-mchip17'];
const unionPay = profiles['unionpay-credit'];
const zeros = new Uint8Array(5);

function caKey({ applications }: CardProfile): CaKey {
  const key = authorityPublicKey(sandboxAuthority(), applications[0].aid.slice(0, 10));
  return {
    rid: fromHex(key.rid),
    index: Number.parseInt(key.index, 16),
    modulus: fromHex(key.modulus),
    exponent: fromHex(key.exponent),
  };
}

function terminal(profile: CardProfile): TerminalConfig {
  return {
    terminalType: 0x22,
    capabilities: fromHex('60F8C8'),
    additionalCapabilities: fromHex('F000F0A001'),
    country: '156',
    applications: [
      {
        aid: fromHex(profile.applications[0].aid),
        match: 'partial',
        version: fromHex('0002'),
        floorLimitMinor: 1_000n,
        tac: { denial: zeros, online: zeros, default: zeros },
      },
    ],
    caKeys: [caKey(profile)],
  };
}

function people(request: PersonRequest): KernelAnswer {
  switch (request.type) {
    case 'choose-application':
      return { type: 'choose-application', index: 0 };
    case 'confirm-application':
      return { type: 'confirm-application', confirmed: true };
    case 'pin':
      return { type: 'pin', result: 'entered' };
    case 'offline-pin':
      return { type: 'offline-pin', result: 'entered', pin: mastercard.pin.value };
    case 'online':
      return { type: 'online', result: 'answered', arc: '00', decision: 'approved' };
    case 'referral':
      return { type: 'referral', approved: true };
  }
}

type ContactCard = ReturnType<typeof createCard>;

/** One purchase: PSE, records, CDA, enciphered PIN, online, second GENERATE AC. */
function transact(config: TerminalConfig, card: ContactCard, recording?: Recording): KernelOutcome {
  card.reset();
  const plain = (command: Uint8Array): Uint8Array => card.transmit(command);
  let counter = 0;
  return drive(
    runContact({
      config,
      input: {
        amountMinor: 12_345n,
        currency: '156',
        transactionType: 0x00,
        date: '261122',
        time: '101112',
      },
      environment: { random: (length) => new Uint8Array(length).fill((counter += 37) & 0xff) },
    }),
    recording === undefined ? plain : recordCard(plain, recording),
    people,
  );
}

function find(
  recording: Recording,
  prefix: string,
): readonly [command: Uint8Array, answer: Uint8Array] {
  const found = recording.exchanges.find(([command]) => command.startsWith(prefix));
  if (found === undefined) throw new Error(`no ${prefix} in the recording`);
  const answer = fromHex(found[1]);
  return [fromHex(found[0]), answer.subarray(0, answer.length - 2)];
}

/** What a verifier has to hand: certificates, records, the signed answer. */
function cdaCase(): { full: () => boolean; cached: () => boolean } {
  const recording: Recording = { exchanges: [] };
  const outcome = transact(terminal(mastercard), createCard(mastercard), recording);
  const [, gpo] = find(recording, '80A8');
  const [command, answer] = find(recording, '80AE9');
  const object = (tag: number): Uint8Array => outcome.data.get(tag) ?? new Uint8Array(0);
  const afl = decodeAfl(findTag(parseTlv(gpo).nodes, 0x94)?.value ?? gpo);
  if (!afl.ok) throw new Error('no file locator');
  const records = afl.data.reads
    .filter(({ authenticated }) => authenticated)
    .map(({ sfi, record }) => {
      const prefix = toHex(Uint8Array.of(0x00, 0xb2, record, (sfi << 3) | 4));
      return { sfi, record: find(recording, prefix)[1] };
    });
  const pan = toHex(object(0x5a)).replace(/F+$/, '');
  const date = object(0x9a);
  const issuerInput = {
    caKey: caKey(mastercard),
    certificate: object(0x90),
    remainder: object(0x92),
    exponent: object(0x9f32),
    pan,
    date,
  };
  const issuerOnce = recoverIssuerCertificate(issuerInput);
  if (!issuerOnce.ok) throw new Error(`issuer: ${issuerOnce.error.code}`);
  const cardPart = (issuer: typeof issuerOnce): boolean => {
    const statics = staticDataOf({ records, tagList: object(0x9f4a), aip: object(0x82) });
    if (!statics.ok) return false;
    const icc = recoverIccCertificate({
      issuerKey: issuer.key,
      certificate: object(0x9f46),
      remainder: object(0x9f48),
      exponent: object(0x9f47),
      staticData: statics.data,
      pan,
      date,
    });
    if (!icc.ok) return false;
    const children = parseTlv(answer).nodes[0].children ?? [];
    const signature = children.find((node) => node.tag === 0x9f4b);
    const signed = children.filter((node) => node.tag !== 0x9f4b);
    return verifyCombinedData({
      iccKey: icc.key,
      signature: signature?.value ?? zeros,
      unpredictableNumber: object(0x9f37),
      pdolData: zeros.subarray(0, 0),
      cdol1Data: command.subarray(5, command.length - 1),
      answerData: concatBytes(...signed.map((node) => node.encoded)),
      cid: 0x80,
    }).ok;
  };
  const full = (): boolean => {
    const issuer = recoverIssuerCertificate(issuerInput);
    return issuer.ok && cardPart(issuer);
  };
  return { full, cached: () => cardPart(issuerOnce) };
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`${what} does not work`);
}

function repeat(work: () => boolean, what: string): Measure['run'] {
  return (iterations) => {
    let good = 0;
    for (let i = 0; i < iterations; i++) if (work()) good++;
    must(good === iterations, what);
  };
}

/** The kernel's measures of the emv suite. */
export function emvKernelMeasures(): Measure[] {
  const { full, cached } = cdaCase();
  const unionPayPurchase = purchaseWith(unionPay);
  const mastercardPurchase = purchaseWith(mastercard);
  const kernel = replayedTransaction(terminal(mastercard));
  const bare = bareArithmetic();
  return [
    {
      name: 'three bare cubes modulo 1984, 1536 and 1024 bits',
      check: () => must(bare(), 'arithmetic'),
      run: repeat(bare, 'arithmetic'),
    },
    {
      name: 'CDA verification, RSA-1984/1536/1024, nothing cached',
      check: () => must(full(), 'CDA'),
      run: repeat(full, 'CDA'),
      baseline: 'three bare cubes modulo 1984, 1536 and 1024 bits',
      barPerSecond: 20_000,
    },
    {
      name: 'CDA verification, issuer key known',
      check: () => must(cached(), 'CDA with a known issuer'),
      run: repeat(cached, 'CDA with a known issuer'),
    },
    {
      name: 'contact transaction, card included: UnionPay, CDA, online PIN',
      check: () => must(unionPayPurchase(), 'a UnionPay transaction'),
      run: repeat(unionPayPurchase, 'a UnionPay transaction'),
      barPerSecond: 1_000,
    },
    {
      name: 'contact transaction, card included: M/Chip, CDA twice, PIN by RSA',
      check: () => must(mastercardPurchase(), 'a Mastercard transaction'),
      run: repeat(mastercardPurchase, 'a Mastercard transaction'),
    },
    {
      name: 'contact transaction with CDA, the kernel alone',
      check: () => must(kernel(), 'a replayed transaction'),
      run: repeat(kernel, 'a replayed transaction'),
    },
  ];
}

/** One purchase after the other with one card. */
function purchaseWith(profile: CardProfile): () => boolean {
  const config = terminal(profile);
  const card = createCard(profile);
  return () => {
    // A card's counter ends at 65,535; a test card may start again.
    for (const application of Object.values(card.state.applications)) application.atc &= 0x7fff;
    return transact(config, card).reason === 'online-approved';
  };
}

/** What a CDA verification cannot do without, as a measure of the machine. */
function bareArithmetic(): () => boolean {
  const numbers = [1984n, 1536n, 1024n].map((bits) => {
    const modulus = (1n << bits) - 159n;
    return { modulus, value: (modulus * 2n) / 3n };
  });
  return () => {
    let sum = 0n;
    for (const { modulus, value } of numbers)
      sum += (((value * value) % modulus) * value) % modulus;
    return sum > 0n;
  };
}

/** The same transaction with the card's answers played from memory: what the kernel itself costs. */
function replayedTransaction(config: TerminalConfig): () => boolean {
  const recording: Recording = { exchanges: [] };
  transact(config, createCard(mastercard), recording);
  const answers = recording.exchanges.map(([, answer]) => fromHex(answer));
  return () => {
    let at = 0;
    let counter = 0;
    const outcome = drive(
      runContact({
        config,
        input: {
          amountMinor: 12_345n,
          currency: '156',
          transactionType: 0x00,
          date: '261122',
          time: '101112',
        },
        environment: { random: (length) => new Uint8Array(length).fill((counter += 37) & 0xff) },
      }),
      () => answers[at++],
      people,
    );
    return outcome.reason === 'online-approved';
  };
}
