// The rounds of DEA as WebAssembly, assembled at load from the same tables that `des.ts` uses.
//
// One block after another, a round waits for its look-ups; V8's code for typed arrays hides little
// of that wait behind its own checks. Here a look-up is four instructions, and two independent
// blocks run side by side in the time of one and a half: card keys, session keys and DUKPT steps all
// come in such pairs. Where WebAssembly is not to be had, `des.ts` does the same work by itself.

/** Where the eight boxes stand in the memory: words 0 to 511, box n at 64 (n - 1). */
const BOXES_AT = 0;
/** Words of the two blocks that are worked on. */
export const BLOCKS_AT = 512;
/** First word that schedules may take. */
export const SCHEDULES_AT = 1024;
/** 4 MiB: ten thousand schedules; more are kept outside and run without this code. */
const PAGES = 64;

/** The code and its memory. */
export interface DesCode {
  readonly memory: Int32Array;
  /** One block through the schedule that stands from byte `schedule` to byte `end`. */
  readonly one: (schedule: number, end: number) => void;
  /** Two blocks, each through its own schedule; `end` is of the first. */
  readonly two: (first: number, second: number, end: number) => void;
}

// Opcodes of the WebAssembly core specification, chapter 5.4.
const op = {
  loop: 0x03,
  end: 0x0b,
  brIf: 0x0d,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  load: 0x28,
  store: 0x36,
  constant: 0x41,
  lessUnsigned: 0x49,
  add: 0x6a,
  and: 0x71,
  xor: 0x73,
  shiftLeft: 0x74,
  shiftRight: 0x76,
  rotateLeft: 0x77,
  rotateRight: 0x78,
} as const;

type Code = number[];

