// ASN.1 DER for TR-34: building by hand, reading with node-forge, never an exception for bad input.
import { fromHex } from '@chipswitch/bytes';
import forge from 'node-forge';

const { asn1 } = forge;

/** A parsed element. */
export type Element = forge.asn1.Asn1;

/** Object identifiers that the tokens use. */
export const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  randomNonce: '1.2.840.113549.1.9.25.3',
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsaesOaep: '1.2.840.113549.1.1.7',
  mgf1: '1.2.840.113549.1.1.8',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  sha256: '2.16.840.1.101.3.4.2.1',
  aes128Cbc: '2.16.840.1.101.3.4.1.2',
  desEde3Cbc: '1.2.840.113549.3.7',
} as const;

/** Longest token that is read; real ones have a few thousand bytes. */
export const tokenLengthMax = 65_536;

/** Text whose characters are bytes, as forge wants them. */
function binaryText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

/** The bytes of such text. */
function bytesOfText(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

const primitive = (type: forge.asn1.Type, value: string): Element =>
  asn1.create(asn1.Class.UNIVERSAL, type, false, value);

/** SEQUENCE. */
export const sequence = (...children: readonly Element[]): Element =>
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [...children]);

/** SET OF: its elements in the order of their encodings (X.690 11.6). */
export function setOf(...children: readonly Element[]): Element {
  const sorted = children
    .map((child) => ({ child, der: binaryText(derOf(child)) }))
    .toSorted((a, b) => (a.der < b.der ? -1 : 1))
    .map(({ child }) => child);
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SET, true, sorted);
}

/** OBJECT IDENTIFIER. */
export const oid = (identifier: string): Element =>
  primitive(asn1.Type.OID, asn1.oidToDer(identifier).getBytes());

/** OCTET STRING. */
export const octets = (bytes: Uint8Array): Element =>
  primitive(asn1.Type.OCTETSTRING, binaryText(bytes));

/** NULL. */
export const nothing = (): Element => primitive(asn1.Type.NULL, '');

/** A small INTEGER. */
export const integer = (value: number): Element =>
  primitive(asn1.Type.INTEGER, asn1.integerToDer(value).getBytes());

/** UTCTime, or GeneralizedTime from 2050. */
export function time(date: Date): Element {
  return date.getUTCFullYear() < 2050
    ? primitive(asn1.Type.UTCTIME, asn1.dateToUtcTime(date))
    : primitive(asn1.Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date));
}

/** Context-specific tag numbers that the tokens use, as forge names numbers. */
const tagNumbers = [asn1.Type.NONE, asn1.Type.BOOLEAN] as const;

/** Context-specific and constructed: `[number]` around children. */
export const tagged = (number: 0 | 1, ...children: readonly Element[]): Element =>
  asn1.create(asn1.Class.CONTEXT_SPECIFIC, tagNumbers[number], true, [...children]);

/** `[0] IMPLICIT OCTET STRING`. */
export const taggedOctets = (number: 0 | 1, bytes: Uint8Array): Element =>
  asn1.create(asn1.Class.CONTEXT_SPECIFIC, tagNumbers[number], false, binaryText(bytes));

/** An algorithm without parameters, or with NULL. */
export const algorithm = (identifier: string, parameters?: Element): Element =>
  parameters === undefined ? sequence(oid(identifier)) : sequence(oid(identifier), parameters);

/** An attribute of one value. */
export const attribute = (identifier: string, value: Element): Element =>
  sequence(oid(identifier), setOf(value));

/** DER of an element. */
export function derOf(element: Element): Uint8Array {
  return bytesOfText(asn1.toDer(element).getBytes());
}

/** An element out of DER; undefined when it is none, or is followed by more. */
export function elementOf(der: Uint8Array): Element | undefined {
  try {
    return asn1.fromDer(binaryText(der));
  } catch (error) {
    // Forge throws Errors for malformed input; anything else is a fault of ours.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** Children of a constructed element; an empty list for others. */
export function childrenOf(element: Element | undefined): readonly Element[] {
  return element !== undefined && Array.isArray(element.value) ? element.value : [];
}

/** Content of a primitive element. */
export function contentOf(element: Element | undefined): Uint8Array | undefined {
  return element === undefined || typeof element.value !== 'string'
    ? undefined
    : bytesOfText(element.value);
}

/** Whether an element is universal and of this type. */
export function isUniversal(element: Element | undefined, type: forge.asn1.Type): boolean {
  return element?.tagClass === asn1.Class.UNIVERSAL && element.type === type;
}

/** Whether an element is `[number]`. */
export function isTagged(element: Element | undefined, number: 0 | 1): boolean {
  return element?.tagClass === asn1.Class.CONTEXT_SPECIFIC && element.type === tagNumbers[number];
}

/** Bytes of an OCTET STRING, in one piece or in several as BER allows. */
export function octetsOf(element: Element | undefined): Uint8Array | undefined {
  if (!isUniversal(element, asn1.Type.OCTETSTRING)) return undefined;
  const whole = contentOf(element);
  if (whole !== undefined) return whole;
  const parts = childrenOf(element).map(contentOf);
  if (parts.includes(undefined)) return undefined;
  return new Uint8Array(Buffer.concat(parts.filter((part) => part !== undefined)));
}

/** An object identifier as text. */
export function oidOf(element: Element | undefined): string | undefined {
  if (!isUniversal(element, asn1.Type.OID)) return undefined;
  const content = contentOf(element);
  return content === undefined || content.length === 0
    ? undefined
    : asn1.derToOid(binaryText(content));
}

/** A time, or undefined. */
export function timeOf(element: Element | undefined): Date | undefined {
  const content = contentOf(element);
  if (content === undefined || !/^\d{10,14}(\.\d+)?Z$/.test(binaryText(content))) return undefined;
  const date = isUniversal(element, asn1.Type.UTCTIME)
    ? asn1.utcTimeToDate(binaryText(content))
    : isUniversal(element, asn1.Type.GENERALIZEDTIME)
      ? asn1.generalizedTimeToDate(binaryText(content))
      : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}

/** Issuer and serial number of a certificate (RFC 5652 10.2.4), as an element. */
export function issuerAndSerial(certificate: forge.pki.Certificate): Element {
  return sequence(
    forge.pki.distinguishedNameToAsn1(certificate.issuer),
    primitive(asn1.Type.INTEGER, binaryText(fromHex(certificate.serialNumber))),
  );
}

/** A certificate out of PEM; undefined when it is none. */
export function certificateOf(pem: string): forge.pki.Certificate | undefined {
  try {
    return forge.pki.certificateFromPem(pem);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

export const { Type: elementTypes } = asn1;
