// All verbs, declared without loading their code, and the version.
import { deviceVerbs } from './data/verbs-devices.ts';
import { keyVerbs } from './data/verbs-keys.ts';
import { messageVerbs } from './data/verbs-messages.ts';
import { toolVerbs } from './data/verbs-tool.ts';
import { wordVerbs } from './data/verbs-words.ts';
import type { VerbSpec } from './frame/verb.ts';

/** Version of the command; a test holds it against package.json. */
export const version = '0.1.0';

/** Every verb, in the order of the help page. */
export const verbs: readonly VerbSpec[] = [
  ...messageVerbs,
  ...wordVerbs,
  ...keyVerbs,
  ...deviceVerbs,
  ...toolVerbs,
];
