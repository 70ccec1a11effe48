// Hosts on jPOS's stock packager iso87ascii.
import { specs } from 'iso8583-js';
import { dialectOf1987 } from './as-1987.ts';

/** As jPOS's iso87ascii packager has it. */
export const jposIso87Ascii = dialectOf1987('jposIso87Ascii', specs['jposIso87Ascii']);
