// Personalisation: profile and test authority in, a card image with keys, certificates and files out.
import { concatBytes, fromAscii, fromHex } from '@chipswitch/bytes';
import { iccCertificate, issuerCertificate, signedStaticData } from './certificates.ts';
import { type CryptogramRow, cryptogramRow } from './cryptogram.ts';
import { compressedNumeric, dataObject, encodeDol, numeric } from './data-object.ts';
import { deriveCardKey } from './key-derivation.ts';
import { type ApplicationProfile, type CardProfile, aipBits } from './profile.ts';
import type { RsaKey } from './rsa.ts';
import type { TestAuthority } from './test-authority.ts';

/** The card's own keys, each derived from the issuer's master key of the same purpose. */
export interface CardKeys {
  readonly applicationCryptogram: Uint8Array;
  readonly secureMessagingIntegrity: Uint8Array;
  readonly secureMessagingConfidentiality: Uint8Array;
}

/** One application as it lies in the card. */
export interface PersonalisedApplication {
  readonly profile: ApplicationProfile;
  readonly row: CryptogramRow;
  readonly aid: Uint8Array;
  readonly keys: CardKeys;
  readonly icc: RsaKey;
  readonly aip: Uint8Array;
  readonly afl: Uint8Array;
  /** Records by `sfi << 8 | number`, template 70 included. */
  readonly records: ReadonlyMap<number, Uint8Array>;
  readonly track2: Uint8Array;
  /** File control information, template 6F. */
  readonly fci: Uint8Array;
  /** Its entry in PSE and PPSE directories, template 61. */
  readonly directoryEntry: Uint8Array;
}

/** A card ready for `createCard`. */
export interface PersonalisedCard {
  readonly profile: CardProfile;
  readonly applications: readonly PersonalisedApplication[];
}

/** Short file identifiers of the image. */
export const sfi = { holder: 1, keys: 2, application: 3, log: 11 } as const;

function text(value: string): Uint8Array {
  return fromAscii(value);
}

function deriveKeys(card: CardProfile, application: ApplicationProfile): CardKeys {
  const derive = (masterKey: string): Uint8Array =>
    deriveCardKey(fromHex(masterKey), application, application.derivation);
  return {
    applicationCryptogram: derive(card.masterKeys.applicationCryptogram),
    secureMessagingIntegrity: derive(card.masterKeys.secureMessagingIntegrity),
    secureMessagingConfidentiality: derive(card.masterKeys.secureMessagingConfidentiality),
  };
}

function aipOf(application: ApplicationProfile): Uint8Array {
  const bits = application.aip.reduce((sum, word) => sum | aipBits[word], 0);
  return Uint8Array.of(bits >> 8, bits & 0xff);
}

function track2Of(application: ApplicationProfile): Uint8Array {
  const { pan, expiryDate, serviceCode } = application;
  const digits = `${pan}D${expiryDate.slice(0, 4)}${serviceCode}0000000000`;
  return compressedNumeric(digits.slice(0, 37));
}

/** Holder and track data, read by every terminal and signed by nobody. */
function holderRecord(card: CardProfile, application: ApplicationProfile): Uint8Array {
  return dataObject(
    0x70,
    dataObject(0x57, track2Of(application)),
    dataObject(0x5f20, text(card.cardholderName)),
    dataObject(0x9f1f, text('00000000000000')),
  );
}

/** The data that offline data authentication protects. */
function signedRecord(application: ApplicationProfile): Uint8Array {
  const { issuerActionCodes: codes, contactless } = application;
  const optional: Uint8Array[] = [];
  if (contactless.paymentAccountReference !== undefined) {
    optional.push(dataObject(0x9f24, text(contactless.paymentAccountReference)));
  }
  if (contactless.tokenRequestorId !== undefined) {
    optional.push(dataObject(0x9f19, numeric(contactless.tokenRequestorId, 6)));
  }
  return dataObject(
    0x70,
    dataObject(0x5a, compressedNumeric(application.pan)),
    dataObject(0x5f24, numeric(application.expiryDate, 3)),
    dataObject(0x5f25, numeric(application.effectiveDate, 3)),
    dataObject(0x5f28, numeric(application.countryCode, 2)),
    dataObject(0x5f34, numeric(application.panSequenceNumber, 1)),
    dataObject(0x9f07, fromHex(application.applicationUsageControl)),
    dataObject(0x9f0d, fromHex(codes.default)),
    dataObject(0x9f0e, fromHex(codes.denial)),
    dataObject(0x9f0f, fromHex(codes.online)),
    dataObject(0x8e, fromHex(application.cvmList)),
    dataObject(0x9f4a, Uint8Array.of(0x82)),
    ...optional,
  );
}

