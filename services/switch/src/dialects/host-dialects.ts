// The registry of host dialects: a new one is a file of its own and a line here.
import { SettingError } from '@chipswitch/program';
import type { HostDialect } from './host-dialect.ts';
import { iso1987Ascii } from './iso1987-ascii.ts';
import { iso1987Binary } from './iso1987-binary.ts';
import { iso1987Ebcdic } from './iso1987-ebcdic.ts';
import { iso1993Ascii } from './iso1993-ascii.ts';
import { iso1993Binary } from './iso1993-binary.ts';
import { jposIso87Ascii } from './jpos-iso87-ascii.ts';
import { jposIso87Binary } from './jpos-iso87-binary.ts';
import { jposIso93Ascii } from './jpos-iso93-ascii.ts';
import { jposIso93Binary } from './jpos-iso93-binary.ts';
import { unionpayPos } from './unionpay-pos.ts';

/** All dialects, in the order in which they are listed. */
const shipped: readonly HostDialect[] = [
  iso1987Ascii,
  iso1987Binary,
  iso1987Ebcdic,
  iso1993Ascii,
  iso1993Binary,
  unionpayPos,
  jposIso87Ascii,
  jposIso87Binary,
  jposIso93Ascii,
  jposIso93Binary,
];

/** Dialects by name. */
export type HostDialects = ReadonlyMap<string, HostDialect>;

/** A registry of dialects. */
export function registryOf(dialects: readonly HostDialect[]): HostDialects {
  return new Map(dialects.map((dialect) => [dialect.name, dialect]));
}

/** The dialects that the switch ships with. */
export const hostDialects: HostDialects = registryOf(shipped);

/**
 * The dialect of a name.
 *
 * @throws SettingError when there is none.
 */
export function hostDialectOf(
  name: string,
  place = 'dialect',
  dialects: HostDialects = hostDialects,
): HostDialect {
  const dialect = dialects.get(name);
  if (dialect !== undefined) return dialect;
  throw new SettingError(place, `"${name}" is none of ${[...dialects.keys()].join(', ')}`);
}
