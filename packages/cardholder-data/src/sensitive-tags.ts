// The one list of EMV and ISO/IEC 7816 data objects that hold cardholder data or secrets, and of what to expect in others.

/** What an object holds that must not be shown. */
export type TagSensitivity =
  | 'pan'
  | 'track1'
  | 'track2'
  /** Discretionary data of a track. */
  | 'track'
  /** Who the cardholder is: name, date of birth, number of an identity document. */
  | 'name'
  /** A bank account. */
  | 'account'
  /** Cardholder data that may be shown beside a masked number (PCI DSS 3.3). */
  | 'expiry'
  | 'pin'
  /** Card verification codes. */
  | 'cvv'
  /** Biometrics and whatever else is nobody's business. */
  | 'secret';

/**
 * Rows of sensitivity and tags; behind a slash the scope in which the tag means it (contactless kernel c2, upi), where
 * the same tag is harmless elsewhere. The first meaning of a tag is taken where no scope is known.
 */
const rows: readonly (readonly [TagSensitivity, string])[] = [
  ['pan', '5A'],
  ['track1', '56'],
  ['track2', '57 9F6B/c2'],
  ['cvv', '9F60/c2 9F61/c2'],
  ['track', '9F1F 9F20 DF812A/c2 DF812B/c2'],
  ['name', '5B 5F20 5F2B 9F0B 9F61/upi'],
  ['account', '5F53'],
  ['expiry', '59 5F24'],
  ['pin', '99'],
  ['secret', '5F2E BF4E'],
];

interface Meaning {
  readonly scope: string | undefined;
  readonly sensitivity: TagSensitivity;
}

const meanings = new Map<string, Meaning[]>();
for (const [sensitivity, tags] of rows) {
  for (const entry of tags.split(' ')) {
    const [tag, scope] = entry.split('/') as [string, string?];
    const others = meanings.get(tag);
    if (others === undefined) meanings.set(tag, [{ scope, sensitivity }]);
    else others.push({ scope, sensitivity });
  }
}

/** Every tag that is sensitive in some meaning, as hex. */
export const sensitiveTags: readonly string[] = [...meanings.keys()];

/**
 * What a tag (hex, capitals) holds. With a scope, under that scope; without one, in any meaning it has anywhere, since
 * what nobody can tell apart is hidden.
 *
 * @example tagSensitivity('5F20') // 'name'
 */
export function tagSensitivity(tag: string, scope?: string): TagSensitivity | undefined {
  const found = meanings.get(tag);
  if (scope === undefined) return found?.[0].sensitivity;
  return found?.find((one) => one.scope === undefined || one.scope === scope)?.sensitivity;
}

/**
 * How a card number is looked for in a value that is not sensitive by itself: not at all; only where something marks
 * its ends; as characters; at any place.
 */
export type NumberSearch = 'nowhere' | 'delimited' | 'characters' | 'anywhere';

// Objects of seven bytes or more whose format the books fix, without a place for a card number, and their longest:
// identifiers, lists of tags and of rules, cryptograms and numbers of the card.
const fixedTags = new Map([
  ...'4F 84 9D 9F06'.split(' ').map((tag) => [tag, 16] as const),
  ...'8C 8D 8E 94 97 9F38 9F49'.split(' ').map((tag) => [tag, 252] as const),
  ...'9F26 9F4C'.split(' ').map((tag) => [tag, 8] as const),
]);
// What an issuer, a scheme or a card maker fills by a format of its own: authentication data, scripts and their results,
// issuer application data, certificates, log formats, form factors.
const ownFormatTags = new Set(
  '86 90 91 92 93 98 9F10 9F18 9F2D 9F2F 9F32 9F46 9F48 9F4B 9F4F 9F5B 9F69 9F6E DF31 DF32'.split(
    ' ',
  ),
);
// Text that a person or a card maker chose.
const textTags = new Set('50 5F2D 5F50 9F12 9F16 9F1C 9F1E 9F24 9F4E 89 8A'.split(' '));

/** A card number takes seven bytes at least, packed. */
const numberBytesMin = 7;

/**
 * How to look for a card number in a value of a tag that is not sensitive by itself: in what nobody knows,
 * anywhere; in a party's own format where something marks it; in text, as characters.
 *
 * @example numberSearchIn('9F26', 8) // 'nowhere'
 */
export function numberSearchIn(tag: string, lengthBytes: number): NumberSearch {
  if (lengthBytes < numberBytesMin) return 'nowhere';
  const longest = fixedTags.get(tag);
  if (longest !== undefined) return lengthBytes <= longest ? 'nowhere' : 'anywhere';
  if (ownFormatTags.has(tag)) return 'delimited';
  return textTags.has(tag) ? 'characters' : 'anywhere';
}
