// What a scenario of `npm start -- --once` is given, and what comes of it.
import type { Cast } from './cast.ts';
import type { Sandbox } from './sandbox.ts';

/** What came of one scenario. */
export interface ScenarioResult {
  readonly name: string;
  readonly ok: boolean;
  /** What was seen, for a person; no more of a card than six and four digits. */
  readonly seen: string;
  readonly ms: number;
}

/** What scenarios play with. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly cast: Cast;
}

/** One scenario. */
export type Play = (stage: Stage) => Promise<{ readonly ok: boolean; readonly seen: string }>;
