// Progress on stderr: a bar with rate and time left on a terminal, a plain line every five seconds elsewhere.
import type { Surroundings } from './verb.ts';

/** Shows how far long work has come. */
export interface Progress {
  readonly update: (done: number) => void;
  readonly end: () => void;
}

/** Says nothing. */
export const noProgress: Progress = { update: () => undefined, end: () => undefined };

function seconds(value: number): string {
  const whole = Math.max(0, Math.round(value));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/**
 * Begins progress over `total` units of `unit`. Nothing is written before half a second has gone
 * by, so that quick work stays quiet.
 */
export function beginProgress(
  from: Surroundings,
  options: { label: string; total: number; unit: string; nowMs?: () => number },
): Progress {
  const nowMs = options.nowMs ?? (() => performance.now());
  const began = nowMs();
  const everyMs = from.stderrIsTty ? 100 : 5000;
  let shownAt = began + (from.stderrIsTty ? 400 : 0);
  let shown = false;
  const line = (done: number): string => {
    const elapsed = Math.max(0.001, (nowMs() - began) / 1000);
    const share = options.total > 0 ? Math.min(1, done / options.total) : 0;
    const rate = done / elapsed;
    const left = rate > 0 ? seconds((options.total - done) / rate) : '?';
    const bar = '█'.repeat(Math.round(share * 20)).padEnd(20, '░');
    const rateText = `${Math.round(rate).toLocaleString('en-US')} ${options.unit}/s`;
    return `${options.label}  ${bar} ${Math.round(share * 100)} %  ${rateText}  ${left} left`;
  };
  return {
    update: (done) => {
      const now = nowMs();
      if (now - shownAt < everyMs) return;
      shownAt = now;
      shown = true;
      from.writeError(from.stderrIsTty ? `\r\u001b[2K${line(done)}` : `${line(done)}\n`);
    },
    end: () => {
      if (shown && from.stderrIsTty) from.writeError('\r\u001b[2K');
    },
  };
}
