// Hosts of ISO 8583:1993 in ASCII.
import { specs } from 'iso8583-js';
import { dialectOf1993 } from './as-1993.ts';

/** ISO 8583:1993, everything in ASCII. */
export const iso1993Ascii = dialectOf1993('iso1993Ascii', specs['iso1993Ascii']);
