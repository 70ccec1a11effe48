// What every host of ISO 8583:1987 has in common: the messages are on the wire as they are inside.
import type { Spec } from 'iso8583-js';
import { type HostDialect, plainFraming } from './host-dialect.ts';

/** Sign-on, sign-off and echo test of ISO 8583:1987 (DE 70). */
export const network1987: HostDialect['network'] = {
  signOn: { mti: '0800', code: '001' },
  signOff: { mti: '0800', code: '002' },
  echo: { mti: '0800', code: '301' },
};

/** A dialect of 1987 over a spec. */
export function dialectOf1987(name: string, spec: Spec): HostDialect {
  return {
    name,
    spec,
    framing: plainFraming,
    network: network1987,
    reversal: { mti: '0420', repeatIsSame: false },
    matchOn: [11, 41],
    numbering: 'ours',
    issuerTags: [],
    passedOn: [],
    write: (message) => message,
    read: (wire) => wire,
  };
}
