// How the bodies of PIN, card, MAC and data commands are read (payShield host command layouts).
import { type HostBody, isAesField, usageOf } from './host-body.ts';
import { keyRequests } from './key-requests.ts';
import {
  type Request,
  isDestinationBdk,
  keyFlag,
  lmkIdentifier,
  pinBlock,
  serialNumber,
} from './request.ts';

const isOneOf = (body: HostBody, name: string, values: string): boolean =>
  body.said(name) !== '' && values.includes(body.said(name));

/** A request with the identifier of an LMK at its end. */
const withLmk =
  (request: Request): Request =>
  (body) => {
    request(body);
    lmkIdentifier(body);
  };

const ksn = (body: HostBody): void => serialNumber(body, 'ksnDescriptor', 'ksn');
const ibmData = (body: HostBody): HostBody =>
  body.texts('decimalisationTable:16 pinValidationData:12');

function destination(body: HostBody): void {
  keyFlag(body, 'destinationKeyFlag');
  body.key('destinationKey');
}

function destinationSerialNumber(body: HostBody): void {
  if (isDestinationBdk(body)) serialNumber(body, 'destinationKsnDescriptor', 'destinationKsn');
}

function translation(body: HostBody): void {
  pinBlock(body, 'sourcePinBlock', 'sourceTpk', 'sourceZpk', 'sourceKey');
  body.texts('sourcePinBlockFormat:2 destinationPinBlockFormat:2 pan:12');
  if (body.mark(';')) body.text('destinationPan', 12);
}

const translations: Readonly<Record<string, Request>> = {
  CA: (body) => {
    body.key('sourceTpk');
    destination(body);
    destinationSerialNumber(body);
    body.text('maximumPinLength', 2);
    translation(body);
  },
  CC: (body) => {
    body.key('sourceZpk').key('destinationZpk').text('maximumPinLength', 2);
    translation(body);
  },
  CI: (body) => {
    body.pair('bdk').key('zpk');
    ksn(body);
    pinBlock(body, 'sourcePinBlock', 'bdk');
    body.texts('destinationPinBlockFormat:2 pan:12');
  },
  G0: (body) => {
    keyFlag(body, 'sourceKeyFlag');
    body.key('sourceKey');
    destination(body);
    serialNumber(body, 'sourceKsnDescriptor', 'sourceKsn');
    destinationSerialNumber(body);
    translation(body);
  },
};

/** PIN block, format and account. */
function pinOf(body: HostBody, keyName: string): void {
  pinBlock(body, 'pinBlock', keyName);
  body.texts('pinBlockFormat:2 pan:12');
}

function verificationPan(body: HostBody): void {
  if (body.mark(';')) body.upToSemicolon('verificationPan', 19);
}

const offsetUnder =
  (keyName: string): Request =>
  (body) => {
    body.key(keyName).key('pvk').text('maximumPinLength', 2);
    pinBlock(body, 'pinBlock', keyName);
    body.texts('pinBlockFormat:2 checkLength:2 pan:12');
    ibmData(body).text('offset', 12);
  };

const pvvUnder =
  (keyName: string): Request =>
  (body) => {
    body.key(keyName).pair('pvk');
    pinOf(body, keyName);
    verificationPan(body);
    body.texts('pvki:1 pvv:4');
  };

const comparisonUnder =
  (keyName: string): Request =>
  (body) => {
    body.key(keyName);
    pinOf(body, keyName);
    body.rest('pin');
  };

function macSelection(body: HostBody): void {
  body.text('mode', 1);
  if (body.said('mode') === '1') body.texts('macMode:1 macMethod:1');
}

function macOfMessage(body: HostBody): void {
  if (body.said('mode') === '1') body.text('mac', 8).sizedBytes('messageData', 4, 16);
}

