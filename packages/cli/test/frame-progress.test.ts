// Progress on stderr: nothing for quick work, a bar on a terminal, whole lines elsewhere, gone at the end.
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { beginProgress } from '../src/frame/progress.ts';
import type { Surroundings } from '../src/frame/verb.ts';

/** Work of 1,000 units over so many milliseconds, with what it wrote. */
function work(overMs: number, stderrIsTty: boolean): string {
  let written = '';
  let now = 0;
  const from = { stderrIsTty, writeError: (text: string) => (written += text) };
  const progress = beginProgress(from as unknown as Surroundings, {
    label: 'reading',
    total: 1_000,
    unit: 'B',
    nowMs: () => now,
  });
  try {
    for (let done = 250; done < 1_000; done += 250) {
      now = (overMs * done) / 1_000;
      progress.update(done);
    }
  } finally {
    progress.end();
  }
  return written;
}

describe('progress', () => {
  it.each([true, false])('says nothing about quick work (terminal: %s)', (stderrIsTty) => {
    expect(work(100, stderrIsTty)).toBe('');
  });
  it('shows share, rate and time left', () => {
    const bar = stripVTControlCharacters(work(8_000, true));
    expect(bar).toContain('reading  █████░░░░░░░░░░░░░░░ 25 %  125 B/s  0:06 left');
  });
  it('clears the bar of a terminal and ends the line elsewhere', () => {
    expect(work(8_000, true).endsWith('\u001b[2K')).toBe(true);
    expect(work(40_000, false)).toMatch(/^reading .* left\n/);
    expect(work(40_000, false)).not.toContain('\u001b');
  });
});
