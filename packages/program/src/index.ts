// What every process of the workspace does alike.
export {
  type CommandLine,
  type OptionValues,
  type ProgramUsage,
  commandLine,
  readCommandLine,
} from './command-line.ts';
export {
  flagSetting,
  hexSetting,
  listOf,
  parseSettings,
  textOf,
  wholeOf,
  wordOf,
} from './parse-settings.ts';
export { type RedisAddress, type RedisNode, readRedisAddress } from './redis-address.ts';
export { SettingError } from './setting-error.ts';
export { stopOnSignal } from './stop-on-signal.ts';
