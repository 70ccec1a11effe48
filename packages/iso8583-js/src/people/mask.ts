// Masking (PCI DSS 3.4): what may be shown of a value by the kind of secret it holds.
import type { FieldSpec, Sensitive } from '../spec/spec-types.ts';

/**
 * A PAN with only its first six and last four digits; shorter than thirteen digits it is all masked.
 *
 * @example maskPan('4111111111111111') // '411111******1111'
 */
export function maskPan(pan: string): string {
  if (pan.length < 13) return '*'.repeat(pan.length);
  return pan.slice(0, 6) + '*'.repeat(pan.length - 10) + pan.slice(-4);
}

function maskTrack2(track: string): string {
  const separator = track.search(/[=Dd^]/);
  if (separator < 0) return track.slice(0, 6) + '*'.repeat(Math.max(0, track.length - 6));
  const rest = '*'.repeat(track.length - separator - 1);
  return maskPan(track.slice(0, separator)) + track[separator] + rest;
}

function maskTrack1(track: string): string {
  const separator = track.indexOf('^');
  const format = /^[%]?[A-Za-z]/.exec(track)?.[0] ?? '';
  if (separator < 0) return format + '*'.repeat(track.length - format.length);
  const pan = maskPan(track.slice(format.length, separator).replaceAll(/[^0-9]/g, '*'));
  return format + pan + track.slice(separator).replaceAll(/[^^]/g, '*');
}

/** Thirteen digits or more, single blanks, dots or dashes between them allowed: may hold a PAN. */
const panLike = /\d(?:[ .-]?\d){12,}/g;

function maskDigits(run: string): string {
  const digits = run.replaceAll(/\D/g, '').length;
  let index = 0;
  let masked = '';
  for (const character of run) {
    const isDigit = character >= '0' && character <= '9';
    masked += isDigit && index >= 6 && index < digits - 4 ? '*' : character;
    if (isDigit) index++;
  }
  return masked;
}

/**
 * Free text with everything that may be a PAN masked, and what follows a track 2 separator.
 *
 * @example maskFreeText('CARD 4111111111111111 OK') // 'CARD 411111******1111 OK'
 */
export function maskFreeText(text: string): string {
  return text
    .replaceAll(
      /(\d{13,19}[=D])(\d+)/g,
      (_match, head: string, tail: string) => head + '*'.repeat(tail.length),
    )
    .replaceAll(panLike, maskDigits);
}

/**
 * A text value as it may be shown.
 * @example maskText('track2', '4111111111111111=29122011234567890') // '411111******1111=*****************'
 */
export function maskText(sensitive: Sensitive, text: string): string {
  switch (sensitive) {
    case 'none':
      return text;
    case 'text':
      return maskFreeText(text);
    case 'pan':
      return maskPan(text);
    case 'track1':
      return maskTrack1(text);
    case 'track2':
    case 'track3':
      return maskTrack2(text);
    case 'expiry':
    case 'pin':
    case 'secret':
    case 'emv':
      return '*'.repeat(text.length);
  }
}

/** Marks of data elements by number, for specs that carry none (ISO 8583:1987 numbering). */
const marksByNumber: Readonly<Record<number, Sensitive>> = {
  2: 'pan',
  14: 'expiry',
  20: 'none',
  34: 'pan',
  35: 'track2',
  36: 'track3',
  45: 'track1',
  52: 'pin',
  55: 'emv',
  126: 'secret',
};

/**
 * How a data element is masked: by its spec's mark, else by its number, else as free text when it can
 * hold a PAN.
 * @example sensitivityOf({ data: 'ascii', len: 19 }, 2) // 'pan'
 */
export function sensitivityOf(spec: FieldSpec | undefined, number: number | undefined): Sensitive {
  if (spec?.sensitive !== undefined) return spec.sensitive;
  const byNumber = number === undefined ? undefined : marksByNumber[number];
  if (byNumber !== undefined) return byNumber;
  const identity = spec?.len !== undefined && (spec.charset !== undefined || spec.data === 'bcd');
  return identity || spec?.data === 'xn' ? 'none' : 'text';
}
