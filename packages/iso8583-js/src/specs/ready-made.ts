// The ready-made specs by name.
import type { Spec } from './define-spec.ts';
import { base24, baseI, posTerminal } from './dialects.ts';
import { iso1987Ascii, iso1987Binary, iso1987Ebcdic } from './iso1987.ts';
import { iso1993Ascii, iso1993Binary } from './iso1993.ts';
import { iso2003 } from './iso2003.ts';
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
};
