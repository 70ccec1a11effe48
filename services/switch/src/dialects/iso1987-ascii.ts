// Hosts of ISO 8583:1987 in ASCII.
import { specs } from 'iso8583-js';
import { dialectOf1987 } from './as-1987.ts';

/** ISO 8583:1987, everything in ASCII. */
export const iso1987Ascii = dialectOf1987('iso1987Ascii', specs['iso1987Ascii']);
