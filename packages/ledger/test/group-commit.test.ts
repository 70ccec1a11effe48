// Group commits by themselves: what shares a batch, what is refused, and when.
import { describe, expect, it } from 'vitest';
import { GroupCommit, type GroupCommitLimits } from '../src/postgres/group-commit.ts';

interface Rig {
  readonly commit: GroupCommit<string, string>;
  readonly batches: string[][];
  /** Ends the oldest batch that is being written. */
  readonly finish: () => Promise<void>;
  readonly pass: (ms: number) => void;
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function open(limits: Partial<GroupCommitLimits> = {}): Rig {
  let nowMs = 0;
  const batches: string[][] = [];
  const ends: (() => void)[] = [];
  const commit = new GroupCommit<string, string>(
    {
      write: async (items) => {
        batches.push([...items]);
        await new Promise<void>((resolve) => ends.push(resolve));
        return items.map((item) => `${item} is there`);
      },
      conflictKey: (item) => item[0],
      overloaded: 'refused',
    },
    { batchMax: 3, waitingMax: 5, writers: 1, ...limits },
    () => nowMs,
  );
  const finish = async (): Promise<void> => {
    ends.shift()?.();
    await turn();
    await turn();
  };
  return { commit, batches, finish, pass: (ms) => (nowMs += ms) };
}

describe('a group commit', () => {
  it('writes together what comes together, up to a batch, never two of a kind', async () => {
    const { commit, batches, finish } = open();
    const done = ['a1', 'b1', 'a2', 'c1', 'd1'].map((item) => commit.submit(item));
    await turn();
    await finish();
    await finish();
    expect(batches).toEqual([
      ['a1', 'b1', 'c1'],
      ['a2', 'd1'],
    ]);
    expect(await Promise.all(done)).toEqual(
      ['a1', 'b1', 'a2', 'c1', 'd1'].map((item) => `${item} is there`),
    );
  });
  it('refuses at once what there is no place for', async () => {
    const { commit } = open();
    for (const item of ['a', 'b', 'c', 'd', 'e']) void commit.submit(item);
    expect(await commit.submit('f')).toBe('refused');
  });
  it('A3: refuses at once what would wait for too long behind a batch that is stuck', async () => {
    const { commit, finish, pass } = open({ waitMsMax: 100 });
    const first = commit.submit('a');
    await turn();
    pass(100);
    const inTime = commit.submit('b');
    pass(1);
    expect(await commit.submit('c')).toBe('refused');
    await finish();
    expect(await first).toBe('a is there');
    // The next one is being written; nobody waits.
    const again = commit.submit('d');
    await finish();
    await finish();
    expect(await Promise.all([inTime, again])).toEqual(['b is there', 'd is there']);
  });
  it('A3: refuses at once what would wait for too long in the queue', async () => {
    const { commit, finish, pass } = open({ waitMsMax: 100, batchMax: 1 });
    void commit.submit('a');
    void commit.submit('b');
    void commit.submit('c');
    await turn();
    pass(60);
    await finish();
    pass(60);
    expect(await commit.submit('d')).toBe('refused');
  });
  it('that is told no longest time refuses nothing for it', async () => {
    const { commit, pass, finish } = open();
    void commit.submit('a');
    await turn();
    pass(1_000_000);
    const late = commit.submit('b');
    await finish();
    await finish();
    expect(await late).toBe('b is there');
  });
  it('that lingers waits for more before it writes', async () => {
    const { commit, batches, finish } = open({ lingerMs: 30 });
    void commit.submit('a');
    await turn();
    const late = commit.submit('b');
    await expect.poll(() => batches).toEqual([['a', 'b']]);
    await finish();
    expect(await late).toBe('b is there');
  });
});
