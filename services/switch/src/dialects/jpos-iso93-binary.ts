// Hosts on jPOS's stock packager iso93binary.
import { specs } from 'iso8583-js';
import { dialectOf1993 } from './as-1993.ts';

/** As jPOS's iso93binary packager has it. */
export const jposIso93Binary = dialectOf1993('jposIso93Binary', specs['jposIso93Binary']);
