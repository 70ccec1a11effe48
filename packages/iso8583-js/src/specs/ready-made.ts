// The ready-made specs by name.
import type { Spec } from './define-spec.ts';
import { base24, baseI, posTerminal } from './dialects.ts';
import { iso1987Ascii, iso1987Binary, iso1987Ebcdic } from './iso1987.ts';
import { iso1993Ascii, iso1993Binary } from './iso1993.ts';
import { iso2003 } from './iso2003.ts';
import { jposIso87Ascii, jposIso87Binary, jposIso93Ascii, jposIso93Binary } from './jpos.ts';
import { unionpayPos } from './unionpay-pos.ts';

/** Ready-made specs by name, as a command line or a `doctor` needs them; their messages are untyped. */
export const specs: { readonly [name: string]: Spec } = {
  iso1987Ascii,
  iso1987Binary,
  iso1987Ebcdic,
  iso1993Ascii,
  iso1993Binary,
  iso2003,
  posTerminal,
  unionpayPos,
  base24,
  baseI,
  jposIso87Ascii,
  jposIso87Binary,
  jposIso93Ascii,
  jposIso93Binary,
};

/** Specs that are another one but for a few elements: where both read the same bytes, the other is meant. */
export const variantOf: { readonly [name: string]: string } = {
  jposIso87Ascii: 'iso1987Ascii',
  jposIso87Binary: 'iso1987Binary',
  jposIso93Ascii: 'iso1993Ascii',
  jposIso93Binary: 'iso1993Binary',
};
