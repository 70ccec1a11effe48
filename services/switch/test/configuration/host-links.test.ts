// Hosts while the configuration changes: links follow, what was sent is still answered, a host leaves when nothing is
// owed there.
import type { IsoMessage } from '@chipswitch/transaction';
import { describe, expect, it } from 'vitest';
import { type HostConfig, parseHostConfig } from '../../src/config.ts';
import type { ConfiguredLink } from '../../src/configuration/configured-host.ts';
import { HostLinks } from '../../src/configuration/host-links.ts';
import type { Awaiting } from '../../src/in-flight/ports.ts';
import type { LinkState } from '../../src/links/link-parts.ts';
import { VirtualClock } from '../in-flight/rig.ts';
import { host } from './a-document.ts';

/** A link that does what the test says. */
class ScriptedLink implements ConfiguredLink {
  readonly config: HostConfig;
  readonly sent: IsoMessage[] = [];
  readonly forgotten: IsoMessage[] = [];
  readonly #onUp: () => void;
  readonly #waiting = new Set<Awaiting>();
  state: LinkState = 'down';

  constructor(config: HostConfig, onUp: () => void) {
    this.config = config;
    this.#onUp = onUp;
  }

  get inFlight(): number {
    return this.#waiting.size;
  }

  start(): void {
    this.state = 'connecting';
  }

  signsOn(): void {
    this.state = 'up';
    this.#onUp();
  }

  send(message: IsoMessage, awaiting: Awaiting): undefined {
    this.sent.push(message);
    this.#waiting.add(awaiting);
    return undefined;
  }

  forget(message: IsoMessage): void {
    this.forgotten.push(message);
  }

