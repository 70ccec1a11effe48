// Conformance vectors against the packages, for the command line and for tests.
export { type Failure, type KindResult, judge, runVectors } from './judge.ts';
export { type Document, type Kind, type Kinds, kind } from './kind.ts';
export {
  type Family,
  type Vector,
  type VectorFile,
  parseVectorFile,
  readVectorFile,
  vectorOf,
} from './vector-file.ts';
export { families } from './kinds/families.ts';
