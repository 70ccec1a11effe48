// Hosts on jPOS's stock packager iso87binary.
import { specs } from 'iso8583-js';
import { dialectOf1987 } from './as-1987.ts';

/** As jPOS's iso87binary packager has it. */
export const jposIso87Binary = dialectOf1987('jposIso87Binary', specs['jposIso87Binary']);
