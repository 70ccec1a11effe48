// `chipswitch tail`: the log of a running switch, line by line.
import type { Outcome, Report } from '../frame/outcome.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import { askDoor, doorOf, isRefusal } from './door.ts';

type Line = Readonly<Record<string, unknown>>;

/** Events of a stream of server-sent events (WHATWG HTML, 9.2): name and data of each. */
async function* eventsOf(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ readonly name: string; readonly data: string }> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const of = (field: string): string | undefined =>
        lines.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2);
      const data = of('data');
      if (data !== undefined) yield { name: of('event') ?? 'message', data };
    }
  }
}

function lineText(line: Line, { paint }: Context): string {
  const { time, event, ...details } = line;
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  const cells = Object.entries(details).map(
    ([name, value]) =>
      `${paint('dim', `${name}=`)}${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [clock, paint('name', String(event)), ...cells].join(' ');
}

/** The verb. */
export const run: RunVerb = async (context): Promise<Outcome> => {
  const door = doorOf(context);
  if (isRefusal(door)) return door;
  const times = context.args.number('times') ?? Number.POSITIVE_INFINITY;
  const wanted = context.args.value('event');
  const end = new AbortController();
  const answer = await askDoor(door, '/v1/log', context.surroundings, end.signal);
  if (isRefusal(answer)) return answer;
  const { body } = answer;
  if (body === null) throw new Error('an answer without a body');
  async function* parts(stream: ReadableStream<Uint8Array>): AsyncGenerator<Report> {
    let left = times;
    try {
      for await (const { name, data } of eventsOf(stream)) {
        const line =
          name === 'lost'
            ? { event: 'lines lost on the way here', ...(JSON.parse(data) as Line) }
            : (JSON.parse(data) as Line);
        if (name === 'line' && wanted !== undefined && line['event'] !== wanted) continue;
        yield { ok: true, data: line, text: () => [lineText(line, context)] };
        if (--left <= 0) return;
      }
    } finally {
      end.abort();
    }
  }
  return { ok: true, parts: parts(body) };
};
