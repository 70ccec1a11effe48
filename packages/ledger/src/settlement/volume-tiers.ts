// Volume tiers: a price that falls with the volume of a period, slice by slice or for the whole.
import type { MinorUnits } from '../money.ts';
import { minorUnits } from '../money.ts';
import {
  type Decimal,
  type RoundingMode,
  addDecimals,
  roundDecimal,
  scaleDecimal,
  zeroDecimal,
} from './decimal.ts';
import { parseMinorUnits, pathTo, readDecimal } from './plan-text.ts';
import { type Settled, refused, settled } from './settlement-error.ts';

/** One tier. */
export interface VolumeTier {
  /** Cumulative volume of the period the tier reaches to, inclusive; undefined for the open end. */
  readonly upToMinor?: bigint;
  readonly rate: Decimal;
}

/** Tiers and how they are applied. */
export interface TierTerms {
  /** `marginal`: each slice at its own tier. `whole`: all at the tier that holds the new total. */
  readonly mode: 'marginal' | 'whole';
  /** Rising; see {@link readVolumeTiers}. */
  readonly tiers: readonly VolumeTier[];
  readonly rounding: RoundingMode;
}

/** A slice of the volume and the rate it was priced at. */
export interface TierPart {
  readonly baseMinor: MinorUnits;
  readonly rate: Decimal;
}

/** A tiered fee and how it came about. */
export interface TierFee {
  readonly feeMinor: MinorUnits;
  readonly raw: Decimal;
  readonly parts: readonly TierPart[];
}

function marginalParts(
  tiers: readonly VolumeTier[],
  from: bigint,
  to: bigint,
): TierPart[] | undefined {
  const parts: TierPart[] = [];
  let at = from;
  for (const { upToMinor, rate } of tiers) {
    if (at === to) break;
    if (upToMinor !== undefined && upToMinor <= at) continue;
    const end = upToMinor === undefined || upToMinor > to ? to : upToMinor;
    parts.push({ baseMinor: minorUnits(end - at), rate });
    at = end;
  }
  return at === to ? parts : undefined;
}

/**
 * The fee of some volume, given what was billed in the period before.
 *
 * @returns `negative` for a volume or prior volume below zero, `no-tier` when no tier reaches so far.
 */
export function tierFee(
  terms: TierTerms,
  volumeMinor: bigint,
  priorMinor: bigint = 0n,
): Settled<TierFee> {
  if (volumeMinor < 0n) return refused('negative', 'volume');
  if (priorMinor < 0n) return refused('negative', 'prior');
  const total = priorMinor + volumeMinor;
  let parts: readonly TierPart[] | undefined;
  if (terms.mode === 'marginal') {
    parts = marginalParts(terms.tiers, priorMinor, total);
  } else {
    const tier = terms.tiers.find((row) => row.upToMinor === undefined || total <= row.upToMinor);
    parts = tier && [{ baseMinor: minorUnits(volumeMinor), rate: tier.rate }];
  }
  if (parts === undefined) return refused('no-tier');
  const raw = parts
    .map((part) => scaleDecimal(part.rate, part.baseMinor))
    .reduce(addDecimals, zeroDecimal);
  return settled({ feeMinor: roundDecimal(raw, terms.rounding), raw, parts });
}

/** The text form of a tier; null or nothing in `upTo` is the open end. */
export interface VolumeTierText {
  readonly upTo?: string | null;
  readonly rate: string;
}

/** Reads tiers: they must rise, and only the last may be open. */
export function readVolumeTiers(texts: readonly VolumeTierText[]): Settled<VolumeTier[]> {
  const tiers: VolumeTier[] = [];
  for (const [index, text] of texts.entries()) {
    const path = pathTo('tiers', index);
    const rate = readDecimal(text.rate, pathTo(path, 'rate'));
    if (!rate.ok) return rate;
    const before = tiers.at(-1);
    if (before !== undefined && before.upToMinor === undefined) {
      return refused('tiers-not-ascending', path);
    }
    if (text.upTo === null || text.upTo === undefined) {
      tiers.push({ rate: rate.value });
      continue;
    }
    const upTo = parseMinorUnits(text.upTo, pathTo(path, 'upTo'));
    if (!upTo.ok) return upTo;
    if (upTo.value <= (before?.upToMinor ?? 0n)) return refused('tiers-not-ascending', path);
    tiers.push({ upToMinor: upTo.value, rate: rate.value });
  }
  return tiers.length === 0 ? refused('no-tier', 'tiers') : settled(tiers);
}
