// PIN commands of the simulated HSM: translation, verification, PVV and offset generation.
import { randomInt } from 'node:crypto';
import { equalConstantTime, fromAscii, fromHex } from '@chipswitch/bytes';
import type { ClearKey } from '../cipher.ts';
import { workingKey } from '../dukpt.ts';
import { type KeyRole, type Lmk, roles } from '../lmk.ts';
import {
  addDigits,
  decimalisationIsRefused,
  ibmNaturalPin,
  openPinBlock,
  sealPinBlock,
  subtractDigits,
  visaPvv,
} from '../pin.ts';
import { stop } from '../stop.ts';
import { type HostFields, usageOf } from '../wire/host-body.ts';
import { type Answer, type Handler, answered, failed, openKey, verified } from './handler.ts';

/** Whether two texts are equal, in time that does not depend on where they differ. */
function same(a: string, b: string): boolean {
  return equalConstantTime(fromAscii(a), fromAscii(b));
}

function openPin(block: string, format: string, account: string, key: ClearKey): string {
  const opened = openPinBlock(block, format, account, key);
  return opened.ok ? opened.pin : stop(opened.error.code);
}

function answerPin(pin: string, fields: HostFields, key: ClearKey): Answer {
  const format = fields['destinationPinBlockFormat'];
  if (pin.length > Number(fields['maximumPinLength'] ?? '12')) return failed('24');
  const account = fields['destinationPan'] ?? fields['pan'];
  const block = sealPinBlock(pin, format, account, key);
  if (block === undefined) return failed('23');
  const pinLength = String(pin.length).padStart(2, '0');
  return answered({ pinLength, pinBlock: block, pinBlockFormat: format });
}

/** Where a PIN block is enciphered under a BDK: the transaction's PIN key. */
function dukptPinKey(lmk: Lmk, bdkField: string, ksn: string, parityError = '10'): ClearKey {
  const bdk = openKey(lmk, bdkField, roles.bdk, parityError);
  if (bdk.aes) stop('A7');
  if (bdk.bytes.length !== 16) stop('27');
  return workingKey(bdk, fromHex(ksn), 'pin');
}

function destination(fields: HostFields, lmk: Lmk): ClearKey {
  const field = fields['destinationKey'];
  const isBdk = fields['destinationKeyFlag'] !== undefined || usageOf(field) === 'B0';
  return isBdk
    ? dukptPinKey(lmk, field, fields['destinationKsn'], '11')
    : openKey(lmk, field, roles.zpk, '11');
}

const translateTpk: Handler = (fields, lmk) => {
  const source = openKey(lmk, fields['sourceTpk'], roles.tpk);
  const target = destination(fields, lmk);
  const { sourcePinBlock, sourcePinBlockFormat, pan } = fields;
  return answerPin(openPin(sourcePinBlock, sourcePinBlockFormat, pan, source), fields, target);
};

const translateZpk: Handler = (fields, lmk) => {
  const source = openKey(lmk, fields['sourceZpk'], roles.zpk);
  const target = openKey(lmk, fields['destinationZpk'], roles.zpk, '11');
  const { sourcePinBlock, sourcePinBlockFormat, pan } = fields;
  return answerPin(openPin(sourcePinBlock, sourcePinBlockFormat, pan, source), fields, target);
};

// CI carries no source format: DUKPT PIN pads make ISO 0 blocks.
const translateDukptOld: Handler = (fields, lmk) => {
  const source = dukptPinKey(lmk, fields['bdk'], fields['ksn']);
  const target = openKey(lmk, fields['zpk'], roles.zpk, '11');
  return answerPin(openPin(fields['sourcePinBlock'], '01', fields['pan'], source), fields, target);
};

const translateDukpt: Handler = (fields, lmk) => {
  const source = dukptPinKey(lmk, fields['sourceKey'], fields['sourceKsn']);
  const target = destination(fields, lmk);
  const { sourcePinBlock, sourcePinBlockFormat, pan } = fields;
  return answerPin(openPin(sourcePinBlock, sourcePinBlockFormat, pan, source), fields, target);
};

/** The PIN of a verification command, whichever key its block is under. */
type PinSource = (fields: HostFields, lmk: Lmk) => string;

