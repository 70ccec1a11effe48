// `chipswitch pcap`: a capture file as a conversation of messages, decoded, masked, paired, with latencies.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { framings } from 'iso8583-js';
import { undecodable, usage, type Outcome, type Refusal, type Report } from '../frame/outcome.ts';
import { beginProgress, noProgress, type Progress } from '../frame/progress.ts';
import { scrubEcho } from '../frame/scrub.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import { rankOptions } from '../iso/choose.ts';
import { CaptureReader } from './capture.ts';
import { Conversation, type Seen } from './conversation.ts';
import type { Candidates } from './detect.ts';
import { Reassembly, type StreamEvent } from './reassembly.ts';
import { messageReport, remarkReport, summaryReport } from './report.ts';
import { readSegment } from './segment.ts';
import { Tally } from './tally.ts';

/** Conversations kept at once; the one longest unused is ended beyond. */
const conversationsMax = 4096;

function chooseCandidates(context: Context): Candidates | Refusal {
  const options = rankOptions(context);
  if ('ok' in options) return options;
  const { specs, framings: chosen } = options;
  const named = (chosen ?? framings).filter((framing) => framing !== undefined);
  if (named.length > 0) return { specs, framings: named };
  return usage(
    'UNKNOWN_FRAMING',
    'a stream of messages needs a framing',
    'chipswitch specs --framings',
  );
}

/** Which messages are shown. */
function wanted(seen: Seen, context: Context): boolean {
  const { args } = context;
  if (seen.kind === 'remark') {
    if (args.has('mti') || args.has('stan')) return false;
    return seen.what !== 'keep-alive' || args.has('full');
  }
  const mti = args.value('mti');
  const stan = args.value('stan');
  if (mti !== undefined && !(seen.message.mti ?? '').startsWith(mti)) return false;
  return stan === undefined || seen.message.de11 === stan.padStart(6, '0');
}

/** Follows connections: gives what each stream event shows, in order. */
class Follower {
  readonly tally = new Tally();
  readonly #candidates: Candidates;
  readonly #conversations = new Map<number, Conversation>();
  #count = 0;

  constructor(candidates: Candidates) {
    this.#candidates = candidates;
  }

  push(event: StreamEvent): Seen[] {
    const known = this.#conversations.get(event.connection);
    const conversation = known ?? new Conversation(this.#candidates, () => (this.#count += 1));
    this.#conversations.delete(event.connection);
    this.#conversations.set(event.connection, conversation);
    const seen = conversation.push(event);
    if (this.#conversations.size > conversationsMax) {
      const [oldest] = this.#conversations.keys();
      seen.push(...this.#close(oldest));
    }
    return this.tally.count(seen);
  }

  end(): Seen[] {
    return [...this.#conversations.keys()].flatMap((id) => this.tally.count(this.#close(id)));
  }

  #close(connection: number): Seen[] {
    const conversation = this.#conversations.get(connection);
    this.#conversations.delete(connection);
    if (conversation === undefined) return [];
    const seen = conversation.end();
    this.tally.close(connection, conversation);
    return seen;
  }
}

function portFilter(context: Context): (source: string, destination: string) => boolean {
  const port = context.args.value('port');
  if (port === undefined) return () => true;
  return (source, destination) => source.endsWith(`:${port}`) || destination.endsWith(`:${port}`);
}

/** Reads chunks of the capture into what was seen, until the end or an error of the file. */
async function* follow(
  chunks: AsyncIterable<Uint8Array>,
  follower: Follower,
  context: Context,
  progress: Progress,
): AsyncGenerator<Seen | Refusal> {
  const reader = new CaptureReader();
  const reassembly = new Reassembly();
  const takesPort = portFilter(context);
  let read = 0;
  for await (const chunk of chunks) {
    const { packets, error } = reader.push(chunk);
    for (const packet of packets) {
      const segment = readSegment(packet);
      follower.tally.packet(segment);
      if (typeof segment === 'string' || !takesPort(segment.source, segment.destination)) continue;
      for (const event of reassembly.push(segment)) yield* follower.push(event);
    }
    read += chunk.length;
    progress.update(read);
    if (error !== undefined) break;
  }
  for (const event of reassembly.end()) yield* follower.push(event);
  yield* follower.end();
  const error = reader.end();
  if (error === undefined) return;
  const { code, offset, message } = error;
  const next =
    code === 'NOT_A_CAPTURE' ? 'give a pcap or pcapng file' : 'the rest of the file is lost';
  yield undecodable(code, message, next, { offset });
}

async function* reports(
  chunks: AsyncIterable<Uint8Array>,
  candidates: Candidates,
  context: Context,
  totalBytes: number,
): AsyncGenerator<Report> {
  const follower = new Follower(candidates);
  const limit = context.args.number('limit') ?? Number.POSITIVE_INFINITY;
  // Where the messages themselves run over the screen, a bar would stand in their way.
  const progress = context.surroundings.stdoutIsTty
    ? noProgress
    : beginProgress(context.surroundings, { label: 'reading', total: totalBytes, unit: 'B' });
  let shown = 0;
  let refusal: Refusal | undefined;
  try {
    for await (const seen of follow(chunks, follower, context, progress)) {
      if ('ok' in seen) {
        refusal = seen;
        continue;
      }
      if (!wanted(seen, context) || shown >= limit) continue;
      shown++;
      yield seen.kind === 'message' ? messageReport(seen, context) : remarkReport(seen, context);
    }
  } finally {
    progress.end();
  }
  yield summaryReport(follower.tally, refusal, context);
}

async function openFile(
  name: string,
): Promise<{ chunks: AsyncIterable<Uint8Array>; size: number } | Refusal> {
  try {
    const { size, isDirectory } = await stat(name).then((s) => ({
      size: s.size,
      isDirectory: s.isDirectory(),
    }));
    if (isDirectory)
      return usage('NOT_A_FILE', `${scrubEcho(name)} is a folder`, 'name a capture in it');
    const file = createReadStream(name, { highWaterMark: 256 * 1024 });
    // The first chunk shows whether the file may be read at all.
    await new Promise<void>((resolve, reject) => {
      file.once('open', () => resolve());
      file.once('error', reject);
    });
    return { chunks: file as AsyncIterable<Uint8Array>, size };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    const file = scrubEcho(name);
    if (code === 'ENOENT')
      return usage('NO_SUCH_FILE', `there is no file ${file}`, 'check the path');
    const exit = code === 'EACCES' ? 7 : 4;
    const message = `cannot read ${file} (${code})`;
    return { ok: false, exit, code: 'CANNOT_READ', message, next: `ls -l ${file}` };
  }
}

/** `chipswitch pcap FILE`. */
export const run: RunVerb = async (context): Promise<Outcome> => {
  const [name, ...more] = context.args.positionals;
  if (name === undefined || more.length > 0)
    return usage('ONE_FILE', 'give one capture file', 'chipswitch pcap FILE');
  const candidates = chooseCandidates(context);
  if ('ok' in candidates) return candidates;
  if (name === '-') {
    const parts = reports(context.surroundings.stdin, candidates, context, 0);
    return { ok: true, parts };
  }
  const opened = await openFile(name.startsWith('@') ? name.slice(1) : name);
  if ('ok' in opened) return opened;
  return { ok: true, parts: reports(opened.chunks, candidates, context, opened.size) };
};
