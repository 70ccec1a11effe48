// A seeded world: terminals, switch and host on virtual lines, with weather; when it is calm again the
// guarantees must hold. The same seed tells the same story.
import {
  type HostTimers,
  type Payment,
  type PaymentOutcome,
  paymentOutcome,
  step,
} from '@chipswitch/transaction';
import { createRandom } from './random.ts';
import { VirtualHost, type HostQuestion, type HostReply } from './virtual-host.ts';
import { VirtualLine, type Weather } from './virtual-line.ts';
import { type TerminalAnswer, type TerminalQuestion, VirtualSwitch } from './virtual-switch.ts';
import { VirtualTerminal } from './virtual-terminal.ts';
import { VirtualTime } from './virtual-time.ts';

/** What a world is made from. */
export interface WorldOptions {
  readonly seed: number;
  readonly terminals?: number;
  readonly paymentsEach?: number;
  /** Another core than the product's: a test of the world spoils it and must be told. */
  readonly core?: typeof step;
}

/** What came of it. */
export interface WorldReport {
  readonly seed: number;
  readonly ok: boolean;
  readonly violations: readonly string[];
  readonly payments: number;
  readonly approved: number;
  readonly reversed: number;
  readonly kills: number;
  readonly lineBreaks: number;
  /** Virtual seconds that passed. */
  readonly seconds: number;
}

const timers: HostTimers = {
  answerMs: 1_500,
  acknowledgeMs: 1_500,
  retryMs: 200,
  retryMsMax: 2_000,
  triesMax: 1_000,
};
const stepsMax = 1_000_000;
const stormMs = 60_000;

class World {
  readonly #random: ReturnType<typeof createRandom>;
  readonly time = new VirtualTime();
  readonly host = new VirtualHost();
  readonly virtualSwitch: VirtualSwitch;
  readonly terminals: VirtualTerminal[];
  readonly #storm: Weather;
  readonly #declines: number;
  readonly #killRate: number;
  lineBreaks = 0;
  readonly #toHost: VirtualLine<HostQuestion>;
  readonly #fromHost: VirtualLine<HostReply>;
  readonly #toSwitch: VirtualLine<TerminalQuestion>[];
  readonly #fromSwitch: VirtualLine<TerminalAnswer>[];

