// A suite is a list of measures, or a run of its own (a load test) that returns its report.
import type { Figures, Measure } from './measure.ts';

/** A suite of measures that share baselines. */
export interface MeasureSuite {
  readonly name: string;
  readonly measures: () => Measure[] | Promise<Measure[]>;
  /** Facts beside the rates, such as bytes allocated per operation. */
  readonly facts?: () => Record<string, unknown> | Promise<Record<string, unknown>>;
}

/** A load test that times itself; `lines` is what a person reads. */
export interface LoadSuite {
  readonly name: string;
  readonly load: () => Promise<{ lines: readonly string[]; data: Record<string, unknown> }>;
}

/** Either kind of suite. */
export type Suite = MeasureSuite | LoadSuite;

/** One line for a person. */
export function figuresLine(figures: Figures): string {
  const rate = (value: number): string => Math.round(value).toLocaleString('en-US').padStart(11);
  const parts = [
    figures.name.padEnd(52),
    `${rate(figures.min)} /${rate(figures.median)} /${rate(figures.max)}`,
  ];
  if (figures.ratio !== undefined) parts.push(`${figures.ratio.toFixed(1)}x ${figures.baseline}`);
  if (figures.barMet !== undefined) {
    const wants: string[] = [];
    if (figures.barPerSecond !== undefined) {
      wants.push(figures.barPerSecond.toLocaleString('en-US'));
    }
    if (figures.barRatio !== undefined) wants.push(`${figures.barRatio}x`);
    parts.push(`bar ${wants.join(' and ')}: ${figures.barMet ? 'met' : 'NOT MET'}`);
  }
  return parts.join('  ');
}