  answers(): void {
    for (const awaiting of this.#waiting) awaiting.onAnswer({ mti: '0210' });
    this.#waiting.clear();
  }

  close(): void {
    this.state = 'closed';
    for (const awaiting of this.#waiting) awaiting.onLinkLost();
    this.#waiting.clear();
  }
}

const configOf = (name: string, more: object = {}): HostConfig =>
  parseHostConfig(host(name, { timers: { answerMs: 1_000, acknowledgeMs: 500 }, ...more }), 'host');

function stand(isIdle = (_host: string): boolean => true) {
  const clock = new VirtualClock();
  const made: ScriptedLink[] = [];
  const notes: string[] = [];
  const ups: string[] = [];
  const links = new HostLinks({
    clock,
    open: (config, onUp) => {
      const link = new ScriptedLink(config, onUp);
      made.push(link);
      return link;
    },
    onUp: (name) => ups.push(name),
    onNote: (name, event) => notes.push(`${name} ${event}`),
    isIdle,
  });
  links.configure([configOf('a'), configOf('b')]);
  links.start();
  for (const link of made) link.signsOn();
  return { clock, made, notes, ups, links };
}

/** Somebody who waits for an answer. */
function waiting(): Awaiting & { readonly heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    onAnswer: () => {
      heard.push('answer');
      return undefined;
    },
    onLinkLost: () => heard.push('lost'),
  };
}
const request: IsoMessage = { mti: '0200', de11: '000001' };

describe('a configured host', () => {
  it('keeps its link when only what routing and security read has changed', () => {
    const { links, made } = stand();
    links.configure([configOf('a', { drain: true, pinKey: 'zpk' }), configOf('b')]);
    expect(made).toHaveLength(2);
    expect(links.get('a')?.config).toMatchObject({ drain: true, pinKey: 'zpk' });
  });
  it('that is the same keeps its link', () => {
    const { links, made, notes } = stand();
    links.configure([configOf('a'), configOf('b')]);
    expect([made.length, notes]).toEqual([2, []]);
  });
  it('goes over to another address when that is signed on, and not before', () => {
    const { links, made, ups } = stand();
    links.configure([configOf('a', { port: 9001 }), configOf('b')]);
    const [before, , after] = made;
    expect(after.config.port).toBe(9001);
    links.get('a')?.send(request, waiting());
    expect([before.sent.length, after.sent.length]).toEqual([1, 0]);
    after.signsOn();
    links.get('a')?.send(request, waiting());
    expect([before.sent.length, after.sent.length]).toEqual([1, 1]);
    expect(ups).toEqual(['a', 'b', 'a']);
  });
  it('goes over at once when nothing goes over the link that is there', () => {
    const { links, made } = stand();
    made[0].state = 'down';
    links.configure([configOf('a', { port: 9001 }), configOf('b')]);
    expect(links.get('a')?.state).toBe('connecting');
    made[2].signsOn();
    expect(links.get('a')?.state).toBe('up');
  });
  it('goes over after ten seconds when the other cannot sign on beside it', async () => {
    const { links, made, clock } = stand();
    links.configure([configOf('a', { dialect: 'iso1987Ebcdic' }), configOf('b')]);
    await clock.advance(9_900);
    expect([links.get('a')?.state, made[0].state]).toEqual(['up', 'up']);
    await clock.advance(300);
    expect([links.get('a')?.state, made[0].state]).toEqual(['connecting', 'closed']);
  });
  it('still hears the answer to what was sent before the change, then lets the old link go', async () => {
    const { links, made, clock } = stand();
    const asked = waiting();
    links.get('a')?.send(request, asked);
    links.configure([configOf('a', { port: 9001 }), configOf('b')]);
    made[2].signsOn();
    await clock.advance(400);
    expect(made[0].state).toBe('up');
    made[0].answers();
    await clock.advance(100);
    expect([asked.heard, made[0].state]).toEqual([['answer'], 'closed']);
  });
  it('lets the old link go after its timers, and who still waits hears that it is lost', async () => {
    const { links, made, clock } = stand();
    const asked = waiting();
    links.get('a')?.send(request, asked);
    links.configure([configOf('a', { port: 9001 }), configOf('b')]);
    made[2].signsOn();
    await clock.advance(1_400);
    expect(asked.heard).toEqual([]);
    await clock.advance(200);
    expect([asked.heard, made[0].state]).toEqual([['lost'], 'closed']);
    expect(clock.running).toBe(0);
  });
  it('forgets at every link that may know it', () => {
    const { links, made } = stand();
    links.get('a')?.send(request, waiting());
    links.configure([configOf('a', { port: 9001 }), configOf('b')]);
    made[2].signsOn();
    links.get('a')?.forget(request);
    expect([made[0].forgotten, made[2].forgotten]).toEqual([[request], [request]]);
  });
  it('that changes twice before it could go over follows the latest', () => {
    const { links, made } = stand();
    links.configure([configOf('a', { port: 9001 }), configOf('b')]);
    links.configure([configOf('a', { port: 9002 }), configOf('b')]);
    expect(made[2].state).toBe('closed');
    made[3].signsOn();
    links.get('a')?.send(request, waiting());
    expect(made[3].sent).toHaveLength(1);
  });
});

describe('the hosts', () => {
  it('open one that was added', () => {
    const { links, made } = stand();
    links.configure([configOf('a'), configOf('b'), configOf('c')]);
    expect(made[2].state).toBe('connecting');
    expect(links.areUp()).toBe(false);
    made[2].signsOn();
    expect(links.areUp()).toBe(true);
    expect(links.states()).toEqual({ a: 'up', b: 'up', c: 'up' });
  });
  it('keep one that was removed as long as something is owed there, then close it', () => {
    const { links, made, notes } = stand();
    links.configure([configOf('b')]);
    links.settle([configOf('a')]);
    expect(links.get('a')?.state).toBe('up');
    links.settle([]);
    expect([links.get('a'), made[0].state]).toEqual([undefined, 'closed']);
    expect(notes).toEqual([
      'a no longer configured: ends what is open there',
      'a closed: nothing is open there',
    ]);
  });
  it('keep one that was removed as long as an answer is awaited or a payment is in flight there', () => {
    let isBusy = true;
    const { links, made } = stand((name) => !(isBusy && name === 'a'));
    links.get('a')?.send(request, waiting());
    links.configure([configOf('b')]);
    links.settle([]);
    made[0].answers();
    links.settle([]);
    expect(links.get('a')?.state).toBe('up');
    isBusy = false;
    links.settle([]);
    expect(links.get('a')).toBeUndefined();
  });
  it('open one again that was gone, when something is owed there', () => {
    const { links, made, notes } = stand();
    links.settle([configOf('gone')]);
    made[2].signsOn();
    expect(links.get('gone')?.state).toBe('up');
    expect(notes).toEqual(['gone opened again: something is still owed there']);
    links.settle([]);
    expect(made[2].state).toBe('closed');
  });
  it('take one back that is configured again before it left', () => {
    const { links, made } = stand();
    links.configure([configOf('b')]);
    links.configure([configOf('a'), configOf('b')]);
    links.settle([]);
    expect([links.get('a')?.state, made.length]).toEqual(['up', 2]);
  });
  it('are up without one that is not configured any more', () => {
    const { links, made } = stand(() => false);
    made[0].state = 'down';
    links.configure([configOf('b')]);
    expect(links.areUp()).toBe(true);
  });
  it('are all closed at the end, those that drain and those that follow too', () => {
    const { links, made } = stand();
    links.configure([configOf('a', { port: 9001 }), configOf('b', { port: 9002 })]);
    made[2].signsOn();
    links.close();
    expect(made.map(({ state }) => state)).toEqual(['closed', 'closed', 'closed', 'closed']);
  });
});
