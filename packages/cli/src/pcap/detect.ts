// Which framing and which spec a connection speaks: every pair is tried on its first bytes, the best one wins.
import {
  decodeMessage,
  FrameDecoder,
  isUsualPair,
  type NamedFraming,
  parseMti,
  type Spec,
} from 'iso8583-js';

/** Bytes of one direction, cut where a new attempt may begin: segment starts and gaps. */
export interface Chunk {
  readonly bytes: Uint8Array;
  /** Bytes were lost before this chunk. */
  readonly afterGap: boolean;
}

/** A way to read a connection. */
export interface Dialect {
  readonly framing: NamedFraming;
  readonly spec: Spec;
  readonly specName: string;
  /** Frames looked at, and how many of them decoded without an error. */
  readonly frames: number;
  readonly decoded: number;
}

/** Frames per direction that one attempt looks at. */
const framesMax = 12;

/** What is tried; a name given by the user leaves one candidate. */
export interface Candidates {
  readonly framings: readonly NamedFraming[];
  readonly specs: readonly (readonly [string, Spec])[];
}

/** Bodies of the first frames; a frame error starts afresh at the next chunk. */
function bodiesOf(
  framing: NamedFraming,
  chunks: readonly Chunk[],
): { bodies: Uint8Array[]; errors: number; empty: number } {
  const bodies: Uint8Array[] = [];
  let errors = 0;
  let empty = 0;
  let decoder = new FrameDecoder(framing.options);
  for (const chunk of chunks) {
    if (chunk.afterGap) decoder = new FrameDecoder(framing.options);
    for (const frame of decoder.push(chunk.bytes)) {
      if (!frame.ok) {
        errors++;
        decoder = new FrameDecoder(framing.options);
      } else if (frame.body.length > 0) bodies.push(frame.body);
      else empty++;
    }
    if (bodies.length >= framesMax || errors >= framesMax) break;
  }
  return { bodies: bodies.slice(0, framesMax), errors, empty };
}

/** A decoded body counts only when its message type is one the standard knows. */
function decodes(spec: Spec, body: Uint8Array): boolean {
  const result = decodeMessage(spec, body);
  if (!result.ok) return false;
  const type = parseMti(result.message.mti);
  return type?.version !== undefined && type.class !== undefined && type.function !== undefined;
}

/**
 * The best framing and spec for the directions of a connection, or undefined when no frame of any
 * candidate decodes. Work is bounded: candidates × directions × 12 frames.
 */
export function detectDialect(
  directions: readonly (readonly Chunk[])[],
  candidates: Candidates,
): Dialect | undefined {
  let best: { dialect: Dialect; score: number } | undefined;
  for (const framing of candidates.framings) {
    const read = directions.map((chunks) => bodiesOf(framing, chunks));
    const bodies = read.flatMap((direction) => direction.bodies);
    const errors = read.reduce((sum, direction) => sum + direction.errors, 0);
    // Half of a longer length is zeros: what another framing takes for keep-alives speaks against it.
    const empty = read.reduce((sum, direction) => sum + direction.empty, 0);
    if (bodies.length === 0) continue;
    for (const [specName, spec] of candidates.specs) {
      const decoded = bodies.filter((body) => decodes(spec, body)).length;
      if (decoded === 0) continue;
      const usual = isUsualPair(specName, framing) ? 0.5 : 0;
      const score = decoded * 4 - (bodies.length - decoded) * 2 - errors - empty / 4 + usual;
      if (best !== undefined && score <= best.score) continue;
      best = { score, dialect: { framing, spec, specName, frames: bodies.length, decoded } };
    }
  }
  return best?.dialect;
}
