// Hosts of ISO 8583:1993 with packed digits.
import { specs } from 'iso8583-js';
import { dialectOf1993 } from './as-1993.ts';

/** ISO 8583:1993, digits packed, bitmaps raw. */
export const iso1993Binary = dialectOf1993('iso1993Binary', specs['iso1993Binary']);
