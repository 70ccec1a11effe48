// Verbs, as data.
import type { VerbSpec } from '../frame/verb.ts';

/** Verbs. */
export const messageVerbs: readonly VerbSpec[] = [];
