// What is measured of a running switch, as Prometheus reads it. Labels are names of hosts, message types, codes and
// states: closed lists, and nothing of a card, a terminal or a message (guarantee I9).
import { verdictOf } from 'iso8583-js';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { SwitchStatus } from '../switch-status.ts';

/** What the switch tells while it works. */
export interface Measured {
  /** A terminal's message was worked on to its end. */
  readonly worked: (seconds: number) => void;
  /** A payment's outcome, by the code that its terminal gets. */
  readonly outcome: (responseCode: string) => void;
  /** A host answered what it was sent. */
  readonly hostAnswered: (host: string, mti: string, seconds: number) => void;
}

/** The measurements, and the page of them. */
export interface Measurements extends Measured {
  /** In the text format of Prometheus. */
  readonly page: () => Promise<string>;
  readonly contentType: string;
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const requestTypes = /^0[1248][0-3][0-5]$/;

// A code of a host is free text: one in no table counts as "other".
function outcomeLabels(code: string): { readonly result: string; readonly code: string } {
  const verdict = verdictOf(code);
  return { result: verdict, code: /^[0-9A-Z]{2,4}$/.test(code) ? code : 'other' };
}

function addStates(registry: Registry, status: () => SwitchStatus | undefined): void {
  const gauge = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    collect: (gauge: Gauge<Label>, now: SwitchStatus) => void,
  ): void => {
    const made: Gauge<Label> = new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect: () => {
        made.reset();
        const now = status();
        if (now !== undefined) collect(made, now);
        else if (labelNames.length === 0) made.set(Number.NaN); // Not known is not nothing.
      },
    });
  };
  gauge(
    'chipswitch_link_state',
    '1 for the state that a link is in.',
    ['host', 'state'],
    (of, now) => {
      for (const [host, state] of Object.entries(now.links)) of.set({ host, state }, 1);
    },
  );
  gauge('chipswitch_payments_inflight', 'Payments that are not at rest.', [], (of, now) =>
    of.set(now.livePayments),
  );
  gauge(
    'chipswitch_saf_depth',
    'Payments that owe a host a reversal or an advice.',
    [],
    (of, now) => of.set(now.followUpsWaiting),
  );
  gauge('chipswitch_terminal_connections', 'Open connections of terminals.', [], (of, now) =>
    of.set(now.terminalConnections),
  );
  const events: Counter<'event'> = new Counter({
    name: 'chipswitch_events_total',
    help: 'What happened, by its name.',
    labelNames: ['event'],
    registers: [registry],
    collect: () => {
      events.reset();
      const counters = Object.entries(status()?.counters ?? {});
      for (const [event, count] of counters) events.inc({ event }, count);
    },
  });
}

/**
 * Makes the measurements of one switch; how it stands is asked for when the page is read, and is undefined
 * while it is not open.
 */
export function createMeasurements(status: () => SwitchStatus | undefined): Measurements {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addStates(registry, status);
  const auth = new Histogram({
    name: 'chipswitch_auth_duration_seconds',
    help: "From a terminal's message to the end of the work on it.",
    buckets: seconds,
    registers: [registry],
  });
  const outcomes = new Counter({
    name: 'chipswitch_auth_outcomes_total',
    help: 'Outcomes of payments by verdict and response code (DE 39).',
    labelNames: ['result', 'code'],
    registers: [registry],
  });
  const messages = new Histogram({
    name: 'chipswitch_iso_message_duration_seconds',
    help: 'From a message to a host to its answer.',
    labelNames: ['host', 'mti'],
    buckets: seconds,
    registers: [registry],
  });
  return {
    worked: (took) => auth.observe(took),
    outcome: (code) => outcomes.inc(outcomeLabels(code)),
    hostAnswered: (host, mti, took) =>
      messages.observe({ host, mti: requestTypes.test(mti) ? mti : 'other' }, took),
    page: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
