// `chipswitch top`: the rates of a running switch, one line an interval.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome, Report } from '../frame/outcome.ts';
import type { RunVerb } from '../frame/verb.ts';
import { type DoorStatus, doorOf, isRefusal, statusOf } from './door.ts';

const columns = [
  ['questions', 'requests'],
  ['approved', 'approvals'],
  ['declined', 'declines'],
  ['refused', 'refusals'],
  ['unknown', 'unknowns'],
  ['late', 'lateAnswers'],
] as const;
const width = 10;
const linesBetweenHeads = 20;

const head = ['time', ...columns.map(([title]) => `${title}/s`), 'in flight', 'waiting', 'links']
  .map((title) => title.padStart(width))
  .join(' ');

function linksOf({ links = {} }: DoorStatus): string {
  const states = Object.values(links).map((link) =>
    typeof link === 'string' ? link : (link as { readonly state?: string }).state,
  );
  return `${states.filter((state) => state === 'up').length}/${states.length}`;
}

// A count that went down was begun again: the switch was restarted.
function rateOf(name: string, before: DoorStatus, now: DoorStatus, seconds: number): number {
  const [first = 0, last = 0] = [before.counters?.[name], now.counters?.[name]];
  return Math.round(((last >= first ? last - first : last) / seconds) * 10) / 10;
}

function reportOf(before: DoorStatus, now: DoorStatus, seconds: number, isFirst: boolean): Report {
  const time = new Date().toISOString();
  const rates = columns.map(
    ([title, name]) => [title, rateOf(name, before, now, seconds)] as const,
  );
  const { livePayments = 0, followUpsWaiting = 0 } = now;
  const cells = [
    time.slice(11, 19),
    ...rates.map(([, rate]) => String(rate)),
    String(livePayments),
    String(followUpsWaiting),
    linksOf(now),
  ];
  const line = cells.map((cell) => cell.padStart(width)).join(' ');
  return {
    ok: true,
    data: {
      time,
      perSecond: Object.fromEntries(rates),
      livePayments,
      followUpsWaiting,
      links: now.links ?? {},
    },
    text: () => (isFirst ? [head, line] : [line]),
  };
}

/** The verb. */
export const run: RunVerb = async (context): Promise<Outcome> => {
  const door = doorOf(context);
  if (isRefusal(door)) return door;
  const every = context.args.number('every') ?? 1;
  const times = context.args.number('times') ?? Number.POSITIVE_INFINITY;
  const first = await statusOf(door, context.surroundings);
  if (isRefusal(first)) return first;
  const at = door;
  async function* parts(from: DoorStatus): AsyncGenerator<Report> {
    let before = from;
    let beforeMs = performance.now();
    for (let i = 0; i < times; i++) {
      await sleep(every * 1_000);
      const now = await statusOf(at, context.surroundings);
      if (isRefusal(now)) {
        const { message, exit } = now;
        yield { ok: true, exit, data: { gone: message }, text: () => [message] };
        return;
      }
      const nowMs = performance.now();
      yield reportOf(before, now, (nowMs - beforeMs) / 1_000, i % linesBetweenHeads === 0);
      [before, beforeMs] = [now, nowMs];
    }
  }
  return { ok: true, parts: parts(first) };
};
