// What the configuration says of a host: where it is, how it is reached, and where it differs from its dialect.
import { hexSetting, listOf, textOf, wholeOf, wordOf } from '@chipswitch/program';
import { type HostTimers, passableElements } from '@chipswitch/transaction';
import { findResponseCode } from 'iso8583-js';
import * as v from 'valibot';
import { hostKeySettings } from '../security/key-exchange-settings.ts';
import { hostMacSettings } from '../security/mac-settings.ts';
import { hostPinSettings } from '../security/pin-settings.ts';

const timers = v.strictObject({
  answerMs: v.optional(wholeOf(10, 600_000), 20_000),
  acknowledgeMs: v.optional(wholeOf(10, 600_000), 20_000),
  retryMs: v.optional(wholeOf(1, 600_000), 1_000),
  retryMsMax: v.optional(wholeOf(1, 3_600_000), 300_000),
  triesMax: v.optional(wholeOf(1, 1_000), 6),
}) satisfies v.GenericSchema<unknown, HostTimers>;

/** The timers of a host that says nothing of them. */
export const timersNormal: HostTimers = v.parse(timers, {});

const elementNumber = wholeOf(2, 192);

const passedOn = v.pipe(
  wholeOf(2, 127),
  v.check((number) => passableElements.has(number), 'is no element that a host adds to its answer'),
);

/** Elements by number, their values as text; bytes as hex. */
const elements = v.record(textOf(/^(?:[2-9]|[1-9]\d|1\d\d)$/), textOf(/^[ -~]{1,999}$/));

/** TLS towards a host, mutual where a certificate of ours is named; PEM files. */
const tls = v.strictObject({
  /** Authorities of the host's certificate. */
  authorityFile: textOf(),
  certificateFile: v.exactOptional(textOf()),
  keyFile: v.exactOptional(textOf()),
  /** The name that the host's certificate must have; its address when absent. */
  serverName: v.exactOptional(textOf()),
});

/** One address of a host. */
const line = v.strictObject({
  host: textOf(),
  port: wholeOf(1, 65_535),
  /** Its share of the payments, where lines are chosen by weight. */
  weight: v.optional(wholeOf(1, 1_000), 1),
});

/** A framing: a name out of iso8583-js's list, or what it is made of. */
const framing = v.union(
  [
    textOf(/^[a-z0-9+-]{1,40}$/),
    v.strictObject({
      length: textOf(/^(?:(?:binary|ascii|ebcdic|bcd|hex)[1-8]|visa|none)$/),
      inclusive: v.exactOptional(v.boolean()),
      /** The byte behind each message, and whether the length counts it. */
      trailer: v.exactOptional(wholeOf(0, 255)),
      trailerCounted: v.exactOptional(v.boolean()),
      /** TPDU of five bytes, and any other header, that stand before each message of ours. */
      tpdu: v.exactOptional(v.pipe(hexSetting, v.length(10, 'must be five bytes'))),
      header: v.exactOptional(v.pipe(hexSetting, v.maxLength(128, 'must be at most 64 bytes'))),
      maxBytes: v.exactOptional(wholeOf(64, 65_535)),
    }),
  ],
  'must be the name of a framing, or length, inclusive, tpdu, header, trailer, trailerCounted, maxBytes',
);

/** How the line is signed on: by us under the dialect's code or another, by the host, or not at all. */
const signOn = v.union(
  [
    wordOf(['none', 'by-host']),
    v.strictObject({
      code: v.exactOptional(textOf(/^\d{3}$/)),
      offCode: v.exactOptional(textOf(/^\d{3}$/)),
      elements: v.exactOptional(elements),
    }),
  ],
  'must be none, by-host, or code, offCode, elements',
);

const echo = v.union(
  [wordOf(['none']), v.strictObject({ code: textOf(/^\d{3}$/) })],
  'must be none, or a code',
);

/** A code of 1987 or UnionPay: what a code of the host means. */
const meaning = v.pipe(
  textOf(/^[0-9A-Z]{2}$/),
  v.check((code) => findResponseCode(code) !== undefined, 'must be a response code of 1987'),
);

/** A host stops getting requests once so many in a row went unanswered; after a while one is tried. */
const breaker = v.strictObject({
  unansweredMax: v.optional(wholeOf(1, 100_000), 20),
  openMs: v.optional(wholeOf(10, 600_000), 5_000),
});

