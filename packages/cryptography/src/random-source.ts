// Where random bytes come from: an argument wherever a computation needs some.

/** Random bytes; a seeded source makes tests repeatable. */
export type RandomSource = (lengthBytes: number) => Uint8Array;
