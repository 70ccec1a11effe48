// How often one terminal may ask, whatever line it comes in at.
import type { SwitchConfig } from './config.ts';
import type { Clock } from './in-flight/ports.ts';
import { TokenBucket } from './link-limits.ts';

/** Takes one question of a terminal's share; false when there is none left. Bounded by the terminals ever configured. */
export function terminalRates(
  { listen }: SwitchConfig,
  { nowMs }: Clock,
  isKnown: (terminalId: string) => boolean,
): (terminalId: string) => boolean {
  const { terminalFramesPerSecondMax: rate } = listen;
  const buckets = new Map<string, TokenBucket>();
  return (terminalId) => {
    const known = buckets.get(terminalId);
    if (known !== undefined) return known.take(nowMs());
    if (!isKnown(terminalId)) return true;
    const bucket = new TokenBucket(rate, 5 * rate, nowMs());
    buckets.set(terminalId, bucket);
    return bucket.take(nowMs());
  };
}
