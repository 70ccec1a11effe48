// What every HTTP face of the house has.
export { type Access, isLoopback } from './access.ts';
export { type HttpAddress, httpAddressOf } from './address-settings.ts';
export { type HttpServiceParts, createHttpService, openRoute } from './http-service.ts';
export {
  type Problem,
  type ProblemCode,
  type ProblemDefinition,
  ProblemError,
  problemOf,
  problemOfDatabaseFault,
  problems,
} from './problem.ts';
