// MAC, cipher, hash and diagnostic commands of the simulated HSM.
import { createHash, randomBytes } from 'node:crypto';
import { equalConstantTime, firstNonHex, fromHex, toHex, toLatin1, given } from '@chipswitch/bytes';
import { type ClearKey, cmac, macAlgorithm1, macAlgorithm3, padMessage } from '../cipher.ts';
import { workingKey } from '../dukpt.ts';
import { type Lmk, roles } from '../lmk.ts';
import { stop } from '../stop.ts';
import type { HostFields } from '../wire/host-body.ts';
import { type Handler, answered, failed, openKey, roleOfType, verified } from './handler.ts';

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Message bytes by input format: 0 binary, 1 hex, 2 text. */
function messageBytes(text: string, format: string): Uint8Array {
  if (format !== '1') return latin1(text);
  return firstNonHex(text) >= 0 ? stop('35') : fromHex(text);
}

function macKey(fields: HostFields, lmk: Lmk): ClearKey {
  const type = fields['keyType'];
  if (!['003', '008', 'FFF'].includes(type)) stop('05');
  return openKey(lmk, fields['key'], roleOfType(type));
}

/** MAC, or the chaining value of a first or middle part. */
function macOf(fields: HostFields, lmk: Lmk): Uint8Array {
  const mode = fields['modeFlag'];
  const key = macKey(fields, lmk);
  const data = messageBytes(fields['macData'], fields['inputFormatFlag']);
  const iv = fields['iv'] === undefined ? undefined : fromHex(fields['iv']);
  const whole = data.length % key.blockLength === 0;
  const last = mode === '0' || mode === '3';
  if (!last && !whole) stop('06');
  const padding = Number(fields['paddingMethod']);
  if (!(padding >= 0 && padding <= 3)) stop('09');
  if (last && padding === 0 && !whole) stop('06');
  const padded = last ? padMessage(data, padding, key.blockLength) : data;
  switch (fields['macAlgorithm']) {
    case '1':
      return macAlgorithm1(key, padded, iv);
    case '3':
      if (!last) return macAlgorithm1(key.left, padded, iv);
      return key.bytes.length === 16 ? macAlgorithm3(key, padded, iv) : stop('27');
    case '6':
      return mode === '0' ? cmac(key, data) : stop('04');
    default:
      return stop('04');
  }
}

function cut(mac: Uint8Array, fields: HostFields): string {
  const last = fields['modeFlag'] === '0' || fields['modeFlag'] === '3';
  return toHex(last && fields['macSize'] === '0' ? mac.slice(0, mac.length / 2) : mac);
}

const verifyMac: Handler = (fields, lmk) => {
  const computed = cut(macOf(fields, lmk), fields);
  if (fields['mac'] === undefined) return answered({ iv: computed });
  return verified(equalConstantTime(fromHex(computed), fromHex(fields['mac'])));
};

const macInParts: Handler = (fields, lmk) => {
  const role = fields['keyType'] === '1' ? roles.zak : roles.tak;
  const key = openKey(lmk, fields['key'], role);
  const data = messageBytes(fields['macData'], fields['messageType']);
  const block = fields['messageBlockNumber'];
  const iv = fields['iv'] === undefined ? undefined : fromHex(fields['iv']);
  const last = block === '0' || block === '3';
  if (!last && data.length % 8 !== 0) return failed('06');
  const padded = padMessage(data, 1, 8);
  const mab =
    last && fields['keyLength'] === '1'
      ? macAlgorithm3(key, padded, iv)
      : macAlgorithm1(key.left, padded, iv);
  return answered({ mab: toHex(mab) });
};

/** X9.9 under a single-length TAK, X9.19 under a double-length one; half of the block. */
function takMac(field: string, fields: HostFields, lmk: Lmk, parityError = '10'): Uint8Array {
  const key = openKey(lmk, field, roles.tak, parityError);
  const padded = padMessage(latin1(fields['macData'] ?? ''), 1, 8);
  const mac = key.bytes.length === 8 ? macAlgorithm1(key, padded) : macAlgorithm3(key, padded);
  return mac.slice(0, 4);
}

const verifyTakMac: Handler = (fields, lmk) =>
  verified(equalConstantTime(takMac(fields['tak'], fields, lmk), fromHex(fields['mac'])));

