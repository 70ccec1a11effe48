// The benchmark frame, for suites and tests.
export {
  type Effort,
  type Figures,
  type Measure,
  compare,
  medianOf,
  timeMeasure,
} from './measure.ts';
export { type LoadSuite, type MeasureSuite, type Suite, figuresLine } from './suite.ts';
