// The seeded world around the shipped switch.
export type { Violation } from './violation.ts';
export { type Random, createRandom } from './random.ts';
export { type FaultName, faultNames } from './faults.ts';
export { type ShortestWorld, shrinkWorld } from './shrink.ts';
export type { Spoil, Start } from './switch-instance.ts';
export { VirtualTime } from './virtual-time.ts';
export { type ToldViolation, type WorldOptions, type WorldReport, runWorld } from './world.ts';
