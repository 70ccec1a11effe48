// Command APDUs and status words (Book 1 section 11, Book 3 section 6).
import { concatBytes } from '@chipswitch/bytes';

/** A case 4 command: data and Le 00. */
function commandWithAnswer(header: readonly number[], data: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(...header, data.length), data, Uint8Array.of(0));
}

/** A case 3 command: data, no answer but the status. */
function commandWithData(header: readonly number[], data: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(...header, data.length), data);
}

/** SELECT by name; `next` asks for the next occurrence of a partial name. */
export function selectCommand(name: Uint8Array, next = false): Uint8Array {
  return commandWithAnswer([0x00, 0xa4, 0x04, next ? 0x02 : 0x00], name);
}

/** READ RECORD of a short file identifier. */
export function readRecordCommand(sfi: number, record: number): Uint8Array {
  return Uint8Array.of(0x00, 0xb2, record, (sfi << 3) | 4, 0x00);
}

/** GET PROCESSING OPTIONS with the filled PDOL (tag 83 is put around it). */
export function gpoCommand(pdolData: Uint8Array): Uint8Array {
  const length =
    pdolData.length < 128 ? Uint8Array.of(pdolData.length) : Uint8Array.of(0x81, pdolData.length);
  return commandWithAnswer(
    [0x80, 0xa8, 0x00, 0x00],
    concatBytes(Uint8Array.of(0x83), length, pdolData),
  );
}

/** GET DATA of a two-byte tag. */
export function getDataCommand(tagNumber: number): Uint8Array {
  return Uint8Array.of(0x80, 0xca, tagNumber >> 8, tagNumber & 0xff, 0x00);
}

/** INTERNAL AUTHENTICATE with the filled DDOL. */
export function internalAuthenticateCommand(ddolData: Uint8Array): Uint8Array {
  return commandWithAnswer([0x00, 0x88, 0x00, 0x00], ddolData);
}

/** EXTERNAL AUTHENTICATE with the issuer authentication data. */
export function externalAuthenticateCommand(data: Uint8Array): Uint8Array {
  return commandWithData([0x00, 0x82, 0x00, 0x00], data);
}

/** GET CHALLENGE. */
export function getChallengeCommand(): Uint8Array {
  return Uint8Array.of(0x00, 0x84, 0x00, 0x00, 0x00);
}

/** VERIFY: plaintext (80) or enciphered (88) PIN. */
export function verifyCommand(enciphered: boolean, data: Uint8Array): Uint8Array {
  return commandWithData([0x00, 0x20, 0x00, enciphered ? 0x88 : 0x80], data);
}

/** GENERATE AC of a type, with or without a CDA signature. */
export function generateAcCommand(
  type: 'AAC' | 'TC' | 'ARQC',
  cda: boolean,
  cdolData: Uint8Array,
): Uint8Array {
  const types = { AAC: 0x00, TC: 0x40, ARQC: 0x80 } as const;
  return commandWithAnswer([0x80, 0xae, types[type] | (cda ? 0x10 : 0), 0x00], cdolData);
}

/** A status word as text. */
export function statusText(sw: number): string {
  return sw.toString(16).toUpperCase().padStart(4, '0');
}