const verifications: Readonly<Record<string, Request>> = {
  DA: offsetUnder('tpk'),
  EA: offsetUnder('zpk'),
  CK: (body) => {
    body.pair('bdk').key('pvk');
    ksn(body);
    pinBlock(body, 'pinBlock', 'bdk');
    body.texts('checkLength:2 pan:12');
    ibmData(body).text('offset', 12);
  },
  GO: (body) => {
    macSelection(body);
    body.pair('bdk').key('pvk');
    ksn(body);
    pinBlock(body, 'pinBlock', 'bdk');
    body.texts('pinBlockFormat:2 checkLength:2 pan:12');
    ibmData(body).text('offset', 12);
    macOfMessage(body);
  },
  DC: pvvUnder('tpk'),
  EC: pvvUnder('zpk'),
  CM: (body) => {
    body.pair('bdk').pair('pvk');
    ksn(body);
    pinBlock(body, 'pinBlock', 'bdk');
    body.texts('pan:12 pvki:1 pvv:4');
  },
  GQ: (body) => {
    macSelection(body);
    body.pair('bdk').pair('pvk');
    ksn(body);
    pinOf(body, 'bdk');
    verificationPan(body);
    body.texts('pvki:1 pvv:4');
    macOfMessage(body);
  },
  FW: (body) => {
    body.text('keyType', 3).key('key').pair('pvk');
    pinOf(body, 'key');
    body.text('pvki', 1);
  },
  BK: (body) => {
    body.text('keyType', 3).key('key').key('pvk');
    pinBlock(body, 'pinBlock', 'key');
    body.texts('pinBlockFormat:2 checkLength:2 pan:12');
    ibmData(body);
  },
  CU: (body) => {
    body.text('keyType', 3).key('key').pair('pvk');
    pinBlock(body, 'sourcePinBlock', 'key');
    body.texts('sourcePinBlockFormat:2 pan:12 pvki:1 sourcePvv:4');
    pinBlock(body, 'destinationPinBlock', 'key');
  },
  DU: (body) => {
    body.text('keyType', 3).key('key').key('pvk');
    pinBlock(body, 'sourcePinBlock', 'key');
    body.texts('sourcePinBlockFormat:2 checkLength:2 pan:12');
    ibmData(body).text('sourceOffset', 12);
    pinBlock(body, 'destinationPinBlock', 'key');
  },
};

/** Under the LMK a PIN is as long as the HSM is set to: what stands behind it is fixed. */
const pinsUnderLmk: Readonly<Record<string, Request>> = {
  BC: comparisonUnder('tpk'),
  BE: comparisonUnder('zpk'),
  BA: (body) => body.rest('pin', 12).text('pan', 12),
  NG: (body) => body.text('pan', 12).rest('pin'),
  JA: (body) => body.texts('pan:12 checkLength:2'),
  JG: (body) => body.key('zpk').texts('pinBlockFormat:2 pan:12').rest('pin'),
  DG: (body) => body.pair('pvk').rest('pin', 13).texts('pan:12 pvki:1'),
  DE: (body) => ibmData(body.key('pvk').rest('pin', 42).texts('checkLength:2 pan:12')),
  EE: (body) => ibmData(body.key('pvk').texts('offset:12 checkLength:2 pan:12')),
};

const toLmk =
  (keyName: string): Request =>
  (body) => {
    body.key(keyName);
    pinBlock(body, 'sourcePinBlock', keyName);
    body.texts('sourcePinBlockFormat:2 pan:12');
  };

const card = (body: HostBody): HostBody =>
  body.upToSemicolon('pan', 19).texts('expirationDate:4 serviceCode:3');

const cards: Readonly<Record<string, Request>> = {
  CW: (body) => card(body.pair('cvk')),
  CY: (body) => card(body.pair('cvk').text('cvv', 3)),
  PM: (body) =>
    body
      .texts('schemeId:1 version:1')
      .pair('mkCvc3')
      .text('keyDerivationMethod', 1)
      .upToSemicolon('pan', 19)
      .text('panSequenceNumber', 2)
      .sizedBytes('trackData', 3, 10)
      .texts('unpredictableNumber:8 atc:5 cvc3:5'),
  KQ: (body) => {
    body.texts('modeFlag:1 schemeId:1').key('mkac');
    if (isOneOf(body, 'modeFlag', '34')) body.key('mksmi');
    body.bytes('panSeqNo', 8).bytes('atc', 2).bytes('unpredictableNumber', 4);
    if (isOneOf(body, 'modeFlag', '0134')) body.sizedBytes('transactionData', 2, 16).literal(';');
    body.bytes('arqc', 8);
    if (isOneOf(body, 'modeFlag', '124')) body.bytes('arc', 2);
    if (isOneOf(body, 'modeFlag', '34'))
      body.bytes('discretionaryDataMac', 4).sizedBytes('discretionaryData', 2, 16);
  },
  KW: (body) => {
    body.texts('modeFlag:1 schemeId:1').key('mkac');
    const isTree = isOneOf(body, 'schemeId', '01');
    if (isTree) body.bytes('ivac', 16);
    if (isOneOf(body, 'schemeId', '13')) body.sizedBytes('panSeqNo', 2, 10).literal(';');
    else if (isOneOf(body, 'schemeId', '02')) body.bytes('panSeqNo', 8);
    if (isTree) body.text('branchHeightParams', 1);
    body.bytes('atc', 2);
    if (isOneOf(body, 'modeFlag', '013')) body.sizedBytes('transactionData', 2, 16).literal(';');
    body.bytes('arqc', 8);
    if (isOneOf(body, 'modeFlag', '12')) body.bytes('arc', 2);
    if (isOneOf(body, 'modeFlag', '34')) body.bytes('csu', 4).sizedBytes('proprietaryData', 1, 16);
  },
};

