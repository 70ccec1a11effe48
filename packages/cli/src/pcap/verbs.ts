// The verb about capture files, as data.
import type { VerbSpec } from '../frame/verb.ts';
import { framingOption, specOption } from '../iso/options.ts';

/** Capture verbs. */
export const captureVerbs: readonly VerbSpec[] = [
  {
    name: 'pcap',
    group: 'look',
    summary: 'a capture file as a conversation: decoded, masked, paired, with latencies',
    usage: ['chipswitch pcap FILE [--full] [--port N] [--mti 02] [--stan N]'],
    options: [
      specOption,
      framingOption,
      { name: 'full', help: 'every element of every message' },
      {
        name: 'port',
        value: 'N',
        range: [1, 65_535],
        help: 'only connections from or to this port',
      },
      { name: 'mti', value: 'DIGITS', help: 'only messages whose type begins so' },
      { name: 'stan', value: 'N', help: 'only messages with this STAN' },
      {
        name: 'limit',
        value: 'N',
        range: [1, 1_000_000_000],
        help: 'show at most so many messages',
      },
    ],
    examples: [
      {
        command: 'chipswitch pcap switch.pcapng',
        shows: 'one line per message, requests paired with answers',
      },
      {
        command: 'chipswitch pcap switch.pcapng --json | jq .mti',
        shows: 'one JSON document per message',
      },
    ],
    notes: [
      'Reads pcap and pcapng, Ethernet (with VLAN tags), Linux cooked, loopback and raw IP, IPv4 and IPv6; puts TCP together again; finds framing and spec by trying all of them on the first bytes of each connection.',
    ],
    load: async () => (await import('./pcap.ts')).run,
  },
];
