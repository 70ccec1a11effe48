// A host of ISO 8583:1987: it decides on messages as they are.
import type { Spec } from 'iso8583-js';
import type { HostWire } from './host-wire.ts';

/** The wire of a spec of 1987, in frames with a two-byte length. */
export function wire1987(spec: Spec): HostWire {
  return {
    spec,
    framing: { length: 'binary2', maxBytes: 8192 },
    frameParts: {},
    hear: (wire) => wire,
    say: (_asked, _heard, decided) => decided,
    echo: [3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49, 70, 90],
    network: (code, stan) => ({ mti: '0800', de7: '0101000000', de11: stan, de70: code }),
  };
}