/** Where a host's wire form differs from its dialect's. */
const specChange = v.strictObject({
  /** Another ready-made spec of iso8583-js. */
  base: v.exactOptional(textOf(/^\w{1,40}$/)),
  /** Elements by number, in the notation of iso8583-js; null takes one out. */
  elements: v.exactOptional(v.record(textOf(/^\d{1,3}$/), v.nullable(v.looseObject({})))),
});

/** One acquirer host. */
export const hostSettings = v.pipe(
  v.strictObject({
    name: textOf(/^[a-z0-9-]{1,32}$/),
    /** Name of a host dialect. */
    dialect: textOf(),
    /** Its address, or, where the host dials in, ours. */
    host: v.exactOptional(textOf()),
    port: v.exactOptional(wholeOf(1, 65_535)),
    /** Several addresses instead. */
    lines: v.exactOptional(v.pipe(listOf(line, 16), v.minLength(1, 'must name at least one'))),
    lineChoice: v.optional(
      wordOf(['primary-standby', 'round-robin', 'weighted']),
      'primary-standby',
    ),
    connection: v.optional(wordOf(['persistent', 'per-message', 'dials-in']), 'persistent'),
    /** Addresses that a host may dial in from; any when absent. */
    allowFrom: v.exactOptional(listOf(textOf(), 64)),
    tls: v.exactOptional(tls),
    framing: v.exactOptional(framing),
    spec: v.exactOptional(specChange),
    /** Header of a message, hex, for specs that have one. */
    messageHeader: v.exactOptional(hexSetting),
    /** What is not insisted on in what the host writes. */
    lenient: v.optional(
      listOf(wordOf(['trailing', 'filler', 'charset', 'max', 'sub-length']), 5),
      [],
    ),
    /** Elements by which an answer is found. */
    matchOn: v.exactOptional(
      v.pipe(listOf(elementNumber, 8), v.minLength(1, 'must name at least one')),
    ),
    numbering: v.exactOptional(wordOf(['ours', 'host'])),
    passedOn: v.exactOptional(listOf(passedOn, 32)),
    reversal: v.exactOptional(wordOf(['0400', '0420'])),
    signOn: v.exactOptional(signOn),
    echo: v.exactOptional(echo),
    /** Elements that every message of ours has beside its own, those that none has, those of network messages. */
    add: v.exactOptional(elements),
    remove: v.exactOptional(listOf(elementNumber, 64)),
    addToNetwork: v.exactOptional(elements),
    /** Codes of the host (DE 39) and what they mean. */
    responseCodes: v.exactOptional(v.record(textOf(/^[0-9A-Za-z]{2,4}$/), meaning)),
    breaker: v.optional(breaker, {}),
    /** Key that PINs go to this host under; PINs cannot be sent to a host without. */
    pinKey: v.exactOptional(textOf()),
    pin: v.exactOptional(hostPinSettings),
    /** How messages to it and from it are authenticated. */
    mac: v.exactOptional(hostMacSettings),
    /** Zone keys that it may send. */
    keys: v.exactOptional(hostKeySettings),
    timers: v.optional(timers, {}),
    echoMs: v.optional(wholeOf(10, 3_600_000), 30_000),
    inFlightMax: v.optional(wholeOf(1, 500_000), 20_000),
    /** Takes no new payments; what is open there is ended. */
    drain: v.exactOptional(v.boolean('must be true or false')),
  }),
  v.check(
    ({ host, port, lines }) => (lines === undefined) === (host !== undefined && port !== undefined),
    'must have host and port, or lines',
  ),
);

/** The settings of a host. */
export type HostSettings = v.InferOutput<typeof hostSettings>;

/** One address of a host. */
export interface LineSettings {
  readonly host: string;
  readonly port: number;
  readonly weight: number;
}

/** Every address of a host, the first to be preferred. */
export function linesOf(
  settings: Pick<HostSettings, 'host' | 'port' | 'lines'>,
): readonly LineSettings[] {
  const { host, port, lines } = settings;
  if (lines !== undefined) return lines;
  return host === undefined || port === undefined ? [] : [{ host, port, weight: 1 }];
}
