// What a terminal is: identity, capabilities, limits, applications, timers; a person can read and
// write it (JSON).
import { type ProfileError, ProfileReader } from '@chipswitch/card';

/** Action codes of one application, five bytes each in hex (Book 3 10.7). */
export interface TerminalActionCodes {
  readonly denial: string;
  readonly online: string;
  readonly default: string;
}

/** One application the terminal accepts. */
export interface TerminalApplication {
  readonly aid: string;
  readonly match: 'partial' | 'exact';
  readonly version: string;
  readonly floorLimitMinor: number;
  readonly tac: TerminalActionCodes;
}

/** How long the terminal waits and how often it tries; milliseconds, counted monotonically. */
export interface TerminalTimers {
  /** For an answer to a request. Longer than any timer behind the switch's door. */
  readonly answerMs: number;
  /** Times a request is repeated (0101, 0201) with the same STAN before it is reversed. */
  readonly repeats: number;
  /** Times a reversal is sent before the terminal leaves it pending and stops paying. */
  readonly reversalTries: number;
  /** For one answer of the card. */
  readonly cardMs: number;
}

/** A terminal's profile. */
export interface TerminalProfile {
  /** DE 41, eight characters. */
  readonly terminalId: string;
  /** DE 42, fifteen characters. */
  readonly acceptorId: string;
  readonly merchantName: string;
  /** ISO 18245, four digits. */
  readonly merchantCategory: string;
  /** ISO 3166-1, three digits. */
  readonly country: string;
  /** ISO 4217, three digits. */
  readonly currency: string;
  readonly terminalType: number;
  /** 9F33, hex. */
  readonly capabilities: string;
  /** 9F40, hex. */
  readonly additionalCapabilities: string;
  /** 9F1E, eight characters. */
  readonly serialNumber: string;
  /** 9F66 for quick contactless applications, hex. */
  readonly ttq: string;
  readonly contactlessLimitMinor: number;
  readonly contactlessCvmLimitMinor: number;
  readonly contactlessFloorLimitMinor: number;
  /** Measure the distance of cards that offer it (kernel 2). Not behind a slow reader. */
  readonly relayResistance: boolean;
  readonly plaintextPin: boolean;
  readonly fallback: boolean;
  readonly language: 'zh' | 'en';
  /** TPDU before every message: 60, destination, source; hex. */
  readonly tpdu: string;
  readonly randomSelectionPercent: number;
  readonly applications: readonly TerminalApplication[];
  readonly timers: TerminalTimers;
}

/** The profile, or every error found in it. */
export type TerminalProfileResult =
  | { readonly ok: true; readonly profile: TerminalProfile }
  | { readonly ok: false; readonly errors: readonly ProfileError[] };

/** The action codes that most of the world's online terminals carry. */
const defaultTac = { denial: '0010000000', online: 'DC4004F800', default: 'DC4000A800' };

const defaultAids = [
  'A000000003',
  'A000000004',
  'A000000333',
  'A000000025',
  'A000000065',
  'F043485350',
];

function readApplication(reader: ProfileReader, floorLimitMinor: number): TerminalApplication {
  const tac = reader.child('tac', false);
  return {
    aid: reader.hex('aid', [5, 16]),
    match: reader.word('match', ['partial', 'exact'] as const, 'partial'),
    version: reader.hex('version', [2, 2], '0002'),
    floorLimitMinor: reader.whole('floorLimitMinor', [0, 0xffff_ffff], floorLimitMinor),
    tac: {
      denial: tac.hex('denial', [5, 5], defaultTac.denial),
      online: tac.hex('online', [5, 5], defaultTac.online),
      default: tac.hex('default', [5, 5], defaultTac.default),
    },
  };
}

function readApplications(reader: ProfileReader, floorLimitMinor: number): TerminalApplication[] {
  const sources = reader.has('applications')
    ? reader.list('applications')
    : defaultAids.map((aid) => ({ aid }));
  return sources
    .slice(0, 64)
    .map((source, index) =>
      readApplication(reader.item('applications', index, source), floorLimitMinor),
    );
}

/**
 * Checks a terminal profile and fills in what it leaves out.
 *
 * @returns the whole profile, or every error with its path
 * @example parseTerminalProfile({ terminalId: 'T0000001', acceptorId: 'M00000000000001' }).ok // true
 */
export function parseTerminalProfile(source: unknown): TerminalProfileResult {
  const errors: ProfileError[] = [];
  const reader = ProfileReader.of(source, errors);
  const timers = reader.child('timers', false);
  const floorLimitMinor = reader.whole('floorLimitMinor', [0, 0xffff_ffff], 5_000);
  const amountMax = 999_999_999_999;
  const profile: TerminalProfile = {
    terminalId: reader.sized('terminalId', 8),
    acceptorId: reader.sized('acceptorId', 15),
    merchantName: reader.text('merchantName', 'CHIPSWITCH SANDBOX'),
    merchantCategory: reader.digits('merchantCategory', [4, 4], '5411'),
    country: reader.digits('country', [3, 3], '156'),
    currency: reader.digits('currency', [3, 3], '156'),
    terminalType: reader.whole('terminalType', [0x11, 0x36], 0x22),
    capabilities: reader.hex('capabilities', [3, 3], 'E0F8C8'),
    additionalCapabilities: reader.hex('additionalCapabilities', [5, 5], 'FF80F0A001'),
    serialNumber: reader.sized('serialNumber', 8, 'CSW00001'),
    ttq: reader.hex('ttq', [4, 4], '36004000'),
    contactlessLimitMinor: reader.whole('contactlessLimitMinor', [0, amountMax], 500_000),
    contactlessCvmLimitMinor: reader.whole('contactlessCvmLimitMinor', [0, amountMax], 100_000),
    contactlessFloorLimitMinor: reader.whole('contactlessFloorLimitMinor', [0, amountMax], 0),
    relayResistance: reader.flag('relayResistance', true),
    plaintextPin: reader.flag('plaintextPin', true),
    fallback: reader.flag('fallback', true),
    language: reader.word('language', ['zh', 'en'] as const, 'zh'),
    tpdu: reader.hex('tpdu', [5, 5], '6000010000'),
    randomSelectionPercent: reader.whole('randomSelectionPercent', [0, 99], 0),
    applications: readApplications(reader, floorLimitMinor),
    timers: {
      answerMs: timers.whole('answerMs', [10, 180_000], 30_000),
      repeats: timers.whole('repeats', [0, 5], 1),
      reversalTries: timers.whole('reversalTries', [1, 10], 3),
      cardMs: timers.whole('cardMs', [10, 60_000], 5_000),
    },
  };
  return errors.length === 0 ? { ok: true, profile } : { ok: false, errors };
}