const underKey =
  (name: string, role: KeyRole): PinSource =>
  (fields, lmk) =>
    openPin(
      fields['pinBlock'],
      fields['pinBlockFormat'],
      fields['pan'],
      openKey(lmk, fields[name], role),
    );

const underBdk: PinSource = (fields, lmk) =>
  openPin(
    fields['pinBlock'],
    fields['pinBlockFormat'] ?? '01',
    fields['pan'],
    dukptPinKey(lmk, fields['bdk'], fields['ksn']),
  );

/** FW, BK, CU and DU name the key's type: 001 a ZPK, 002 (70D) a TPK, FFF whichever the block says. */
function pinKeyByType(fields: HostFields, lmk: Lmk): ClearKey {
  const type = fields['keyType'];
  const usages = [...roles.zpk.usages, ...roles.tpk.usages];
  if (!['001', '002', '70D', 'FFF'].includes(type)) stop('28');
  return openKey(lmk, fields['key'], { type, usages });
}

const underTypedKey: PinSource = (fields, lmk) =>
  openPin(
    fields['pinBlock'] ?? fields['sourcePinBlock'],
    fields['pinBlockFormat'] ?? fields['sourcePinBlockFormat'],
    fields['pan'],
    pinKeyByType(fields, lmk),
  );

// A PIN under the LMK: the HSM's own algorithm is not public, so the simulator keeps a zero in front
// of the clear PIN, as the other simulators do. It is a stand-in for tests and nothing else.
const underLmk: PinSource = (fields) => {
  const pin = /^0(\d{4,12})$/.exec(fields['pin'] ?? '')?.[1];
  return pin ?? stop('20');
};

function visaKey(fields: HostFields, lmk: Lmk): ClearKey {
  const pvk = openKey(lmk, fields['pvk'], roles.pvkVisa, '11');
  return pvk.bytes.length === 16 ? pvk : stop('27');
}

const pvvOf = (pin: string, fields: HostFields, lmk: Lmk): string =>
  visaPvv(pin, fields['verificationPan'] ?? fields['pan'], fields['pvki'], visaKey(fields, lmk));

const verifyPvv =
  (source: PinSource): Handler =>
  (fields, lmk) => {
    visaKey(fields, lmk);
    return verified(same(pvvOf(source(fields, lmk), fields, lmk), fields['pvv']));
  };

const generatePvv =
  (source: PinSource): Handler =>
  (fields, lmk) =>
    answered({ pvv: pvvOf(source(fields, lmk), fields, lmk) });

const verifyAndGeneratePvv: Handler = (fields, lmk) => {
  const current = underTypedKey(fields, lmk);
  if (!same(pvvOf(current, fields, lmk), fields['sourcePvv'])) return failed('01');
  const next = { ...fields, pinBlock: fields['destinationPinBlock'] };
  const pin = openPin(
    next.pinBlock,
    fields['sourcePinBlockFormat'],
    fields['pan'],
    pinKeyByType(fields, lmk),
  );
  return answered({ pvv: pvvOf(pin, fields, lmk) });
};

interface Natural {
  readonly natural: string;
  /** 02 where the PVK is not single-length: a warning, the result stands. */
  readonly errorCode: string;
}

function naturalPin(fields: HostFields, lmk: Lmk): Natural {
  const pvk = openKey(lmk, fields['pvk'], roles.pvkIbm, '11');
  const table = fields['decimalisationTable'];
  if (decimalisationIsRefused(table)) stop('25');
  const length = Number(fields['checkLength']);
  if (!(length >= 4 && length <= 12)) stop('24');
  const validation = fields['pinValidationData'];
  if (!/^[0-9A-F]*N?[0-9A-F]*$/.test(validation)) stop('15');
  const natural = ibmNaturalPin(pvk, { account: fields['pan'], validation, table });
  return {
    natural: natural.slice(0, length),
    errorCode: pvk.bytes.length === 8 ? '00' : '02',
  };
}

function offsetOf(pin: string, { natural, errorCode }: Natural): Answer {
  if (pin.length < natural.length) return failed('81');
  const offset = subtractDigits(pin.slice(0, natural.length), natural);
  return { errorCode, fields: { offset: offset.padEnd(12, 'F') } };
}

