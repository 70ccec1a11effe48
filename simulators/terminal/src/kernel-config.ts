// From a terminal's profile to what the kernel needs: applications, CA keys, data objects.
import type { AuthorityPublicKey } from '@chipswitch/card';
import { fromAscii, fromHex } from '@chipswitch/bytes';
import type { ApplicationConfig, CaKey, TerminalConfig } from '@chipswitch/emv';
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

/** The RIDs of a profile's applications, each once: what CA keys the terminal must hold. */
export function ridsOf(profile: TerminalProfile): string[] {
  return [...new Set(profile.applications.map((application) => application.aid.slice(0, 10)))];
}
