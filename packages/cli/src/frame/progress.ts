// Progress on stderr: a bar with rate and time left on a terminal, a plain line every five seconds elsewhere.
import { Writable } from 'node:stream';
import { SingleBar } from 'cli-progress';
import type { Surroundings } from './verb.ts';

/** Shows how far long work has come. */
export interface Progress {
  readonly update: (done: number) => void;
  /** To be called however the work ends: the bar redraws itself until then. */
  readonly end: () => void;
}

/** Says nothing. */
export const noProgress: Progress = { update: () => undefined, end: () => undefined };

/** Quick work stays quiet for so long. */
const quietMs = { terminal: 400, elsewhere: 5_000 };

function makeBar(from: Surroundings, label: string, unit: string): SingleBar {
  const stream = new Writable({
    write: (chunk: Uint8Array, _encoding, done) => {
      from.writeError(Buffer.from(chunk).toString('utf8'));
      done();
    },
  });
  return new SingleBar({
    format: `${label}  {bar} {percentage} %  {rate} ${unit}/s  {left} left`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 20,
    stream: Object.assign(stream, { isTTY: from.stderrIsTty }),
    noTTYOutput: true,
    notTTYSchedule: quietMs.elsewhere,
    clearOnComplete: true,
    // Interrupting ends the process as ever: the bar hides no cursor and takes no signal.
    gracefulExit: false,
  });
}

function clockText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Begins progress over `total` units of `unit`. */
export function beginProgress(
  from: Surroundings,
  options: { label: string; total: number; unit: string; nowMs?: () => number },
): Progress {
  const { label, total, unit, nowMs = () => performance.now() } = options;
  const began = nowMs();
  const silentMs = from.stderrIsTty ? quietMs.terminal : quietMs.elsewhere;
  let bar: SingleBar | undefined;
  return {
    update: (done) => {
      const elapsedMs = nowMs() - began;
      if (elapsedMs < silentMs) return;
      const perSecond = (done * 1000) / elapsedMs;
      const rate = Math.round(perSecond).toLocaleString('en-US');
      const left = perSecond > 0 ? clockText((total - done) / perSecond) : '?';
      if (bar !== undefined) return bar.update(done, { rate, left });
      bar = makeBar(from, label, unit);
      bar.start(total, done, { rate, left });
    },
    end: () => bar?.stop(),
  };
}