function unsigned(value: number): Code {
  const bytes: Code = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed(value: number): Code {
  const bytes: Code = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const low = rest & 0x7f;
    const last = rest >> 6 === 0 || rest >> 6 === -1;
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
}

/** Instructions one after another. */
const joined = (...parts: readonly Code[]): Code => parts.flat();

const get = (local: number): Code => [op.get, local];
const set = (local: number): Code => [op.set, local];
const tee = (local: number): Code => [op.tee, local];
const constant = (value: number): Code => [op.constant, ...signed(value)];
const load = (byteOffset: number): Code => [op.load, 2, ...unsigned(byteOffset)];
const store = (byteOffset: number): Code => [op.store, 2, ...unsigned(byteOffset)];

/** Locals of one block at work: its halves, where its schedule stands, a word of scratch. */
interface Lane {
  readonly left: number;
  readonly right: number;
  readonly schedule: number;
  readonly scratch: number;
  /** Byte where the block stands. */
  readonly at: number;
}

// Exchange of the bits that `mask` and `by` say between two halves.
function exchange(x: number, y: number, by: number, mask: number, scratch: number): Code {
  return joined(
    [...get(x), ...constant(by), op.shiftRight, ...get(y), op.xor],
    [...constant(mask), op.and, ...tee(scratch), ...get(y), op.xor, ...set(y)],
    [...get(x), ...get(scratch), ...constant(by), op.shiftLeft, op.xor, ...set(x)],
  );
}

// The same for bits that stand at the same places of both halves.
function exchangeOdd({ left, right, scratch }: Lane): Code {
  return joined(
    [...get(left), ...get(right), op.xor, ...constant(0xaaaaaaaa), op.and, ...tee(scratch)],
    [...get(left), op.xor, ...set(left)],
    [...get(right), ...get(scratch), op.xor, ...set(right)],
  );
}

const rotate = (local: number, by: number): Code => [
  ...get(local),
  ...constant(by),
  op.rotateLeft,
  ...set(local),
];

// Initial permutation; both halves come out rotated left once, as `des.ts` keeps them.
function start(lane: Lane): Code {
  const { left, right, scratch, at } = lane;
  return joined(
    [...constant(0), ...load(at), ...set(left), ...constant(0), ...load(at + 4), ...set(right)],
    exchange(left, right, 4, 0x0f0f0f0f, scratch),
    exchange(left, right, 16, 0xffff, scratch),
    exchange(right, left, 2, 0x33333333, scratch),
    exchange(right, left, 8, 0x00ff00ff, scratch),
    [...rotate(right, 1), ...exchangeOdd(lane), ...rotate(left, 1)],
  );
}

// Final permutation: the exchanges again, backwards.
function finish(lane: Lane): Code {
  const { left, right, scratch, at } = lane;
  return joined(
    [...rotate(left, 31), ...exchangeOdd(lane), ...rotate(right, 31)],
    exchange(right, left, 8, 0x00ff00ff, scratch),
    exchange(right, left, 2, 0x33333333, scratch),
    exchange(left, right, 16, 0xffff, scratch),
    exchange(left, right, 4, 0x0f0f0f0f, scratch),
    [...constant(0), ...get(left), ...store(at), ...constant(0), ...get(right), ...store(at + 4)],
  );
}

// A box's word for six bits of the scratch word, `by` bits up: entries are four bytes apart.
function lookUp({ scratch }: Lane, box: number, by: number): Code {
  const place = by < 2 ? [...constant(2 - by), op.shiftLeft] : [...constant(by - 2), op.shiftRight];
  return joined(
    [...get(scratch), ...place, ...constant(0xfc), op.and],
    load(4 * (BOXES_AT + 64 * (box - 1))),
  );
}

const fourBoxes = (lane: Lane, [a, b, c, d]: readonly number[]): Code =>
  joined(
    [...lookUp(lane, a, 0), ...lookUp(lane, b, 8), op.xor],
    [...lookUp(lane, c, 16), ...lookUp(lane, d, 24), op.xor, op.xor],
  );

// One round: the half `from` through the boxes into the half `into`.
function round(lane: Lane, into: number, from: number, number: number): Code {
  const { schedule, scratch } = lane;
  const key = (word: number): Code => [...get(schedule), ...load(8 * number + 4 * word)];
  return joined(
    [...get(into), ...get(from), ...constant(4), op.rotateRight, ...key(0), op.xor],
    [...set(scratch), ...fourBoxes(lane, [7, 5, 3, 1]), op.xor],
    [...get(from), ...key(1), op.xor, ...set(scratch), ...fourBoxes(lane, [8, 6, 4, 2]), op.xor],
    set(into),
  );
}

// A function body: sixteen rounds of all lanes, over and over until the first schedule ends.
function body(lanes: readonly Lane[], end: number, locals: number): Code {
  const rounds: Code = [];
  for (let number = 0; number < 16; number += 2) {
    for (const lane of lanes) rounds.push(...round(lane, lane.left, lane.right, number));
    for (const lane of lanes) rounds.push(...round(lane, lane.right, lane.left, number + 1));
  }
  // Between passes the halves change places: final and initial permutation cancel.
  const next = lanes.flatMap(({ left, right, schedule }) =>
    joined(
      [...get(left), ...get(right), ...set(left), ...set(right)],
      [...get(schedule), ...constant(128), op.add, ...set(schedule)],
    ),
  );
  const more = [...get(lanes[0].schedule), ...get(end), op.lessUnsigned, op.brIf, 0];
  return joined(
    [1, ...unsigned(locals), 0x7f],
    lanes.flatMap(start),
    [op.loop, 0x40, ...rounds, ...next, ...more, op.end],
    lanes.flatMap(finish),
    [op.end],
  );
}

const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const sized = (content: Code): Code => [...unsigned(content.length), ...content];
const text = (name: string): Code => sized(Array.from(name, (letter) => letter.charCodeAt(0)));

// Module: two function types, the memory from outside, two functions and their names.
function assemble(): Uint8Array<ArrayBuffer> {
  const at = 4 * BLOCKS_AT;
  const lane = { left: 2, right: 3, schedule: 0, scratch: 4, at };
  const first = { left: 3, right: 4, schedule: 0, scratch: 5, at };
  const second = { left: 6, right: 7, schedule: 1, scratch: 8, at: at + 8 };
  const parameters = (count: number): Code => [0x60, count, ...Array<number>(count).fill(0x7f), 0];
  const limits = [...unsigned(PAGES), ...unsigned(PAGES)];
  const code = joined(
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, [2, ...parameters(2), ...parameters(3)]),
    section(2, [1, ...text('des'), ...text('memory'), 2, 1, ...limits]),
    section(3, [2, 0, 1]),
    section(7, [2, ...text('one'), 0, 0, ...text('two'), 0, 1]),
    section(10, [2, ...sized(body([lane], 1, 3)), ...sized(body([first, second], 2, 6))]),
  );
  return Uint8Array.from(code);
}

// The little of the WebAssembly interface that is used here; the language's own library has none.
interface WebAssemblyHost {
  readonly Memory: new (limits: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { exports: Record<string, unknown> };
}

/**
 * Assembles the code and puts the boxes into its memory.
 *
 * @param boxes 512 words
 * @returns undefined where there is no WebAssembly, as under `--jitless`
 */
export function desCode(boxes: Int32Array): DesCode | undefined {
  const host = (globalThis as { WebAssembly?: WebAssemblyHost }).WebAssembly;
  if (host === undefined) return undefined;
  const memory = new host.Memory({ initial: PAGES, maximum: PAGES });
  const { exports } = new host.Instance(new host.Module(assemble()), { des: { memory } });
  const words = new Int32Array(memory.buffer);
  words.set(boxes, BOXES_AT);
  return {
    memory: words,
    one: exports['one'] as DesCode['one'],
    two: exports['two'] as DesCode['two'],
  };
}