const verifyOffset =
  (source: PinSource, name = 'offset'): Handler =>
  (fields, lmk) => {
    const natural = naturalPin(fields, lmk);
    const pin = source(fields, lmk);
    const given = fields[name].replace(/F*$/, '');
    if (given.length < natural.natural.length || !/^\d+$/.test(given)) return failed('15');
    const right = addDigits(natural.natural, given);
    return same(right, pin.slice(0, right.length)) ? failed(natural.errorCode) : failed('01');
  };

const generateOffset =
  (source: PinSource): Handler =>
  (fields, lmk) =>
    offsetOf(source(fields, lmk), naturalPin(fields, lmk));

const verifyAndGenerateOffset: Handler = (fields, lmk) => {
  const checked = verifyOffset(underTypedKey, 'sourceOffset')(fields, lmk);
  if (checked.errorCode === '01' || checked.errorCode === '15') return checked;
  const key = pinKeyByType(fields, lmk);
  const format = fields['sourcePinBlockFormat'];
  const pin = openPin(fields['destinationPinBlock'], format, fields['pan'], key);
  return offsetOf(pin, naturalPin(fields, lmk));
};

const comparePin =
  (source: PinSource): Handler =>
  (fields, lmk) =>
    verified(same(source(fields, lmk), underLmk(fields, lmk)));

const toLmk =
  (name: string, role: KeyRole): Handler =>
  (fields, lmk) => {
    const { sourcePinBlock, sourcePinBlockFormat, pan } = fields;
    const key = openKey(lmk, fields[name], role);
    return answered({ pin: `0${openPin(sourcePinBlock, sourcePinBlockFormat, pan, key)}` });
  };

const fromLmk: Handler = (fields, lmk) => {
  const key = openKey(lmk, fields['zpk'], roles.zpk);
  const block = sealPinBlock(underLmk(fields, lmk), fields['pinBlockFormat'], fields['pan'], key);
  return block === undefined ? failed('23') : answered({ pinBlock: block });
};

const derivePin: Handler = (fields, lmk) => {
  const { natural, errorCode } = naturalPin(fields, lmk);
  const offset = fields['offset'].replace(/F*$/, '').padEnd(natural.length, '0');
  return { errorCode, fields: { pin: `0${addDigits(natural, offset)}` } };
};

const randomPin: Handler = (fields) => {
  const length = Number(fields['checkLength']);
  if (!(length >= 4 && length <= 12)) return failed('24');
  let pin = '0';
  for (let i = 0; i < length; i++) pin += randomInt(10);
  return answered({ pin });
};

const encryptClearPin: Handler = (fields) => {
  const pin = /^(\d{4,12})F*$/.exec(fields['pin'] ?? '')?.[1];
  return pin === undefined ? failed('15') : answered({ pin: `0${pin}` });
};

/** Handlers of PIN commands by command. */
export const pinHandlers: Readonly<Record<string, Handler>> = {
  CA: translateTpk,
  CC: translateZpk,
  CI: translateDukptOld,
  G0: translateDukpt,
  DA: verifyOffset(underKey('tpk', roles.tpk)),
  EA: verifyOffset(underKey('zpk', roles.zpk)),
  CK: verifyOffset(underBdk),
  GO: verifyOffset(underBdk),
  DC: verifyPvv(underKey('tpk', roles.tpk)),
  EC: verifyPvv(underKey('zpk', roles.zpk)),
  CM: verifyPvv(underBdk),
  GQ: verifyPvv(underBdk),
  BC: comparePin(underKey('tpk', roles.tpk)),
  BE: comparePin(underKey('zpk', roles.zpk)),
  FW: generatePvv(underTypedKey),
  DG: generatePvv(underLmk),
  CU: verifyAndGeneratePvv,
  BK: generateOffset(underTypedKey),
  DE: generateOffset(underLmk),
  DU: verifyAndGenerateOffset,
  EE: derivePin,
  BA: encryptClearPin,
  // The clear PIN stands to the left in as many characters as it has under the LMK.
  NG: (fields, lmk) =>
    answered({ clearPin: underLmk(fields, lmk).padEnd(fields['pin'].length, 'F') }),
  JA: randomPin,
  JC: toLmk('sourceTpk', roles.tpk),
  JE: toLmk('sourceZpk', roles.zpk),
  JG: fromLmk,
};