const translateTakMac: Handler = (fields, lmk) => {
  const right = takMac(fields['sourceTak'], fields, lmk);
  if (!equalConstantTime(right, fromHex(fields['mac']))) return failed('01');
  return answered({ mac: toHex(takMac(fields['destinationTak'], fields, lmk, '11')) });
};

const zakMacInParts: Handler = (fields, lmk) => {
  const key = openKey(lmk, fields['zak'], roles.zak);
  const block = fields['messageBlockNumber'];
  const data = latin1(fields['macData']);
  if ((block === '1' || block === '2') && data.length % 8 !== 0) return failed('06');
  const iv = fields['iv'] === undefined ? undefined : fromHex(fields['iv']);
  return answered({ mab: toHex(macAlgorithm1(key, padMessage(data, 1, 8), iv)) });
};

// Modes 1 to 3 verify, 4 to 6 generate; the message is padded with zeros.
const dukptMac: Handler = (fields, lmk) => {
  const bdk = openKey(lmk, fields['bdk'], roles.bdk);
  const key = workingKey(bdk, fromHex(fields['ksn']), 'mac-request');
  const mac = macAlgorithm3(key, padMessage(fromHex(fields['messageData']), 1, 8));
  if (!/^[1-6]$/.test(fields['macMode'])) return failed('15');
  const given = fields['mac'];
  if (given === undefined) return answered({ mac: toHex(mac) });
  const digits = fromHex(given);
  return verified(equalConstantTime(mac.slice(0, digits.length), digits));
};

const cipherData =
  (direction: 'encrypt' | 'decrypt'): Handler =>
  (fields, lmk) => {
    const type = fields['keyType'];
    const isBdk = fields['ksn'] !== undefined;
    const master = openKey(lmk, fields['key'], isBdk ? roles.bdk : roleOfType(type));
    const key = isBdk ? workingKey(master, fromHex(fields['ksn']), 'data-request') : master;
    const data = messageBytes(fields['message'], fields['inputFormatFlag']);
    if (data.length === 0 || data.length % key.blockLength !== 0) return failed('06');
    const mode = fields['modeFlag'];
    let result: Uint8Array;
    let iv: string | undefined;
    if (mode === '00' || mode === '10') result = key[direction](data);
    else if (mode === '01' || mode === '11') {
      const start = fromHex(fields['iv']);
      result = direction === 'encrypt' ? key.encryptCbc(data, start) : key.decryptCbc(data, start);
      iv = toHex((direction === 'encrypt' ? result : data).slice(-key.blockLength));
    } else return failed('02');
    const message = fields['outputFormatFlag'] === '1' ? toHex(result) : toLatin1(result);
    const length = message.length.toString(16).toUpperCase().padStart(4, '0');
    return answered({ ...given({ iv }), length, message });
  };

const hashNames: Readonly<Record<string, string>> = {
  '01': 'sha1',
  '02': 'md5',
  '05': 'sha224',
  '06': 'sha256',
  '07': 'sha384',
  '08': 'sha512',
};

const hash: Handler = (fields) => {
  const name = hashNames[fields['hashId']];
  if (name === undefined) return failed('05');
  return answered({ hash: createHash(name).update(fromHex(fields['messageData'])).digest() });
};

/** Firmware that the simulator reports, the number that simulators have always reported. */
const firmware = '0007-E000';

/** Handlers of MAC, data and diagnostic commands by command. */
export const dataHandlers: Readonly<Record<string, Handler>> = {
  M6: (fields, lmk) => answered({ mac: cut(macOf(fields, lmk), fields) }),
  M8: verifyMac,
  MA: (fields, lmk) => answered({ mac: toHex(takMac(fields['tak'], fields, lmk)) }),
  MC: verifyTakMac,
  ME: translateTakMac,
  MQ: zakMacInParts,
  MS: macInParts,
  GW: dukptMac,
  M0: cipherData('encrypt'),
  M2: cipherData('decrypt'),
  GM: hash,
  NC: (_fields, lmk) => answered({ lmkCheckValue: lmk.checkValue, firmware }),
  NO: (fields) =>
    fields['modeFlag'] === '01'
      ? answered({ status: '0' })
      : answered({ status: `3164${firmware}0000` }),
  N0: (fields) => {
    const length = Number(fields['length']);
    return length >= 1 && length <= 256 ? answered({ random: randomBytes(length) }) : failed('80');
  },
  BS: () => answered(),
};
