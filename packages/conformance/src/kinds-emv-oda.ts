// Offline data authentication vectors: certificates, static, dynamic, fast and combined signatures.
import { concatBytes, fromHex } from '@chipswitch/bytes';
import {
  type RsaPublicKey,
  recoverCombinedData,
  recoverIccCertificate,
  recoverIssuerCertificate,
  verifyCombinedData,
  verifyDynamicData,
  verifyFastDynamicData,
  verifyStaticData,
} from '@chipswitch/emv';
import { encodeTlv } from '@chipswitch/tlv';
import { type Fields, bytesAt, bytesIfAny, comparing, objectAt, textAt } from './emv-input.ts';
import type { Kinds } from './runner.ts';

const empty = new Uint8Array(0);

function keyAt(input: Fields, name: string): RsaPublicKey {
  const key = objectAt(input, name);
  return { modulus: bytesAt(key, 'modulus'), exponent: bytesAt(key, 'exponent') };
}

/** The transaction date, when the vector has one. */
function dateAt(input: Fields): { date?: Uint8Array } {
  const date = bytesIfAny(input, 'date');
  return date === undefined ? {} : { date };
}

/** A result as vectors print it: the error's code, or the fields. */
function shown(result: { ok: boolean; error?: { code: string } }, fields: unknown): unknown {
  return result.ok ? fields : { error: result.error?.code };
}

function issuer(input: Fields): unknown {
  const result = recoverIssuerCertificate({
    caKey: keyAt(input, 'ca'),
    certificate: bytesAt(input, 'certificate'),
    remainder: bytesIfAny(input, 'remainder') ?? empty,
    exponent: bytesAt(input, 'exponent'),
    pan: textAt(input, 'pan'),
    ...dateAt(input),
  });
  return shown(result, result.ok ? { ...result, modulus: result.key.modulus } : {});
}

function icc(input: Fields): unknown {
  const result = recoverIccCertificate({
    issuerKey: keyAt(input, 'issuer'),
    certificate: bytesAt(input, 'certificate'),
    remainder: bytesIfAny(input, 'remainder') ?? empty,
    exponent: bytesAt(input, 'exponent'),
    staticData: bytesIfAny(input, 'staticData') ?? empty,
    pan: textAt(input, 'pan'),
    ...dateAt(input),
  });
  return shown(result, result.ok ? { ...result, modulus: result.key.modulus } : {});
}

function sda(input: Fields): unknown {
  const result = verifyStaticData({
    issuerKey: keyAt(input, 'issuer'),
    signature: bytesAt(input, 'signature'),
    staticData: bytesAt(input, 'staticData'),
  });
  return shown(result, result.ok ? { ...result, dac: result.dataAuthenticationCode } : {});
}

function dynamicInput(input: Fields): {
  iccKey: RsaPublicKey;
  signature: Uint8Array;
  terminalData: Uint8Array;
} {
  return {
    iccKey: keyAt(input, 'icc'),
    signature: bytesAt(input, 'signature'),
    terminalData: bytesAt(input, 'terminalData'),
  };
}

/** The answer's objects in the card's order. */
function answerOf(input: Fields): { cid: number; answerData: Uint8Array } {
  const list = (input['response'] ?? []) as readonly (readonly [string, string])[];
  const objects = list.map(([name, value]) => [Number.parseInt(name, 16), fromHex(value)] as const);
  const cid = objects.find(([number]) => number === 0x9f27)?.[1][0] ?? -1;
  const signed = objects.filter(([number]) => number !== 0x9f4b);
  return { cid, answerData: encodeTlv(signed) };
}

function cda(input: Fields): unknown {
  const cdol2Data = bytesIfAny(input, 'cdol2Data');
  const result = verifyCombinedData({
    iccKey: keyAt(input, 'icc'),
    signature: bytesAt(input, 'signature'),
    unpredictableNumber: bytesAt(input, 'un'),
    pdolData: bytesIfAny(input, 'pdolData') ?? empty,
    cdol1Data: concatBytes(bytesIfAny(input, 'cdol1Data') ?? empty),
    ...(cdol2Data === undefined ? {} : { cdol2Data }),
    ...answerOf(input),
  });
  return shown(result, result.ok ? { ...result, cid: Uint8Array.of(result.cid) } : {});
}

function cdaRecover(input: Fields): unknown {
  const result = recoverCombinedData({
    iccKey: keyAt(input, 'icc'),
    signature: bytesAt(input, 'signature'),
    unpredictableNumber: bytesAt(input, 'un'),
  });
  return shown(result, result.ok ? { ...result, cid: Uint8Array.of(result.cid) } : {});
}

function dynamic(verify: typeof verifyDynamicData): (input: Fields) => unknown {
  return (input) => {
    const result = verify(dynamicInput(input));
    return shown(result, result);
  };
}

/** Checks by kind. */
export const emvOdaKinds: Kinds = {
  'oda-issuer': comparing(issuer),
  'oda-icc': comparing(icc),
  'oda-sda': comparing(sda),
  'oda-dda': comparing(dynamic(verifyDynamicData)),
  'oda-fdda': comparing(dynamic(verifyFastDynamicData)),
  'oda-cda': comparing(cda),
  'oda-cda-recover': comparing(cdaRecover),
};
