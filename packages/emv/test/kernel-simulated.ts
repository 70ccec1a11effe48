// The simulated cards before the kernel: a terminal that fits any profile, obliging people.
import { fromHex } from '@chipswitch/bytes';
import { type CardProfile, authorityPublicKey, sandboxAuthority } from '@chipswitch/card';
import type {
  ApplicationConfig,
  CaKey,
  Combination,
  ContactlessConfig,
  KernelAnswer,
  PersonRequest,
  TerminalConfig,
  TransactionInput,
} from '../src/index.ts';

const zeros = new Uint8Array(5);
const actionCodes = {
  denial: zeros,
  online: fromHex('FC50BC9800'),
  default: fromHex('FC50BC9800'),
};

/** Registered providers and the test cards' own. */
const kernels: ReadonlyMap<string, number> = new Map([
  ['A000000003', 3],
  ['A000000004', 2],
  ['A000000025', 4],
  ['A000000065', 5],
  ['A000000333', 7],
]);

function caKeys(profile: CardProfile): CaKey[] {
  const rids = new Set(profile.applications.map(({ aid }) => aid.slice(0, 10)));
  return [...rids].map((rid) => {
    const key = authorityPublicKey(sandboxAuthority(), rid);
    return {
      rid: fromHex(key.rid),
      index: Number.parseInt(key.index, 16),
      modulus: fromHex(key.modulus),
      exponent: fromHex(key.exponent),
    };
  });
}

function applications(profile: CardProfile): ApplicationConfig[] {
  return [...new Set(profile.applications.map(({ aid }) => aid))].map((aid) => ({
    aid: fromHex(aid.slice(0, 14)),
    match: 'partial',
    version: fromHex('0002'),
    floorLimitMinor: 10_000n,
    tac: actionCodes,
  }));
}

/** A terminal that has the profile's applications and keys. */
export function terminalFor(
  profile: CardProfile,
  changes: Partial<TerminalConfig> = {},
): TerminalConfig {
  return {
    terminalType: 0x22,
    capabilities: fromHex('60F8C8'),
    additionalCapabilities: fromHex('F000F0A001'),
    country: '156',
    applications: applications(profile),
    caKeys: caKeys(profile),
    ...changes,
  };
}

/** A contactless reader for the profile. */
export function readerFor(profile: CardProfile): ContactlessConfig {
  const combinations = applications(profile).map((application): Combination => {
    const kernelId = kernels.get(
      Buffer.from(application.aid.subarray(0, 5)).toString('hex').toUpperCase(),
    );
    return {
      ...application,
      kernelId: kernelId ?? 0xc10156,
      ...(kernelId === undefined ? { behavesAs: 2 as const } : {}),
      ttq: fromHex('36004000'),
      contactlessFloorLimitMinor: 5_000n,
      cvmLimitMinor: 20_000n,
      transactionLimitMinor: 500_000n,
    };
  });
  const { applications: _, ...terminal } = terminalFor(profile);
  return { ...terminal, combinations };
}

/** A purchase of 123.45. */
export const purchase: TransactionInput = {
  amountMinor: 12_345n,
  currency: '156',
  transactionType: 0x00,
  date: '261122',
  time: '101112',
};

/** People who say yes, and a host that gives the answer. */
export function people(
  profile: CardProfile,
  online: (request: Extract<PersonRequest, { type: 'online' }>) => KernelAnswer,
): (request: PersonRequest) => KernelAnswer {
  return (request) => {
    switch (request.type) {
      case 'choose-application':
        return { type: 'choose-application', index: 0 };
      case 'confirm-application':
        return { type: 'confirm-application', confirmed: true };
      case 'pin':
        return { type: 'pin', result: 'entered' };
      case 'offline-pin':
        return { type: 'offline-pin', result: 'entered', pin: profile.pin.value };
      case 'referral':
        return { type: 'referral', approved: true };
      case 'online':
        return online(request);
    }
  };
}
