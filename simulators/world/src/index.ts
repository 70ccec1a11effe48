// The seeded world around the same core.
export { type Random, createRandom } from './random.ts';
export { VirtualTime } from './virtual-time.ts';
export { type WorldOptions, type WorldReport, runWorld } from './world.ts';
