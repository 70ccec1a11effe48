// Conformance vectors against the packages, for the command line and for tests.
export {
  type Check,
  type Failure,
  type KindResult,
  type Kinds,
  type Vector,
  runVectors,
} from './runner.ts';
export { type Family, type VectorFile, readVectorFile } from './vector-file.ts';
export { emvKinds } from './kinds-emv.ts';
export { iso8583Kinds } from './kinds-iso8583.ts';
export { securityKinds } from './kinds-security.ts';
export { settlementKinds } from './kinds-settlement.ts';