  constructor(options: Required<WorldOptions>) {
    const random = createRandom(options.seed);
    this.#random = random;
    this.#storm = { slow: random.next() * 0.2, breaks: random.next() * 0.05 };
    this.#declines = random.next() * 0.3;
    this.#killRate = random.next() * 0.02;
    const line = <M>(deliver: (message: M) => void, onBreak: () => void): VirtualLine<M> =>
      new VirtualLine<M>({
        time: this.time,
        random,
        weather: () => this.#weather(),
        deliver,
        onBreak,
      });
    const breakHost = (): void => this.#breakHost();
    this.#toHost = line((question) => this.#atHost(question), breakHost);
    this.#fromHost = line((reply) => this.virtualSwitch.onHost(reply), breakHost);
    const numbers = Array.from({ length: options.terminals }, (_, i) => i);
    this.#toSwitch = numbers.map((n) =>
      line(
        (question) => this.virtualSwitch.onTerminal(question),
        () => this.#breakTerminal(n),
      ),
    );
    this.#fromSwitch = numbers.map((n) =>
      line(
        (answer) => this.terminals[n].onAnswer(answer),
        () => this.#breakTerminal(n),
      ),
    );
    this.virtualSwitch = new VirtualSwitch({
      time: this.time,
      random,
      timers,
      step: options.core,
      onKillPoint: () => this.#maybeKill(),
      toHost: (question) => this.#toHost.send(question),
      toTerminal: (answer) => this.#fromSwitch[answer.terminal].send(answer),
    });
    this.terminals = numbers.map(
      (number) =>
        new VirtualTerminal({
          number,
          payments: options.paymentsEach,
          time: this.time,
          random,
          send: (question) => this.#toSwitch[number].send(question),
        }),
    );
    for (let i = random.whole(0, 6); i > 0; i--) {
      this.time.after(random.whole(0, stormMs), () => this.#kill());
    }
  }

  #weather(): Weather {
    return this.time.nowMs < stormMs ? this.#storm : { slow: 0, breaks: 0 };
  }

  #atHost(question: HostQuestion): void {
    const reply = this.host.answer(question, !this.#random.chance(this.#declines));
    // Sometimes the host answers nothing at all, or twice.
    if (this.time.nowMs < stormMs && this.#random.chance(0.03)) return;
    this.#fromHost.send(reply);
    if (this.time.nowMs < stormMs && this.#random.chance(0.02)) this.#fromHost.send(reply);
  }

  #breakHost(): void {
    this.lineBreaks++;
    this.#toHost.cut();
    this.#fromHost.cut();
    this.virtualSwitch.onHostLineBroken();
  }

  #breakTerminal(number: number): void {
    this.lineBreaks++;
    this.#toSwitch[number].cut();
    this.#fromSwitch[number].cut();
  }

  #maybeKill(): void {
    if (this.time.nowMs >= stormMs || !this.#random.chance(this.#killRate)) return;
    this.time.after(this.#random.whole(0, 8), () => this.#kill());
  }

  // A killed process takes its lines with it; what it had written may still arrive.
  #kill(): void {
    this.virtualSwitch.kill();
    for (const line of [this.#fromHost, ...this.#toSwitch, ...this.#fromSwitch]) {
      if (this.#random.chance(0.5)) line.cut();
    }
  }
}

function outcomeIn({ state, booked }: Payment): PaymentOutcome {
  return paymentOutcome(state, booked ? 'stands' : 'none');
}

function violationsOf(world: World): string[] {
  const violations: string[] = [];
  const live = world.host.liveEffects();
  for (const [key, { payment, bookedMinor }] of world.virtualSwitch.disk) {
    const effects = live.get(key) ?? 0;
    const { outcome, openFor } = outcomeIn(payment);
    const stands = outcome === 'approved';
    if (effects > 1) violations.push(`I1 ${key}: ${effects} live effects at the host`);
    if (stands !== (effects === 1))
      violations.push(`I1 ${key}: ${payment.state}, host effects ${effects}`);
    if (stands !== (bookedMinor !== 0n))
      violations.push(`I1 ${key}: ${payment.state}, booked ${bookedMinor}`);
    if (openFor !== 'nobody') {
      violations.push(`I3 ${key}: left ${payment.state}`);
    }
    live.delete(key);
  }
  for (const key of live.keys())
    violations.push(`I1 ${key}: an effect at the host, nothing on the disk`);
  for (const terminal of world.terminals) {
    for (const [key, view] of terminal.views) {
      const payment = world.virtualSwitch.disk.get(key)?.payment;
      const stands = payment !== undefined && outcomeIn(payment).outcome === 'approved';
      if (view === 'approved' && !stands)
        violations.push(`I2 ${key}: approved to the terminal, ${payment?.state}`);
      if (view !== 'approved' && stands)
        violations.push(`I4 ${key}: ${view} to the terminal, ${payment?.state}`);
    }
  }
  const overtaken = world.host.originalsAfterReversal;
  if (overtaken > 0) violations.push(`I6: ${overtaken} originals after their own reversal`);
  return violations;
}

/** Runs a world until nothing is left to be done, and judges it. */
export function runWorld(options: WorldOptions): WorldReport {
  const world = new World({ terminals: 4, paymentsEach: 25, core: step, ...options });
  let steps = 0;
  while (world.time.step() && steps < stepsMax) steps++;
  const violations = violationsOf(world);
  if (steps >= stepsMax) violations.push(`I8: still busy after ${stepsMax} steps`);
  const records = [...world.virtualSwitch.disk.values()];
  const count = (outcome: PaymentOutcome['outcome']): number =>
    records.filter((record) => outcomeIn(record.payment).outcome === outcome).length;
  return {
    seed: options.seed,
    ok: violations.length === 0,
    violations,
    payments: records.length,
    approved: count('approved'),
    reversed: count('undone'),
    kills: world.virtualSwitch.kills,
    lineBreaks: world.lineBreaks,
    seconds: Math.round(world.time.nowMs / 1_000),
  };
}