const recoveryList = fromHex('9F3704');

function listsRecord(application: ApplicationProfile): Uint8Array {
  const { limits } = application;
  return dataObject(
    0x70,
    dataObject(0x8c, encodeDol(application.cdol1)),
    dataObject(0x8d, encodeDol(application.cdol2)),
    dataObject(0x9f49, encodeDol(application.ddol)),
    // The data object list of RECOVER AC: the number that tells one transaction from another.
    ...(application.contactless.recovery === true ? [dataObject(0x9f51, recoveryList)] : []),
    dataObject(0x9f08, fromHex(application.applicationVersion)),
    dataObject(0x5f30, numeric(application.serviceCode, 2)),
    dataObject(0x9f42, numeric(application.currencyCode, 2)),
    dataObject(0x9f44, Uint8Array.of(2)),
    dataObject(0x9f14, Uint8Array.of(limits.lowerConsecutive)),
    dataObject(0x9f23, Uint8Array.of(limits.upperConsecutive)),
  );
}

/** Form factor or third-party data that a contactless answer carries. */
export function thirdPartyObjects(application: ApplicationProfile): Uint8Array[] {
  const { formFactor } = application.contactless;
  return formFactor === undefined ? [] : [dataObject(0x9f6e, fromHex(formFactor))];
}

/** What a quick application reads after its cryptogram: only what authentication needs. */
function quickRecord(application: ApplicationProfile): Uint8Array {
  return dataObject(
    0x70,
    dataObject(0x5a, compressedNumeric(application.pan)),
    dataObject(0x5f24, numeric(application.expiryDate, 3)),
    dataObject(0x5f28, numeric(application.countryCode, 2)),
    dataObject(0x9f07, fromHex(application.applicationUsageControl)),
    dataObject(0x9f4a, Uint8Array.of(0x82)),
  );
}

interface Files {
  readonly records: Map<number, Uint8Array>;
  readonly afl: Uint8Array;
}

/** Records of the two keys' certificates; empty where the profile does no authentication. */
function keyRecords(
  application: ApplicationProfile,
  keys: TestAuthority,
  staticData: Uint8Array,
): Uint8Array[] {
  const wants = (word: 'sda' | 'dda' | 'cda'): boolean => application.aip.includes(word);
  const dynamic = wants('dda') || wants('cda');
  if (!wants('sda') && !dynamic) return [];
  const issuer = issuerCertificate(keys.authority, keys.issuer, application);
  const records = [
    dataObject(0x70, dataObject(0x90, issuer.certificate)),
    dataObject(
      0x70,
      dataObject(0x8f, fromHex(keys.index)),
      dataObject(0x9f32, issuer.exponent),
      ...(issuer.remainder.length > 0 ? [dataObject(0x92, issuer.remainder)] : []),
    ),
  ];
  if (wants('sda')) {
    const signed = signedStaticData(keys.issuer, Uint8Array.of(0xda, 0xc1), staticData);
    records.push(dataObject(0x70, dataObject(0x93, signed)));
  }
  if (dynamic) {
    const icc = iccCertificate(keys.issuer, keys.icc, application, staticData);
    records.push(
      dataObject(0x70, dataObject(0x9f46, icc.certificate)),
      dataObject(
        0x70,
        dataObject(0x9f47, icc.exponent),
        ...(icc.remainder.length > 0 ? [dataObject(0x9f48, icc.remainder)] : []),
      ),
    );
  }
  return records;
}

