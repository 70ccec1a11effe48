// Hosts of ISO 8583:1987 with packed digits.
import { specs } from 'iso8583-js';
import { dialectOf1987 } from './as-1987.ts';

/** ISO 8583:1987, digits packed, bitmaps raw. */
export const iso1987Binary = dialectOf1987('iso1987Binary', specs['iso1987Binary']);
