// Key management commands of the simulated HSM: generate, form, import, export, translate, check value.
import { randomBytes } from 'node:crypto';
import { fromHex } from '@chipswitch/bytes';
import { ClearKey, hasOddParity, oddParity, xor } from '../cipher.ts';
import { initialKey } from '../dukpt.ts';
import { type BlockHeader, openKeyBlock, sealKeyBlock } from '../key-block.ts';
import {
  type KeyRole,
  type Lmk,
  keyTypeOfCode,
  roles,
  schemeByLength,
  unwrapByScheme,
  wrapByScheme,
} from '../lmk.ts';
import { stop } from '../stop.ts';
import { openTr31, sealTr31 } from '../tr31.ts';
import type { HostFields } from '../wire/host-body.ts';
import { type Answer, type Handler, answered, checkValue, openKey, roleOfType } from './handler.ts';

const usageByType: Readonly<Record<string, string>> = {
  '000': 'K0',
  '001': 'P0',
  '002': 'P0',
  '003': 'M3',
  '008': 'M3',
  '009': 'B0',
  '00A': 'D0',
  '00B': 'D0',
  '402': 'C0',
  '109': 'E0',
  '209': 'E2',
  '309': 'E1',
  '302': 'B1',
  '70D': 'P0',
};
const keyLengthByScheme: Readonly<Record<string, number>> = { Z: 8, U: 16, X: 16, T: 24, Y: 24 };
const keyLengthByAlgorithm: Readonly<Record<string, number>> = {
  D1: 8,
  T2: 16,
  T3: 24,
  A1: 16,
  A2: 24,
  A3: 32,
};

function attributes(fields: HostFields, type: string, algorithm: string): BlockHeader {
  const said = (name: string): string | undefined =>
    fields[`${name}Keyblock`] ?? fields[`${name}Variant`];
  return {
    usage: said('keyUsage') ?? usageByType[type] ?? '00',
    algorithm,
    modeOfUse: said('modeOfUse') ?? 'N',
    keyVersion: said('keyVersionNumber') ?? '00',
    exportability: said('exportability') ?? 'E',
  };
}

function schemeFits(scheme: string, key: Uint8Array): boolean {
  const schemes = schemeByLength[key.length] ?? [];
  return schemes.includes(scheme);
}

function sealUnderLmk(
  lmk: Lmk,
  key: Uint8Array,
  how: { readonly type: string; readonly scheme: string; readonly header?: BlockHeader },
): string {
  if (how.scheme !== 'S' && !schemeFits(how.scheme, key)) stop('26');
  return lmk.seal(key, how) ?? stop('28');
}

/** A TR-31 block: version D under an AES key, else the version asked for, B when none was. */
function wrapTr31(
  zmk: ClearKey,
  key: Uint8Array,
  header: BlockHeader,
  version = zmk.aes ? 'D' : 'B',
): string {
  return `R${sealTr31(key, header, zmk, version) ?? stop('15')}`;
}

/** A key under a ZMK: a block for S and R, else by scheme letter. */
function wrapUnder(
  zmk: ClearKey,
  key: Uint8Array,
  scheme: string,
  header: BlockHeader | undefined,
  version?: string,
): string {
  if (scheme === 'R') return wrapTr31(zmk, key, header ?? stop('26'), version);
  if (scheme === 'S') return header === undefined ? stop('26') : sealKeyBlock(key, header, zmk);
  if (!schemeFits(scheme, key)) stop('26');
  return wrapByScheme(key, zmk.bytes, scheme);
}

interface Arrived {
  readonly key: Uint8Array;
  readonly parityAdjusted: boolean;
  readonly header?: BlockHeader;
}

function unwrapUnder(zmk: ClearKey, field: string): Arrived {
  if (/^[RS]/.test(field)) {
    const isTr31 = field.startsWith('R');
    const opened = isTr31 ? openTr31(field.slice(1), zmk) : openKeyBlock(field, zmk);
    if (!opened.ok) return stop(opened.error.code);
    return { key: opened.key.bytes, parityAdjusted: false, header: opened.header };
  }
  const key = unwrapByScheme(field, zmk.bytes);
  return hasOddParity(key)
    ? { key, parityAdjusted: false }
    : { key: key.map(oddParity), parityAdjusted: true };
}

const randomKey = (length: number): Uint8Array => randomBytes(length).map(oddParity);

