// The life of one payment as a pure step function; routing, matching, keys.
export {};
