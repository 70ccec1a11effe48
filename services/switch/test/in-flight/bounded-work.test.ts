// A flood of work waits for itself: so much at once, so much waiting, in order, the rest refused.
import { describe, expect, it } from 'vitest';
import { BoundedWork } from '../../src/in-flight/bounded-work.ts';

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

interface Rig {
  readonly work: BoundedWork;
  readonly begun: number[];
  readonly add: (number: number) => boolean;
  /** Ends the piece that began first. */
  readonly end: () => Promise<void>;
}

function open(atOnce: number, waitingMax: number): Rig {
  const work = new BoundedWork({ atOnce, waitingMax });
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  return {
    work,
    begun,
    add: (number) =>
      work.add(() => {
        begun.push(number);
        return new Promise((resolve) => ends.push(resolve));
      }),
    end: async () => {
      ends.shift()?.();
      await turn();
    },
  };
}

describe('I8: bounded work', () => {
  it('does no more at once than it may, in order', async () => {
    const { add, begun, end } = open(2, 10);
    for (let i = 0; i < 5; i++) expect(add(i)).toBe(true);
    expect(begun).toEqual([0, 1]);
    await end();
    expect(begun).toEqual([0, 1, 2]);
    for (let i = 0; i < 4; i++) await end();
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });
  it('refuses what finds too many waiting, and takes again when they are fewer', async () => {
    const { work, add, end, begun } = open(1, 2);
    expect([0, 1, 2, 3].map(add)).toEqual([true, true, true, false]);
    expect(work.waiting).toBe(2);
    await end();
    expect(add(4)).toBe(true);
    for (let i = 0; i < 4; i++) await end();
    expect(begun).toEqual([0, 1, 2, 4]);
    expect(work.waiting).toBe(0);
  });
  it('keeps nothing of what was done, however many there were', async () => {
    const { work, add, end, begun } = open(1, 5_000);
    for (let i = 0; i < 5_000; i++) add(i);
    for (let i = 0; i < 5_000; i++) await end();
    expect(begun).toHaveLength(5_000);
    expect(begun).toEqual(begun.toSorted((a, b) => a - b));
    expect(work.waiting).toBe(0);
  });
});