const generateKey: Handler = (fields, lmk) => {
  const { mode, keyType, keySchemeLmk } = fields;
  const block = keySchemeLmk === 'S';
  const algorithm = fields['algorithmKeyblock'] ?? 'T2';
  let key: Uint8Array;
  if (mode === 'A' || mode === 'B') {
    if (fields['deriveKeyMode'] !== '0') stop('68');
    const bdk = openKey(lmk, fields['dukptMasterKey'], roles.bdk);
    const ksn = fields['ksn'].padStart(15, 'F') + '00000';
    key = initialKey(bdk, fromHex(ksn.slice(0, 20))).map(oddParity);
  } else if (mode === '0' || mode === '1') {
    const length = block ? keyLengthByAlgorithm[algorithm] : keyLengthByScheme[keySchemeLmk];
    key =
      algorithm.startsWith('A') && block
        ? randomBytes(length ?? stop('26'))
        : randomKey(length ?? stop('26'));
  } else return stop('15');
  const header = attributes(fields, keyType, block ? algorithm[0] : 'T');
  const underLmk = sealUnderLmk(lmk, key, { type: keyType, scheme: keySchemeLmk, header });
  const keys = [underLmk];
  if (fields['keyZmkTmk'] !== undefined) {
    const zmkRole = fields['keyZmkTmkFlag'] === '1' ? roles.tmk : roles.zmk;
    const zmk = openKey(lmk, fields['keyZmkTmk'], zmkRole);
    const version = fields['keyBlockVersionIdKeyblock'];
    keys.push(wrapUnder(zmk, key, fields['keySchemeZmkTmk'], header, version));
  }
  return answered({ keys, kcv: checkValue(new ClearKey(key, header.algorithm === 'A'), '1') });
};

const formKey: Handler = (fields, lmk) => {
  const components = fields.keyComponents ?? [];
  if (String(components.length) !== fields['numberOfComponents']) return stop('03');
  const parts = components.map((field) => openKey(lmk, field, roleOfType(fields['keyType'])).bytes);
  if (parts.some((part) => part.length !== parts[0].length)) return stop('27');
  const key = parts.reduce(xor).map(oddParity);
  const header = attributes(fields, fields['keyType'], (fields['algorithmKeyblock'] ?? 'T2')[0]);
  const scheme = fields['keySchemeLmk'];
  const underLmk = sealUnderLmk(lmk, key, { type: fields['keyType'], scheme, header });
  return answered({ keys: [underLmk], kcv: checkValue(new ClearKey(key), '1') });
};

const importKey: Handler = (fields, lmk) => {
  const zmk = openKey(lmk, fields['zmk'], roles.zmk);
  const { key, parityAdjusted, header } = unwrapUnder(zmk, fields['key']);
  const scheme = fields['keyScheme'];
  const underLmk = sealUnderLmk(lmk, key, {
    type: fields['keyType'],
    scheme,
    header: header ?? attributes(fields, fields['keyType'], 'T'),
  });
  const kcv = checkValue(new ClearKey(key, header?.algorithm === 'A'), '1');
  return { errorCode: parityAdjusted ? '01' : '00', fields: { keys: [underLmk], kcv } };
};

const exportKey: Handler = (fields, lmk) => {
  const zmkRole = fields['keyZmkTmkFlag'] === '1' ? roles.tmk : roles.zmk;
  const zmk = openKey(lmk, fields['zmk'], zmkRole);
  const role = roleOfType(fields['keyType']);
  const opened = lmk.open(fields['key'], role, '11');
  if (!opened.ok) return stop(opened.error.code);
  if (opened.header?.exportability === 'N') return stop('29');
  const header = opened.header ?? attributes(fields, fields['keyType'], 'T');
  const version = fields['keyBlockVersionIdKeyblock'];
  const wrapped = wrapUnder(zmk, opened.key.bytes, fields['keyScheme'], header, version);
  return answered({ keys: [wrapped], kcv: checkValue(opened.key, '1') });
};

const checkValueCommand: Handler = (fields, lmk) => {
  const code = fields['keyTypeCode'];
  const type = code === 'FF' ? (fields['keyType'] ?? stop('28')) : keyTypeOfCode(code);
  const key = openKey(lmk, fields['key'], { type, usages: [] });
  return answered({ kcv: checkValue(key, fields['kcvType']) });
};

/** The tail `;` scheme ZMK, scheme LMK, check value kind; bare fields keep the length's old form. */
function tail(fields: HostFields, bytes: number): { zmk: string; lmk: string; kcv: string } {
  const usual = bytes === 8 ? 'Z' : bytes === 16 ? 'X' : 'Y';
  const usualLmk = bytes === 8 ? 'Z' : bytes === 16 ? 'U' : 'T';
  const named = (value: string | undefined, otherwise: string): string =>
    value === undefined || value === '0' ? otherwise : value;
  return {
    zmk: named(fields['keySchemeZmk'], usual),
    lmk: named(fields['keySchemeLmk'], usualLmk),
    kcv: fields['kcvType'] ?? '0',
  };
}

// An Atalla variant is eight times its number, exclusive-ored into the first byte of each half.
function withAtallaVariant(zmk: ClearKey, fields: HostFields): ClearKey {
  const number = `${fields['atallaVariant'] ?? ''}${fields['atallaVariant2'] ?? ''}`;
  if (number === '' || Number(number) === 0) return zmk;
  const mask = (Number(number) * 8) & 0xff;
  return new ClearKey(zmk.bytes.map((byte, i) => (i % 8 === 0 ? byte ^ mask : byte)));
}