/** The value of template 70: what a record of files 1 to 10 adds to the static data. */
function templateValue(record: Uint8Array): Uint8Array {
  return record.slice(record[1] === 0x81 ? 3 : 2);
}

function layOut(card: CardProfile, application: ApplicationProfile, keys: TestAuthority): Files {
  const quick = application.flow === 'quick';
  const signed = quick ? quickRecord(application) : signedRecord(application);
  const staticData = concatBytes(templateValue(signed), aipOf(application));
  const certificates = keyRecords(application, keys, staticData);
  const records = new Map<number, Uint8Array>();
  const entries: number[] = [];
  const file = (
    identifier: number,
    list: readonly Uint8Array[],
    inAuthentication: number,
  ): void => {
    if (list.length === 0) return;
    for (const [i, record] of list.entries()) records.set((identifier << 8) | (i + 1), record);
    entries.push(identifier << 3, 1, list.length, inAuthentication);
  };
  if (!quick) file(sfi.holder, [holderRecord(card, application)], 0);
  file(sfi.keys, certificates, 0);
  // The second record of a quick application (9F69) is written at each transaction.
  if (quick) file(sfi.application, certificates.length > 0 ? [signed, new Uint8Array(0)] : [], 1);
  else file(sfi.application, [signed, listsRecord(application)], 1);
  return { records, afl: Uint8Array.from(entries) };
}

function directoryEntryOf(application: ApplicationProfile): Uint8Array {
  const { kernelIdentifier } = application.contactless;
  return dataObject(
    0x61,
    dataObject(0x4f, fromHex(application.aid)),
    dataObject(0x50, text(application.label)),
    dataObject(0x87, Uint8Array.of(application.priority | (application.confirmation ? 0x80 : 0))),
    ...(kernelIdentifier === undefined ? [] : [dataObject(0x9f2a, fromHex(kernelIdentifier))]),
  );
}

function fciOf(application: ApplicationProfile): Uint8Array {
  const { preferredName, issuerCodeTableIndex } = application;
  const proprietary = [
    dataObject(0x50, text(application.label)),
    dataObject(0x87, Uint8Array.of(application.priority | (application.confirmation ? 0x80 : 0))),
    ...(application.pdol.length > 0 ? [dataObject(0x9f38, encodeDol(application.pdol))] : []),
    dataObject(0x5f2d, text(application.languages)),
  ];
  if (preferredName !== undefined) {
    proprietary.push(
      dataObject(0x9f11, Uint8Array.of(issuerCodeTableIndex ?? 1)),
      dataObject(0x9f12, Uint8Array.from(Buffer.from(preferredName, 'latin1'))),
    );
  }
  if (application.logRecords > 0) {
    const entry = dataObject(0x9f4d, Uint8Array.of(sfi.log, application.logRecords));
    proprietary.push(dataObject(0xbf0c, entry));
  }
  return dataObject(
    0x6f,
    dataObject(0x84, fromHex(application.aid)),
    dataObject(0xa5, ...proprietary),
  );
}

/** One application's image. */
function personaliseApplication(
  card: CardProfile,
  application: ApplicationProfile,
  keys: TestAuthority,
): PersonalisedApplication {
  const files = layOut(card, application, keys);
  return {
    profile: application,
    row: cryptogramRow(application.cryptogram),
    aid: fromHex(application.aid),
    keys: deriveKeys(card, application),
    icc: keys.icc,
    aip: aipOf(application),
    afl: files.afl,
    records: files.records,
    track2: track2Of(application),
    fci: fciOf(application),
    directoryEntry: directoryEntryOf(application),
  };
}

/**
 * Makes the card's image: derives its keys, certifies its public key, writes its files.
 *
 * @param card a checked profile (`parseCardProfile`, `profiles`)
 * @param keys the test authority whose public key the terminal holds
 * @example personalise(profiles['visa-cvn10'], sandboxAuthority()).applications[0].afl
 */
export function personalise(card: CardProfile, keys: TestAuthority): PersonalisedCard {
  return {
    profile: card,
    applications: card.applications.map((application) =>
      personaliseApplication(card, application, keys),
    ),
  };
}
