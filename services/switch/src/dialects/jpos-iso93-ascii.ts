// Hosts on jPOS's stock packager iso93ascii.
import { specs } from 'iso8583-js';
import { dialectOf1993 } from './as-1993.ts';

/** As jPOS's iso93ascii packager has it. */
export const jposIso93Ascii = dialectOf1993('jposIso93Ascii', specs['jposIso93Ascii']);
