// The chipswitch command as a function, for those who start it inside another program.
export { verbs, version } from './catalogue.ts';
export { run } from './frame/run.ts';
export type { ExitCode } from './frame/outcome.ts';
export type { Surroundings, VerbSpec } from './frame/verb.ts';
