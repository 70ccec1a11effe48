// The store-and-forward queue: order within a terminal, terminals beside each other, a cap a host.
import type { Payment, PaymentState } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import type { PaymentInFlight } from '../../src/in-flight/ports.ts';
import { StoreAndForwardQueue } from '../../src/in-flight/store-and-forward.ts';
import { VirtualClock } from './rig.ts';

const down = new Set<string>();

function openQueue(outstandingMax = 2): {
  queue: StoreAndForwardQueue;
  clock: VirtualClock;
  written: string[];
  payment: (
    key: string,
    terminal: string,
    more?: { host?: string; state?: PaymentState },
  ) => PaymentInFlight;
} {
  const clock = new VirtualClock();
  const written: string[] = [];
  down.clear();
  const queue = new StoreAndForwardQueue({
    clock,
    outstandingMax,
    isUp: (host) => !down.has(host),
  });
  return {
    queue,
    clock,
    written,
    payment: (key, terminal, { host = 'a', state = 'REVERSAL_SENT' } = {}) => ({
      key,
      host,
      queueName: `${host}/${terminal}`,
      payment: { state } as Payment,
      dispatch: async () => {
        written.push(key);
        return true;
      },
    }),
  };
}

describe('the store-and-forward queue', () => {
  it('writes one of a terminal at a time, first in first out (I6)', async () => {
    const { queue, clock, written, payment } = openQueue();
    const [first, second] = [payment('1', 'T1'), payment('2', 'T1')];
    queue.add(first, 0);
    queue.add(second, 0);
    queue.add(second, 0);
    await clock.advance(0);
    expect([written, queue.waiting, queue.outstanding('a')]).toEqual([['1'], 2, 1]);
    queue.remove(first);
    await clock.advance(0);
    expect([written, queue.waiting]).toEqual([['1', '2'], 1]);
  });
  it('tries the head again after its pause, before anything behind it', async () => {
    const { queue, clock, written, payment } = openQueue();
    const [first, second] = [payment('1', 'T1'), payment('2', 'T1')];
    queue.add(first, 0);
    queue.add(second, 0);
    await clock.advance(0);
    queue.add(first, 100);
    expect(queue.outstanding('a')).toBe(0);
    await clock.advance(99);
    expect(written).toEqual(['1']);
    await clock.advance(1);
    expect(written).toEqual(['1', '1']);
  });
  it('keeps to the cap of a host, and a pausing terminal leaves its place to another', async () => {
    const { queue, clock, written, payment } = openQueue(2);
    const heads = ['1', '2', '3', '4'].map((key) => payment(key, `T${key}`));
    for (const head of heads) queue.add(head, 0);
    queue.add(payment('b', 'T1', { host: 'b' }), 0);
    await clock.advance(0);
    expect([written, queue.outstanding('a'), queue.outstanding('b')]).toEqual([
      ['1', '2', 'b'],
      2,
      1,
    ]);
    queue.add(heads[0], 50);
    queue.remove(heads[1]);
    await clock.advance(0);
    expect(written).toEqual(['1', '2', 'b', '3', '4']);
    await clock.advance(50);
    expect([written.length, queue.outstanding('a')]).toEqual([5, 2]);
    queue.remove(heads[2]);
    await clock.advance(0);
    expect(written.at(-1)).toBe('1');
  });
  it('waits for a host that is down, and goes on when it is up', async () => {
    const { queue, clock, written, payment } = openQueue();
    down.add('a');
    queue.add(payment('1', 'T1'), 0);
    await clock.advance(1_000);
    expect([written, queue.outstanding('a')]).toEqual([[], 0]);
    down.clear();
    queue.onUp('a');
    await clock.advance(0);
    expect(written).toEqual(['1']);
  });
  it.each(['REVERSED', 'ANSWERED', 'REVERSAL_DUE'] as const)(
    'a head that is %s after its turn makes room',
    async (state) => {
      const { queue, clock, written, payment } = openQueue();
      queue.add(payment('1', 'T1', { state }), 0);
      queue.add(payment('2', 'T1'), 0);
      await clock.advance(0);
      expect([written, queue.waiting, queue.outstanding('a')]).toEqual([['1', '2'], 1, 1]);
    },
  );
  it('stops with nothing left to happen', async () => {
    const { queue, clock, written, payment } = openQueue();
    const head = payment('1', 'T1');
    queue.add(head, 0);
    queue.add(head, 100);
    queue.stop();
    await clock.advance(1_000);
    expect([written, queue.waiting, clock.running]).toEqual([['1'], 0, 0]);
    queue.remove(head);
  });
});
