// The wires that hosts of the simulator can have, by the name of their spec.
import { specs } from 'iso8583-js';
import type { HostWire } from './host-wire.ts';
import { wire1987 } from './wire-1987.ts';
import { wire1993 } from './wire-1993.ts';
import { wireUnionpay } from './wire-unionpay.ts';

/**
 * The wire of a host.
 *
 * @param dialect name of a ready-made spec of iso8583-js, of 1987 or 1993
 * @throws RangeError when no host speaks so.
 */
export function hostWireOf(dialect: string): HostWire {
  if (dialect === 'unionpayPos') return wireUnionpay();
  const spec = Object.hasOwn(specs, dialect) ? specs[dialect] : undefined;
  const { version, header } = spec?.definition ?? {};
  if (spec !== undefined && header === undefined && version === '1987') return wire1987(spec);
  if (spec !== undefined && header === undefined && version === '1993') return wire1993(spec);
  throw new RangeError(`no host speaks the dialect "${dialect}"`);
}