function macAttributes(body: HostBody): void {
  body.texts('modeFlag:1 inputFormatFlag:1 macSize:1 macAlgorithm:1 paddingMethod:1 keyType:3');
  body.key('key');
  if (isOneOf(body, 'modeFlag', '23')) body.text('iv', isAesField(body.said('key')) ? 32 : 16);
  body.sized('macData');
}

/** Digits of a MAC: half a block or a whole one of the key's cipher. */
function macDigits(body: HostBody): number {
  const whole = isAesField(body.said('key')) ? 32 : 16;
  return body.said('macSize') === '0' ? whole / 2 : whole;
}

/** Digits of the MAC of GW: 16, unless with 8 of them the length behind fits what is left. */
function dukptMacDigits(body: HostBody): number {
  const fits = (digits: number): boolean => {
    const more = body.left - digits - 4 - Number.parseInt(body.next(4, digits), 16);
    return more === 0 || more === 3;
  };
  return !fits(16) && fits(8) ? 8 : 16;
}

const macs: Readonly<Record<string, Request>> = {
  M6: macAttributes,
  M8: (body) => {
    macAttributes(body);
    if (isOneOf(body, 'modeFlag', '03')) body.text('mac', macDigits(body));
  },
  GW: (body) => {
    body.texts('macMode:1 macMethod:1').pair('bdk');
    ksn(body);
    if (isOneOf(body, 'macMode', '123')) body.text('mac', dukptMacDigits(body));
    body.sizedBytes('messageData', 4, 16);
  },
};

/** What has no identifier of an LMK at its end. */
const olderMacs: Readonly<Record<string, Request>> = {
  MS: (body) => {
    body.texts('messageBlockNumber:1 keyType:1 keyLength:1 messageType:1').key('key');
    if (isOneOf(body, 'messageBlockNumber', '23')) body.text('iv', 16);
    body.sized('macData', 4, body.said('messageType') === '1' ? 2 : 1);
  },
  MA: (body) => body.key('tak').rest('macData'),
  MC: (body) => body.key('tak').text('mac', 8).rest('macData'),
  ME: (body) => body.key('sourceTak').key('destinationTak').text('mac', 8).rest('macData'),
  MQ: (body) => {
    body.text('messageBlockNumber', 1).key('zak');
    if (isOneOf(body, 'messageBlockNumber', '23')) body.text('iv', 16);
    body.sized('macData', 3);
  },
};

const cipher: Request = (body) => {
  body.texts('modeFlag:2 inputFormatFlag:1 outputFormatFlag:1 keyType:3').key('key');
  const type = body.said('keyType');
  const isBdk = /^\d09$/.test(type) || (type === 'FFF' && usageOf(body.said('key')) === 'B0');
  if (isBdk) body.texts('ksnDescriptor:3 ksn:20');
  const mode = body.said('modeFlag');
  // ECB has no chaining value.
  if (!mode.endsWith('0')) body.text('iv', /^1[0-3]$/.test(mode) ? 32 : 16);
  body.sized('message');
};

const others: Readonly<Record<string, Request>> = {
  GM: (body) => body.text('hashId', 2).sizedBytes('messageData', 5, 10),
  NC: () => undefined,
  NO: (body) => body.text('modeFlag', 2),
  N0: (body) => body.text('length', 3),
  BS: () => undefined,
};

/** Bodies by command. */
export const requests: ReadonlyMap<string, Request> = new Map([
  ...Object.entries(keyRequests),
  ...Object.entries({
    ...translations,
    ...verifications,
    ...cards,
    ...macs,
    JC: toLmk('sourceTpk'),
    JE: toLmk('sourceZpk'),
    M0: cipher,
    M2: cipher,
  }).map(([command, request]) => [command, withLmk(request)] as const),
  ...Object.entries({ ...pinsUnderLmk, ...olderMacs, ...others }),
]);
