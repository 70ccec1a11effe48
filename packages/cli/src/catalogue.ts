// All verbs, declared beside their code without loading it, and the version.
import { buildVerbs } from './build/verbs.ts';
import { configurationVerbs } from './configuration/verbs.ts';
import { decodeVerbs } from './decode/verbs.ts';
import { deviceVerbs } from './devices/verbs.ts';
import type { VerbSpec } from './frame/verb.ts';
import { keyVerbs } from './keys/verbs.ts';
import { messageVerbs } from './message/verbs.ts';
import { operationsVerbs } from './operations/verbs.ts';
import { captureVerbs } from './pcap/verbs.ts';
import { toolVerbs } from './tool/verbs.ts';
import { wordVerbs } from './words/verbs.ts';

/** Version of the command; a test holds it against package.json. */
export const version = '0.1.0';

/** Every verb, in the order of the help page. */
export const verbs: readonly VerbSpec[] = [
  ...decodeVerbs,
  ...messageVerbs,
  ...captureVerbs,
  ...buildVerbs,
  ...wordVerbs,
  ...keyVerbs,
  ...deviceVerbs,
  ...configurationVerbs,
  ...operationsVerbs,
  ...toolVerbs,
];
