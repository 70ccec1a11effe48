// From a terminal's profile to what the kernel needs: applications, CA keys, data objects.
import { fromAscii, fromHex, toHex } from '@chipswitch/bytes';
import type { AuthorityPublicKey } from '@chipswitch/card';
import type {
  ApplicationConfig,
  CaKey,
  Combination,
  ContactlessConfig,
  TerminalConfig,
} from '@chipswitch/emv';
import type { TerminalProfile } from './profile.ts';

function caKeyOf(key: AuthorityPublicKey): CaKey {
  return {
    rid: fromHex(key.rid),
    index: Number.parseInt(key.index, 16),
    modulus: fromHex(key.modulus),
    exponent: fromHex(key.exponent),
    expiry: key.expiryDate,
  };
}

function applicationsOf(profile: TerminalProfile): ApplicationConfig[] {
  const percent = profile.randomSelectionPercent;
  return profile.applications.map((application) => ({
    aid: fromHex(application.aid),
    match: application.match,
    version: fromHex(application.version),
    floorLimitMinor: BigInt(application.floorLimitMinor),
    tac: {
      denial: fromHex(application.tac.denial),
      online: fromHex(application.tac.online),
      default: fromHex(application.tac.default),
    },
    ...(percent === 0
      ? {}
      : { randomSelection: { thresholdMinor: 0n, target: percent, maximumTarget: percent } }),
  }));
}

/** The kernel's configuration of one device. */
export function kernelConfig(
  profile: TerminalProfile,
  caKeys: readonly AuthorityPublicKey[],
): TerminalConfig {
  return {
    terminalType: profile.terminalType,
    capabilities: fromHex(profile.capabilities),
    additionalCapabilities: fromHex(profile.additionalCapabilities),
    country: profile.country,
    applications: applicationsOf(profile),
    caKeys: caKeys.map(caKeyOf),
    plaintextPin: profile.plaintextPin,
    fallback: profile.fallback,
    data: new Map([
      [0x9f15, fromHex(profile.merchantCategory)],
      [0x9f16, fromAscii(profile.acceptorId)],
      [0x9f1c, fromAscii(profile.terminalId)],
      [0x9f1e, fromAscii(profile.serialNumber)],
      [0x9f4e, fromAscii(profile.merchantName.slice(0, 20).padEnd(20))],
      [0x9f66, fromHex(profile.ttq)],
    ]),
  };
}

/** Kernels of the schemes (Book B table 3-6); a private scheme's cards name theirs in the PPSE. */
const kernelOfRid: Readonly<Record<string, number>> = {
  A000000004: 2,
  A000000003: 3,
  A000000025: 4,
  A000000065: 5,
  A000000333: 7,
};
/** The private scheme's domestic kernel identifier (Book B 3.3.2.5), with the flow of kernel 2. */
const privateKernel = { kernelId: 0xa10156, behavesAs: 2 } as const;

/** Reader defaults of Book C-2 annex A (DF8132 to DF8137), in hundreds of microseconds and percent. */
const relay = {
  minimumGrace: 20,
  maximumGrace: 50,
  commandTransmission: 18,
  responseTransmission: 24,
  accuracyThreshold: 300,
  mismatchThreshold: 50,
} as const;

/** How long a torn transaction can be taken up again (DF811C), milliseconds. */
const tornLifetimeMs = 300_000;

function combinationOf(profile: TerminalProfile, application: ApplicationConfig): Combination {
  const kernelId = kernelOfRid[toHex(application.aid, 0, 5)];
  return {
    ...application,
    ...(kernelId === undefined ? privateKernel : { kernelId }),
    transactionLimitMinor: BigInt(profile.contactlessLimitMinor),
    contactlessFloorLimitMinor: BigInt(profile.contactlessFloorLimitMinor),
    cvmLimitMinor: BigInt(profile.contactlessCvmLimitMinor),
    ttq: fromHex(profile.ttq),
    ...(profile.relayResistance ? { relay } : {}),
    torn: { lifetimeMs: tornLifetimeMs },
  };
}

/** The contactless reader of the same device. */
export function contactlessConfig(
  profile: TerminalProfile,
  caKeys: readonly AuthorityPublicKey[],
): ContactlessConfig {
  const { applications, ...common } = kernelConfig(profile, caKeys);
  return { ...common, combinations: applications.map((one) => combinationOf(profile, one)) };
}

/** The RIDs of a profile's applications, each once: what CA keys the terminal must hold. */
export function ridsOf(profile: TerminalProfile): string[] {
  return [...new Set(profile.applications.map((application) => application.aid.slice(0, 10)))];
}
