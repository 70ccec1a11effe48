// Verbs, as data.
import type { VerbSpec } from '../frame/verb.ts';

/** Verbs. */
export const keyVerbs: readonly VerbSpec[] = [];
