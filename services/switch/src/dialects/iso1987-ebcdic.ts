// Hosts of ISO 8583:1987 in EBCDIC.
import { specs } from 'iso8583-js';
import { dialectOf1987 } from './as-1987.ts';

/** ISO 8583:1987, text in EBCDIC. */
export const iso1987Ebcdic = dialectOf1987('iso1987Ebcdic', specs['iso1987Ebcdic']);
