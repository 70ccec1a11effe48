// Card numbers, tracks, expiry and service code; how they are masked and found; which elements and tags hold them.
export {
  type MaskOptions,
  type Pan,
  checkDigitOf,
  hasCheckDigit,
  maskPan,
  panDigitsMax,
  panDigitsMin,
  parsePan,
  truncatePan,
  unpackPan,
} from './card-number.ts';
export { type IssuerRange, hasIssuerPrefix, issuerRangeOf } from './issuer-ranges.ts';
export {
  type Cover,
  type Span,
  cardNumberSpans,
  coverCardNumberCodes,
  coverCardNumbersInHex,
  coverDelimitedNumbers,
  holdsCardNumber,
  maskCardNumbers,
  maskLoneCardNumbers,
  mayBeCardNumber,
} from './search.ts';
export { cardNumbersIn, maskingNet } from './known-numbers.ts';
export { type NumberCover, coverStated, statedNumber } from './stated-numbers.ts';
export { type Expiry, type ExpiryResult, expiryText, isExpired, parseExpiry } from './expiry.ts';
export { describeServiceCode, serviceCodeAsksForPin, serviceCodeSaysChip } from './service-code.ts';
export {
  type Track,
  type TrackError,
  type TrackResult,
  panInTrack2,
  parseSwipe,
  parseTrack1,
  parseTrack2,
  parseTrack3,
  trackLengthMax,
  unpackTrack2,
} from './track.ts';
export {
  type Edition,
  type ElementMarks,
  type ElementSensitivity,
  sensitiveElements,
} from './sensitive-elements.ts';
export {
  type NumberSearch,
  type TagSensitivity,
  numberSearchIn,
  sensitiveTags,
  tagSensitivity,
} from './sensitive-tags.ts';
export {
  type Judgement,
  judgeObject,
  maskBytes,
  maskText,
  zeroBytes,
  zeroText,
} from './mask-value.ts';
