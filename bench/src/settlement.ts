// The settlement suite: fees, business dates, allocation and reconciliation of the night's million.
import {
  type MoneyLine,
  type SwitchLine,
  allocate,
  businessCalendar,
  decimalOf,
  feeOf,
  readFeeComponents,
  reconcile,
  roundRatio,
} from '@chipswitch/ledger';
import type { Measure } from './measure.ts';
import type { MeasureSuite } from './suite.ts';

function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(`settlement benchmark: ${what}`);
}

const bareFee = 'one bigint product, rounded';

function feeMeasures(): Measure[] {
  const read = readFeeComponents([
    { name: 'interchange', rate: '0.002' },
    { name: 'scheme', rate: '0.00012', fixed: '0.5' },
    { name: 'markup', rate: '0.003', fixed: '5' },
  ]);
  if (!read.ok) throw new Error(read.error.code);
  const components = read.value;
  const plusPlus = { components, rounding: 'half-up', roundEach: false } as const;
  const blended = { ...plusPlus, components: components.slice(0, 1) };
  return [
    {
      name: bareFee,
      check: () => must(roundRatio(8750n * 2n, 1000n, 'half-up') === 18n, 'a product is rounded'),
      run(iterations) {
        let sum = 0n;
        for (let i = 0; i < iterations; i++) {
          sum += roundRatio(BigInt(8750 + (i & 1023)) * 2n, 1000n, 'half-up');
        }
        must(sum > 0n || iterations === 0, 'products are summed');
      },
    },
    {
      name: 'fee of one component',
      baseline: bareFee,
      check: () => must(feeOf(blended, 8750n).feeMinor === 18n, 'a blended fee'),
      run(iterations) {
        let sum = 0n;
        for (let i = 0; i < iterations; i++)
          sum += feeOf(blended, BigInt(8750 + (i & 1023))).feeMinor;
        must(sum > 0n || iterations === 0, 'fees are summed');
      },
    },
    {
      name: 'fee of interchange++, three components',
      baseline: bareFee,
      check: () => must(feeOf(plusPlus, 8750n).feeMinor === 50n, 'S08 of the vectors'),
      run(iterations) {
        let sum = 0n;
        for (let i = 0; i < iterations; i++)
          sum += feeOf(plusPlus, BigInt(8750 + (i & 1023))).feeMinor;
        must(sum > 0n || iterations === 0, 'fees are summed');
      },
    },
  ];
}

const bareDate = 'local date by Intl, no cut-off';

function dateMeasures(): Measure[] {
  const found = businessCalendar({ timeZone: 'America/New_York', cutOff: '17:00:00' });
  if (!found.ok) throw new Error(found.error.code);
  const calendar = found.value;
  const intl = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' });
  const start = Date.parse('2025-11-03T21:30:00Z');
  return [
    {
      name: bareDate,
      check: () => must(intl.format(start) === '2025-11-03', 'a local date'),
      run(iterations) {
        for (let i = 0; i < iterations; i++) must(intl.format(start + i).length === 10, 'a date');
      },
    },
    {
      name: 'business date, instants of one day',
      baseline: bareDate,
      check: () => must(calendar.businessDate(start) === '2025-11-03', 'S15 of the vectors'),
      run(iterations) {
        let found = 0;
        for (let i = 0; i < iterations; i++) {
          if (calendar.businessDate(start + (i & 0xffff)) === '2025-11-03') found++;
        }
        must(found === iterations, 'all on one date');
      },
    },
    {
      name: 'business date, instants of sixty days in turn',
      baseline: bareDate,
      check: () =>
        must(calendar.businessDate(start + 86_400_000) === '2025-11-04', 'the next date'),
      run(iterations) {
        for (let i = 0; i < iterations; i++) {
          const date = calendar.businessDate(start + (i % 60) * 86_400_000);
          must(date !== undefined, 'every instant has a date');
        }
      },
    },
  ];
}

const paymentsOfRun = 20_000;

function reconciliationMeasure(): Measure {
  const businessDate = '2026-03-04';
  const switchLines: SwitchLine[] = [];
  const lines: MoneyLine[] = [];
  for (let i = 0; i < paymentsOfRun; i++) {
    const ref = `6063120${String(i).padStart(5, '0')}`;
    const amountMinor = BigInt(100 + i);
    switchLines.push({ ref, amountMinor, status: 'approved', businessDate });
    lines.push({ ref, amountMinor });
  }
  // One in a hundred is missing in the clearing file, one in a hundred is there twice.
  const clearingLines = lines.flatMap((line, i) => {
    if (i % 100 === 0) return [];
    return i % 100 === 1 ? [line, line] : [line];
  });
  const once = (payments: number): boolean => {
    const ledgerLines = lines.slice(0, payments);
    const cleared = clearingLines.slice(0, payments);
    const seen = switchLines.slice(0, payments);
    const found = reconcile({
      businessDate,
      switchLines: seen,
      ledgerLines,
      clearingLines: cleared,
    });
    return found.matched.length + found.exceptions.length >= payments;
  };
  const all = reconcile({ businessDate, switchLines, ledgerLines: lines, clearingLines });
  return {
    name: `payments reconciled three ways, up to ${paymentsOfRun} a run`,
    check: () => must(all.exceptions.length === paymentsOfRun / 50, 'exceptions as planted'),
    run(iterations) {
      for (let left = iterations; left > 0; left -= paymentsOfRun) {
        must(once(Math.min(left, paymentsOfRun)), 'every payment is matched or an exception');
      }
    },
  };
}

function allocationMeasure(): Measure {
  const weights = [1n, 1n, 1n, 3n, 7n].map(decimalOf);
  const isWhole = (total: bigint): boolean => {
    const parts = allocate(total, weights);
    return parts.ok && parts.value.reduce((sum: bigint, part) => sum + part, 0n) === total;
  };
  return {
    name: 'total allocated to five weights',
    check: () => must(isWhole(10_000n), 'parts sum to the total'),
    run(iterations) {
      for (let i = 0; i < iterations; i++) must(isWhole(BigInt(10_000 + (i & 1023))), 'parts sum');
    },
  };
}

/** Rules of the night, on one core; the database's part is in the integration tests. */
export const suite: MeasureSuite = {
  name: 'settlement',
  measures: () => [
    ...feeMeasures(),
    ...dateMeasures(),
    allocationMeasure(),
    reconciliationMeasure(),
  ],
};
