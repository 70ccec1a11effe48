// Settings of the HTTP door: where it listens, who may come in, how much at once.
import { isLoopback } from '@chipswitch/http-service';
import { listOf, textOf, wholeOf } from '@chipswitch/program';
import * as v from 'valibot';

/** One client: its key is known by its hash alone. */
const apiKey = v.strictObject({
  id: textOf(/^[a-z0-9-]{1,32}$/),
  /** SHA-256 of the whole key, hex: a key has 256 random bits, so it is not guessed from it. */
  sha256: textOf(/^[0-9a-f]{64}$/),
  /** Ids of the terminals that it may speak for. */
  terminals: listOf(textOf(/^[ -~]{8}$/), 10_000),
  /** Requests a second; reversals are not counted. */
  requestsPerSecondMax: v.optional(wholeOf(1, 100_000), 50),
});

const tls = v.strictObject({
  certificateFile: textOf(),
  keyFile: textOf(),
  /** With it clients show a certificate of this authority beside their key. */
  clientAuthorityFile: v.exactOptional(textOf()),
});

/** The `http` object of the switch's configuration. */
export const httpSettings = v.pipe(
  v.strictObject({
    host: v.optional(textOf(), '127.0.0.1'),
    port: wholeOf(0, 65_535),
    tls: v.exactOptional(tls),
    apiKeys: listOf(apiKey, 10_000),
    bodyBytesMax: v.optional(wholeOf(256, 1 << 20), 16_384),
    inFlightMax: v.optional(wholeOf(1, 100_000), 1_024),
    /** Wrong keys of one address in a minute. */
    guessesMax: v.optional(wholeOf(1, 10_000), 20),
  }),
  v.forward(
    v.partialCheck(
      [['host'], ['tls']],
      (http) => http.tls !== undefined || isLoopback(http.host),
      'is needed on an address that other machines can reach',
    ),
    ['tls'],
  ),
);

export type HttpConfig = v.InferOutput<typeof httpSettings>;
export type ApiKeyConfig = HttpConfig['apiKeys'][number];