const zmkToLmk =
  (name: string, role: (fields: HostFields) => KeyRole): Handler =>
  (fields, lmk) => {
    const zmk = withAtallaVariant(openKey(lmk, fields['zmk'], roles.zmk), fields);
    const { key, parityAdjusted } = unwrapUnder(zmk, fields[name]);
    const schemes = tail(fields, key.length);
    const underLmk = sealUnderLmk(lmk, key, { type: role(fields).type, scheme: schemes.lmk });
    const kcv = checkValue(new ClearKey(key), schemes.kcv);
    return { errorCode: parityAdjusted ? '01' : '00', fields: { key: underLmk, kcv } };
  };

const lmkToZmk =
  (name: string, role: (fields: HostFields) => KeyRole, wrapping: KeyRole = roles.zmk): Handler =>
  (fields, lmk) => {
    const opened = openKey(lmk, fields['zmk'] ?? fields['tmk'], wrapping);
    const zmk = withAtallaVariant(opened, fields);
    const key = openKey(lmk, fields[name], role(fields), '11');
    const schemes = tail(fields, key.bytes.length);
    const wrapped = wrapUnder(zmk, key.bytes, schemes.zmk, undefined);
    return answered({ key: wrapped, kcv: checkValue(key, schemes.kcv) });
  };

const withoutCheckValue =
  (handler: Handler): Handler =>
  (fields, lmk) => {
    const { errorCode, fields: made } = handler(fields, lmk);
    return { errorCode, fields: { key: made?.['key'] ?? '' } };
  };

const zekOrZak = (fields: HostFields): KeyRole => (fields['flag'] === '1' ? roles.zak : roles.zek);

const exportZekOrZak: Handler = (fields, lmk) =>
  lmkToZmk(fields['flag'] === '1' ? 'zak' : 'zek', zekOrZak)(fields, lmk);

const generateUnder =
  (wrapping: KeyRole, made: KeyRole, withCheckValue: boolean): Handler =>
  (fields, lmk) => {
    const master = openKey(lmk, fields['tmk'] ?? fields['zmk'], wrapping);
    const length = keyLengthByScheme[fields['keySchemeLmk'] ?? 'Z'] ?? stop('26');
    const key = randomKey(length);
    const schemes = tail(fields, length);
    const keys = [
      wrapUnder(master, key, schemes.zmk, undefined),
      sealUnderLmk(lmk, key, { type: made.type, scheme: schemes.lmk }),
    ];
    const kcv = checkValue(new ClearKey(key), '1');
    return answered(withCheckValue ? { keys, kcv } : { keys });
  };

function formZmk(components: readonly string[], fields: HostFields, lmk: Lmk): Answer {
  const parts = components.map((field) => openKey(lmk, field, roles.zmk).bytes);
  if (parts.some((part) => part.length !== parts[0].length)) return stop('27');
  const key = parts.reduce(xor).map(oddParity);
  const schemes = tail(fields, key.length);
  const underLmk = sealUnderLmk(lmk, key, { type: '000', scheme: schemes.lmk });
  return answered({ key: underLmk, kcv: checkValue(new ClearKey(key), schemes.kcv) });
}

const translateScheme: Handler = (fields, lmk) => {
  const type = fields['keyType'];
  const key = openKey(lmk, fields['key'], roleOfType(type));
  const header = attributes(fields, type, 'T');
  return answered({
    key: sealUnderLmk(lmk, key.bytes, { type, scheme: fields['keyScheme'], header }),
  });
};

/** Handlers of key management by command. */
export const keyHandlers: Readonly<Record<string, Handler>> = {
  A0: generateKey,
  A4: formKey,
  A6: importKey,
  A8: exportKey,
  B0: translateScheme,
  BU: checkValueCommand,
  KA: checkValueCommand,
  FA: zmkToLmk('zpk', () => roles.zpk),
  GC: lmkToZmk('zpk', () => roles.zpk),
  FC: zmkToLmk('tmk', () => roles.tmk),
  FE: lmkToZmk('tmk', () => roles.tmk),
  AW: zmkToLmk('cvk', () => roles.cvk),
  AU: lmkToZmk('cvk', () => roles.cvk),
  DW: zmkToLmk('bdk', () => roles.bdk),
  DY: lmkToZmk('bdk', () => roles.bdk),
  MI: zmkToLmk('tak', () => roles.tak),
  MG: lmkToZmk('tak', () => roles.tak),
  BY: zmkToLmk('key', () => roles.zmk),
  FK: zmkToLmk('key', zekOrZak),
  FM: exportZekOrZak,
  AE: withoutCheckValue(lmkToZmk('key', () => roles.tmk, roles.tmk)),
  AG: withoutCheckValue(lmkToZmk('tak', () => roles.tak, roles.tmk)),
  HC: generateUnder(roles.tmk, roles.tmk, false),
  HA: generateUnder(roles.tmk, roles.tak, false),
  IA: generateUnder(roles.zmk, roles.zpk, true),
  GG: (fields, lmk) =>
    formZmk([fields['component1'], fields['component2'], fields['component3']], fields, lmk),
  GY: (fields, lmk) => formZmk(fields.keyComponents ?? [], fields, lmk),
};
