// Host commands and their answers, field by field (payShield host command layouts, variant and key-block LMK).
import type { CommandLayout, Field } from '../layout.ts';
import {
  account,
  bytes,
  destinationIsBdk,
  destinationKey,
  digits,
  exportability,
  ibm3624,
  key,
  keyAndCheckValue,
  keyBlockAttributes,
  keysAndCheckValue,
  ksn,
  lmkIdentifier,
  marked,
  message,
  offset,
  pairKey,
  pinBlock,
  pinBlockFormatAccount,
  rest,
  schemesTail,
  text,
  translatedPin,
  upTo,
  variantBlockAttributes,
} from './fields.ts';

function layout(
  codes: string,
  title: string,
  request: readonly Field[],
  answer: readonly Field[] = [],
  more: Pick<CommandLayout, 'warnings' | 'diagnostics'> = {},
): CommandLayout {
  const [command, response] = codes.split(' ');
  return { command, response, title, request, answer, ...more };
}

const oneOf =
  (name: string, values: string) =>
  (known: Readonly<Record<string, string>>): boolean =>
    values.includes(known[name] ?? '?');

const maximumPinLength = digits('maximumPinLength', 2);
const checkLength = digits('checkLength', 2);
const pvki = text('pvki', 1);
const pvv = text('pvv', 4);
const panExpiryService: readonly Field[] = [
  upTo('pan', ';', 19),
  text('expirationDate', 4, { aliases: ['expiryDate'] }),
  text('serviceCode', 3),
];
// GO and GQ in mode 1 verify a MAC beside the PIN.
const withMac = (known: Readonly<Record<string, string>>): boolean => known['mode'] === '1';
const macSelection: readonly Field[] = [
  text('macMode', 1, { when: withMac }),
  text('macMethod', 1, { when: withMac }),
];
const macOfMessage: readonly Field[] = [
  text('mac', 8, { when: withMac }),
  {
    kind: 'sized',
    name: 'messageData',
    lengthName: 'messageDataLengthBytes',
    lengthDigits: 4,
    radix: 16,
    content: 'binary',
    when: withMac,
  },
];
const verificationPan = marked(';', [upTo('verificationPan', ';', 19)], 'delimiter');
// A PIN under the variant LMK has a check digit's length more than the PIN; the table says the
// longest PIN the HSM is set to, which is what fixes the field's length.
const pinUnderLmk: Field = {
  kind: 'rest',
  name: 'pin',
  content: 'text',
  followedBy: 0,
};

// Variants of Atalla zone master keys: one digit, or two, which stand there only when they are used.
const digitComes = (known: Readonly<Record<string, string>>): boolean =>
  /^\d/.test(known['next'] ?? '');
const atallaVariant = text('atallaVariant', 1, { when: digitComes });
const atallaVariant2 = text('atallaVariant2', 1, { when: digitComes });

// Hosts write the flag of the key to wrap under with its delimiter or without: no key starts like it.
const wrappingKeyFlag: Field = {
  kind: 'group',
  mark: ';',
  markName: 'delimiterZmkTmk',
  fields: [text('keyZmkTmkFlag', 1)],
  when: oneOf('mode', '1B'),
  bare: (known) => /^[01][UTXYSR]/.test(known['next'] ?? ''),
};

const oldImport = (codes: string, title: string, name: string): CommandLayout =>
  layout(
    codes,
    title,
    [
      key('zmk'),
      name === 'cvk' || name === 'bdk' ? pairKey(name) : key(name, { aliases: ['key'] }),
      atallaVariant,
      schemesTail,
      lmkIdentifier,
    ],
    keyAndCheckValue,
    { warnings: ['01'] },
  );
const oldExport = oldImport;

const keyManagement: readonly CommandLayout[] = [
  layout(
    'A0 A1',
    'Generate a key',
    [
      text('mode', 1),
      text('keyType', 3),
      text('keySchemeLmk', 1),
      text('deriveKeyMode', 1, { when: oneOf('mode', 'AB') }),
      text('dukptMasterKeyType', 1, { when: oneOf('deriveKeyMode', '0') }),
      key('dukptMasterKey', { when: oneOf('deriveKeyMode', '0') }),
      {
        kind: 'text',
        name: 'ksn',
        length: (known) => (known['dukptMasterKeyType'] === '4' ? 16 : 15),
        when: oneOf('deriveKeyMode', '0'),
      },
      text('zkaMasterKeyType', 3, { when: oneOf('deriveKeyMode', '1') }),
      key('zkaMasterKey', { when: oneOf('deriveKeyMode', '1') }),
      text('zkaOption', 1, { when: oneOf('deriveKeyMode', '1') }),
      text('zkaRndi', 32, { when: oneOf('zkaOption', '0') }),
      wrappingKeyFlag,
      key('keyZmkTmk', { when: oneOf('mode', '1B'), aliases: ['zmk'] }),
      text('keySchemeZmkTmk', 1, { when: oneOf('mode', '1B') }),
      lmkIdentifier,
      variantBlockAttributes,
      exportability,
      keyBlockAttributes,
      marked('!', [text('keyBlockVersionIdKeyblock', 1)], 'delimiterVersionIdKeyblock'),
    ],
    keysAndCheckValue,
  ),
  layout(
    'A4 A5',
    'Form a key from encrypted components',
    [
      text('numberOfComponents', 1),
      text('keyType', 3),
      text('keySchemeLmk', 1, { aliases: ['keyScheme'] }),
      { kind: 'keys', name: 'keyComponents', followedBy: 0 },
      lmkIdentifier,
      keyBlockAttributes,
    ],
    keysAndCheckValue,
  ),
  layout(
    'A6 A7',
    'Import a key',
    [
      text('keyType', 3),
      key('zmk', { aliases: ['zmkTmk'] }),
      key('key'),
      text('keyScheme', 1, { aliases: ['keySchemeLmk'] }),
      lmkIdentifier,
      exportability,
      keyBlockAttributes,
    ],
    keysAndCheckValue,
    { warnings: ['01'] },
  ),
  layout(
    'A8 A9',
    'Export a key',
    [
      text('keyType', 3),
      marked(';', [text('keyZmkTmkFlag', 1)], 'delimiterZmkTmk'),
      key('zmk', { aliases: ['zmkTmk'] }),
      key('key'),
      text('keyScheme', 1, { aliases: ['keySchemeZmk'] }),
      lmkIdentifier,
      variantBlockAttributes,
      exportability,
      keyBlockAttributes,
      marked('!', [text('keyBlockVersionIdKeyblock', 1)], 'delimiterVersionIdKeyblock'),
    ],
    keysAndCheckValue,
  ),
  layout(
    'BU BV',
    'Generate a key check value',
    [
      text('keyTypeCode', 2),
      text('keyLengthFlag', 1),
      key('key'),
      marked(
        ';',
        [text('keyType', 3)],
        'delimiterKeyType',
        (known) => known['keyTypeCode'] === 'FF',
      ),
      marked(';', [text('reserved', 2), text('kcvType', 1)], 'delimiterKcvType'),
      lmkIdentifier,
    ],
    [rest('kcv')],
  ),
  layout(
    'KA KB',
    'Generate a key check value (not double-length ZMK)',
    [key('key'), text('keyTypeCode', 2), marked(';', [text('reserved', 2), text('kcvType', 1)])],
    [rest('kcv')],
  ),
  layout(
    'B0 B1',
    'Translate a key scheme',
    [text('keyType', 3), key('key'), text('keyScheme', 1), lmkIdentifier, keyBlockAttributes],
    [key('key')],
  ),
  oldImport('FA FB', 'Translate a ZPK from ZMK to LMK', 'zpk'),
  oldExport('GC GD', 'Translate a ZPK from LMK to ZMK', 'zpk'),
  oldImport('FC FD', 'Translate a TMK, TPK or PVK from ZMK to LMK', 'tmk'),
  oldExport('FE FF', 'Translate a TMK, TPK or PVK from LMK to ZMK', 'tmk'),
  oldImport('AW AX', 'Translate a CVK pair from ZMK to LMK', 'cvk'),
  oldExport('AU AV', 'Translate a CVK pair from LMK to ZMK', 'cvk'),
  oldImport('DW DX', 'Translate a BDK from ZMK to LMK', 'bdk'),
  oldExport('DY DZ', 'Translate a BDK from LMK to ZMK', 'bdk'),
  oldImport('MI MJ', 'Translate a TAK from ZMK to LMK', 'tak'),
  oldExport('MG MH', 'Translate a TAK from LMK to ZMK', 'tak'),
  oldImport('BY BZ', 'Translate a ZMK from ZMK to LMK', 'key'),
  layout(
    'FK FL',
    'Translate a ZEK or ZAK from ZMK to LMK',
    [
      text('flag', 1),
      key('zmk'),
      key('key'),
      atallaVariant,
      atallaVariant2,
      schemesTail,
      lmkIdentifier,
    ],
    keyAndCheckValue,
    { warnings: ['01'] },
  ),
  layout(
    'FM FN',
    'Translate a ZEK or ZAK from LMK to ZMK',
    [
      text('flag', 1),
      key('zmk'),
      key('zek', { when: (known) => known['flag'] === '0', aliases: ['key'] }),
      key('zak', { when: (known) => known['flag'] === '1', aliases: ['key'] }),
      atallaVariant,
      atallaVariant2,
      marked(';', [text('keySchemeZmk', 1), text('reserved', 1), text('kcvType', 1)], 'delimiter'),
      lmkIdentifier,
    ],
    keyAndCheckValue,
  ),
  layout(
    'AE AF',
    'Translate a TMK, TPK or PVK from LMK to another TMK',
    [key('tmk'), key('key'), schemesTail, lmkIdentifier],
    [key('key')],
  ),
  layout(
    'AG AH',
    'Translate a TAK from LMK to TMK',
    [key('tmk'), key('tak', { aliases: ['key'] }), schemesTail, lmkIdentifier],
    [key('key')],
  ),
  layout(
    'HC HD',
    'Generate a TMK, TPK or PVK',
    [key('tmk'), schemesTail, lmkIdentifier],
    [{ kind: 'keys', name: 'keys', followedBy: 0 }],
  ),
  layout(
    'HA HB',
    'Generate a TAK',
    [key('tmk'), schemesTail, lmkIdentifier],
    [{ kind: 'keys', name: 'keys', followedBy: 0 }],
  ),
  layout(
    'IA IB',
    'Generate a ZPK',
    [key('zmk'), schemesTail, lmkIdentifier],
    [{ kind: 'keys', name: 'keys', followedBy: 6 }, text('kcv', 6)],
  ),
  layout(
    'GG GH',
    'Form a ZMK from three components',
    [key('component1'), key('component2'), key('component3'), schemesTail, lmkIdentifier],
    keyAndCheckValue,
  ),
  layout(
    'GY GZ',
    'Form a ZMK from two to nine components',
    [
      text('numberOfComponents', 1),
      { kind: 'keys', name: 'keyComponents', followedBy: 0 },
      schemesTail,
      lmkIdentifier,
    ],
    keyAndCheckValue,
  ),
];

const pinTranslation: readonly Field[] = [
  pinBlock('sourcePinBlock', 'sourceTpk', 'sourceZpk', 'sourceKey', 'bdk'),
  text('sourcePinBlockFormat', 2),
  text('destinationPinBlockFormat', 2),
  account,
  marked(';', [text('destinationPan', 12)], 'destinationPanDelimiter'),
  lmkIdentifier,
];

const pins: readonly CommandLayout[] = [
  layout(
    'CA CB',
    'Translate a PIN from TPK to ZPK or BDK',
    [
      key('sourceTpk'),
      ...destinationKey,
      ...ksn('destination', destinationIsBdk),
      maximumPinLength,
      ...pinTranslation,
    ],
    translatedPin,
  ),
  layout(
    'CC CD',
    'Translate a PIN from one ZPK to another',
    [key('sourceZpk'), key('destinationZpk'), maximumPinLength, ...pinTranslation],
    translatedPin,
  ),
  layout(
    'CI CJ',
    'Translate a PIN from BDK to ZPK (single-DES DUKPT)',
    [
      pairKey('bdk'),
      key('zpk', { aliases: ['destinationKey'] }),
      ...ksn(''),
      pinBlock('sourcePinBlock', 'bdk'),
      text('destinationPinBlockFormat', 2, { aliases: ['pinBlockFormat'] }),
      account,
      lmkIdentifier,
    ],
    translatedPin,
  ),
  layout(
    'G0 G1',
    'Translate a PIN from BDK to BDK or ZPK (TDES DUKPT)',
    [
      text('sourceKeyFlag', 1, { when: (known) => /^[*~!]/.test(known['next'] ?? '') }),
      key('sourceKey', { aliases: ['bdk'] }),
      ...destinationKey,
      ...ksn('source'),
      ...ksn('destination', destinationIsBdk),
      ...pinTranslation,
    ],
    translatedPin,
  ),
  ...(['DA DB tpk', 'EA EB zpk'] as const).map((codes) =>
    layout(
      codes,
      `Verify a PIN under a ${codes.slice(6).toUpperCase()} by IBM 3624 offset`,
      [
        key(codes.slice(6)),
        key('pvk'),
        maximumPinLength,
        pinBlock('pinBlock', codes.slice(6)),
        text('pinBlockFormat', 2),
        checkLength,
        account,
        ...ibm3624(true),
        lmkIdentifier,
      ],
      [],
      { warnings: ['02'] },
    ),
  ),
  ...(['DC DD tpk', 'EC ED zpk'] as const).map((codes) =>
    layout(codes, `Verify a PIN under a ${codes.slice(6).toUpperCase()} by Visa PVV`, [
      key(codes.slice(6)),
      pairKey('pvk'),
      ...pinBlockFormatAccount(codes.slice(6)),
      verificationPan,
      pvki,
      pvv,
      lmkIdentifier,
    ]),
  ),
  ...(['BC BD tpk', 'BE BF zpk'] as const).map((codes) =>
    layout(codes, `Verify a PIN under a ${codes.slice(6).toUpperCase()} by comparison`, [
      key(codes.slice(6)),
      ...pinBlockFormatAccount(codes.slice(6)),
      pinUnderLmk,
    ]),
  ),
  layout(
    'CK CL',
    'Verify a PIN under a BDK by IBM 3624 offset (single-DES DUKPT)',
    [
      pairKey('bdk'),
      key('pvk'),
      ...ksn(''),
      pinBlock('pinBlock', 'bdk'),
      checkLength,
      account,
      ...ibm3624(true),
      lmkIdentifier,
    ],
    [],
    { warnings: ['02'] },
  ),
  layout('CM CN', 'Verify a PIN under a BDK by Visa PVV (single-DES DUKPT)', [
    pairKey('bdk'),
    pairKey('pvk'),
    ...ksn(''),
    pinBlock('pinBlock', 'bdk'),
    account,
    pvki,
    pvv,
    lmkIdentifier,
  ]),
  layout(
    'GO GP',
    'Verify a PIN under a BDK by IBM 3624 offset (TDES DUKPT)',
    [
      text('mode', 1),
      ...macSelection,
      pairKey('bdk'),
      key('pvk'),
      ...ksn(''),
      pinBlock('pinBlock', 'bdk'),
      text('pinBlockFormat', 2),
      checkLength,
      account,
      ...ibm3624(true),
      ...macOfMessage,
      lmkIdentifier,
    ],
    [],
    { warnings: ['02'] },
  ),
  layout('GQ GR', 'Verify a PIN under a BDK by Visa PVV (TDES DUKPT)', [
    text('mode', 1),
    ...macSelection,
    pairKey('bdk'),
    pairKey('pvk'),
    ...ksn(''),
    ...pinBlockFormatAccount('bdk'),
    verificationPan,
    pvki,
    pvv,
    ...macOfMessage,
    lmkIdentifier,
  ]),
  layout(
    'FW FX',
    'Generate a Visa PVV of a PIN under TPK or ZPK',
    [
      text('keyType', 3),
      key('key', { aliases: ['pinKey'] }),
      pairKey('pvk'),
      ...pinBlockFormatAccount('key'),
      pvki,
      lmkIdentifier,
    ],
    [pvv],
  ),
  layout(
    'BK BL',
    'Generate an IBM 3624 offset of a PIN under TPK or ZPK',
    [
      text('keyType', 3),
      key('key', { aliases: ['pinKey'] }),
      key('pvk'),
      pinBlock('pinBlock', 'key'),
      text('pinBlockFormat', 2),
      checkLength,
      account,
      ...ibm3624(false),
      lmkIdentifier,
    ],
    [offset('offset')],
    { warnings: ['02'] },
  ),
  layout(
    'CU CV',
    'Verify a PIN by PVV and generate the PVV of a new one',
    [
      text('keyType', 3),
      key('key', { aliases: ['pinKey'] }),
      pairKey('pvk'),
      pinBlock('sourcePinBlock', 'key'),
      text('sourcePinBlockFormat', 2, { aliases: ['pinBlockFormat'] }),
      account,
      pvki,
      text('sourcePvv', 4, { aliases: ['pvv'] }),
      pinBlock('destinationPinBlock', 'key'),
      lmkIdentifier,
    ],
    [pvv],
  ),
  layout(
    'DU DV',
    'Verify a PIN by IBM 3624 offset and generate the offset of a new one',
    [
      text('keyType', 3),
      key('key', { aliases: ['pinKey'] }),
      key('pvk'),
      pinBlock('sourcePinBlock', 'key'),
      text('sourcePinBlockFormat', 2, { aliases: ['pinBlockFormat'] }),
      checkLength,
      account,
      ...ibm3624(false),
      offset('sourceOffset'),
      pinBlock('destinationPinBlock', 'key'),
      lmkIdentifier,
    ],
    [offset('offset')],
    { warnings: ['02'] },
  ),
];

/** Where the PIN under LMK stands in the middle, its length is the HSM's setting: the rest is fixed. */
const pinBefore = (followedBy: number): Field => ({
  kind: 'rest',
  name: 'pin',
  content: 'text',
  followedBy,
});

const pinsUnderLmk: readonly CommandLayout[] = [
  layout('BA BB', 'Encrypt a clear PIN', [pinBefore(12), account], [pinUnderLmk]),
  layout('NG NH', 'Decrypt a PIN', [account, pinUnderLmk], [rest('clearPin')]),
  layout('JA JB', 'Generate a random PIN', [account, checkLength], [pinUnderLmk]),
  layout(
    'JC JD',
    'Translate a PIN from TPK to LMK',
    [
      key('sourceTpk', { aliases: ['tpk'] }),
      pinBlock('sourcePinBlock', 'sourceTpk'),
      text('sourcePinBlockFormat', 2),
      account,
      lmkIdentifier,
    ],
    [pinUnderLmk],
  ),
  layout(
    'JE JF',
    'Translate a PIN from ZPK to LMK',
    [
      key('sourceZpk', { aliases: ['zpk'] }),
      pinBlock('sourcePinBlock', 'sourceZpk'),
      text('sourcePinBlockFormat', 2),
      account,
      lmkIdentifier,
    ],
    [pinUnderLmk],
  ),
  layout(
    'JG JH',
    'Translate a PIN from LMK to ZPK',
    [key('zpk', { aliases: ['destinationZpk'] }), text('pinBlockFormat', 2), account, pinUnderLmk],
    [rest('pinBlock')],
  ),
  layout(
    'DG DH',
    'Generate a Visa PVV of a PIN under LMK',
    [pairKey('pvk'), pinBefore(13), account, pvki],
    [pvv],
  ),
  layout(
    'DE DF',
    'Generate an IBM 3624 offset of a PIN under LMK',
    [key('pvk'), pinBefore(42), checkLength, account, ...ibm3624(false)],
    [offset('offset')],
    { warnings: ['02'] },
  ),
  layout(
    'EE EF',
    'Derive a PIN by IBM 3624',
    [key('pvk'), offset('offset'), checkLength, account, ...ibm3624(false)],
    [pinUnderLmk],
    { warnings: ['02'] },
  ),
];

const cards: readonly CommandLayout[] = [
  layout(
    'CW CX',
    'Generate a CVV',
    [pairKey('cvk'), ...panExpiryService, lmkIdentifier],
    [text('cvv', 3)],
  ),
  layout('CY CZ', 'Verify a CVV', [
    pairKey('cvk'),
    text('cvv', 3),
    ...panExpiryService,
    lmkIdentifier,
  ]),
  layout('PM PN', 'Verify a dynamic CVC3', [
    text('schemeId', 1),
    text('version', 1),
    pairKey('mkCvc3'),
    text('keyDerivationMethod', 1),
    upTo('pan', ';', 19),
    digits('panSequenceNumber', 2),
    {
      kind: 'sized',
      name: 'trackData',
      lengthName: 'trackDataLength',
      lengthDigits: 3,
      radix: 10,
      content: 'binary',
    },
    text('unpredictableNumber', 8),
    digits('atc', 5),
    text('cvc3', 5, { aliases: ['dcvv'] }),
    lmkIdentifier,
  ]),
  layout(
    'KQ KR',
    'Verify an ARQC and generate an ARPC (static and session-key schemes)',
    [
      text('modeFlag', 1),
      text('schemeId', 1),
      key('mkac'),
      key('mksmi', { when: oneOf('modeFlag', '34') }),
      bytes('panSeqNo', 8),
      bytes('atc', 2),
      bytes('unpredictableNumber', 4),
      {
        kind: 'sized',
        name: 'transactionData',
        lengthName: 'transactionDataLength',
        lengthDigits: 2,
        radix: 16,
        content: 'binary',
        when: oneOf('modeFlag', '0134'),
      },
      { kind: 'literal', text: ';', when: oneOf('modeFlag', '0134') },
      bytes('arqc', 8),
      bytes('arc', 2, { when: oneOf('modeFlag', '124') }),
      bytes('discretionaryDataMac', 4, { when: oneOf('modeFlag', '34') }),
      {
        kind: 'sized',
        name: 'discretionaryData',
        lengthName: 'discretionaryDataLength',
        lengthDigits: 2,
        radix: 16,
        content: 'binary',
        when: oneOf('modeFlag', '34'),
      },
      lmkIdentifier,
    ],
    [rest('arpc', 'binary')],
    { diagnostics: { '01': [rest('diagnosticArqc', 'binary')] } },
  ),
  layout(
    'KW KX',
    'Verify an ARQC and generate an ARPC (EMV 4.x)',
    [
      text('modeFlag', 1),
      text('schemeId', 1),
      key('mkac'),
      bytes('ivac', 16, { when: oneOf('schemeId', '01') }),
      {
        kind: 'sized',
        name: 'panSeqNo',
        lengthName: 'panSeqNoLength',
        lengthDigits: 2,
        radix: 10,
        content: 'binary',
        when: oneOf('schemeId', '13'),
      },
      { kind: 'literal', text: ';', when: oneOf('schemeId', '13') },
      bytes('panSeqNo', 8, { when: oneOf('schemeId', '02') }),
      text('branchHeightParams', 1, { when: oneOf('schemeId', '01') }),
      bytes('atc', 2),
      {
        kind: 'sized',
        name: 'transactionData',
        lengthName: 'transactionDataLength',
        lengthDigits: 2,
        radix: 16,
        content: 'binary',
        when: oneOf('modeFlag', '013'),
      },
      { kind: 'literal', text: ';', when: oneOf('modeFlag', '013') },
      bytes('arqc', 8),
      bytes('arc', 2, { when: oneOf('modeFlag', '12') }),
      bytes('csu', 4, { when: oneOf('modeFlag', '34') }),
      {
        kind: 'sized',
        name: 'proprietaryData',
        aliases: ['pad'],
        lengthName: 'padLength',
        lengthDigits: 1,
        radix: 16,
        content: 'binary',
        when: oneOf('modeFlag', '34'),
      },
      lmkIdentifier,
    ],
    [rest('arpc', 'binary')],
    { diagnostics: { '01': [rest('diagnosticArqc', 'binary')] } },
  ),
];

const macAttributes: readonly Field[] = [
  text('modeFlag', 1, { aliases: ['macMode'] }),
  text('inputFormatFlag', 1, { aliases: ['macInputFormat'] }),
  text('macSize', 1),
  text('macAlgorithm', 1),
  text('paddingMethod', 1, { aliases: ['macPaddingMethod'] }),
  text('keyType', 3, { aliases: ['macKeyType'] }),
  key('key', { aliases: ['macKey'] }),
  {
    kind: 'text',
    name: 'iv',
    length: (known) => (known['key']?.[8] === 'A' && known['key'].startsWith('S') ? 32 : 16),
    when: oneOf('modeFlag', '23'),
  },
  message('macData', ['message', 'macMessage', 'messageBlock']),
];

const macs: readonly CommandLayout[] = [
  layout('M6 M7', 'Generate a MAC', [...macAttributes, lmkIdentifier], [rest('mac')]),
  layout(
    'M8 M9',
    'Verify a MAC',
    [
      ...macAttributes,
      {
        kind: 'text',
        name: 'mac',
        length: (known) => macDigits(known),
        when: oneOf('modeFlag', '03'),
      },
      lmkIdentifier,
    ],
    [rest('iv')],
  ),
  layout(
    'MS MT',
    'Generate a MAC in parts (X9.9, X9.19)',
    [
      text('messageBlockNumber', 1),
      text('keyType', 1),
      text('keyLength', 1),
      text('messageType', 1),
      key('key'),
      text('iv', 16, { when: oneOf('messageBlockNumber', '23') }),
      {
        kind: 'sized',
        name: 'macData',
        aliases: ['message'],
        lengthName: 'messageLength',
        lengthDigits: 4,
        radix: 16,
        content: 'latin1',
        charactersPerUnit: (known) => (known['messageType'] === '1' ? 2 : 1),
      },
    ],
    [rest('mab')],
  ),
  layout(
    'MA MB',
    'Generate a MAC under a TAK',
    [key('tak', { aliases: ['key'] }), rest('macData')],
    [rest('mac')],
  ),
  layout('MC MD', 'Verify a MAC under a TAK', [
    key('tak', { aliases: ['key'] }),
    text('mac', 8),
    rest('macData'),
  ]),
  layout(
    'ME MF',
    'Verify a MAC under one TAK and make it under another',
    [key('sourceTak'), key('destinationTak'), text('mac', 8), rest('macData')],
    [rest('mac')],
  ),
  layout(
    'MQ MR',
    'Generate a MAC in parts under a ZAK (X9.9)',
    [
      text('messageBlockNumber', 1),
      key('zak', { aliases: ['key'] }),
      text('iv', 16, { when: oneOf('messageBlockNumber', '23') }),
      {
        kind: 'sized',
        name: 'macData',
        aliases: ['message'],
        lengthName: 'messageLength',
        lengthDigits: 3,
        radix: 16,
        content: 'latin1',
      },
    ],
    [rest('mab')],
  ),
  layout(
    'GW GX',
    'Generate or verify a MAC under a DUKPT key',
    [
      text('macMode', 1),
      text('macMethod', 1),
      pairKey('bdk'),
      ...ksn(''),
      {
        kind: 'text',
        name: 'mac',
        length: dukptMacDigits,
        when: oneOf('macMode', '123'),
      },
      {
        kind: 'sized',
        name: 'messageData',
        lengthName: 'messageDataLengthBytes',
        lengthDigits: 4,
        radix: 16,
        content: 'binary',
      },
      lmkIdentifier,
    ],
    [rest('mac')],
  ),
];

/** MAC digits of GW: 16, unless 8 make the message length behind them fit what is left. */
function dukptMacDigits(known: Readonly<Record<string, string>>): number {
  const given = known['given:mac'];
  if (given !== undefined) return given.length === 8 ? 8 : 16;
  const left = Number(known['left']);
  const fits = (macLength: number): boolean => {
    const bytesLeft = left - macLength - 4;
    const announced = Number.parseInt(known['next'].slice(macLength, macLength + 4), 16);
    return bytesLeft === announced || bytesLeft === announced + 3;
  };
  return !fits(16) && fits(8) ? 8 : 16;
}

/** MAC digits of M8: half or whole of the block of the key's algorithm. */
function macDigits(known: Readonly<Record<string, string>>): number {
  const aes = known['key']?.[0] === 'S' && known['key'][8] === 'A';
  const whole = aes ? 32 : 16;
  return known['macSize'] === '0' ? (aes ? 16 : 8) : whole;
}

const cipherAttributes = (from: string, to: string): readonly Field[] => [
  text('inputFormatFlag', 1),
  text('outputFormatFlag', 1),
  text('keyType', 3),
  key('key', { aliases: [from, to] }),
  text('ksnDescriptor', 3, { when: (known) => isDataBdk(known) }),
  {
    kind: 'text',
    name: 'ksn',
    length: 20,
    when: (known) => isDataBdk(known),
  },
  {
    kind: 'text',
    name: 'iv',
    length: (known) => (['10', '11', '12', '13'].includes(known['modeFlag'] ?? '') ? 32 : 16),
    when: (known) => !['00', '10'].includes(known['modeFlag'] ?? ''),
  },
  message('message', ['messageBlock', 'encryptedData', 'data']),
  lmkIdentifier,
];

function isDataBdk(known: Readonly<Record<string, string>>): boolean {
  const type = known['keyType'] ?? '';
  return /^[0-9]09$/.test(type) || (type === 'FFF' && known['key']?.slice(6, 8) === 'B0');
}

const dataAnswer: readonly Field[] = [
  {
    kind: 'text',
    name: 'iv',
    length: (known) => (known['modeFlag'] === '11' ? 32 : 16),
    when: (known) => !['00', '10'].includes(known['modeFlag'] ?? '00'),
  },
  message('message', []),
];

const data: readonly CommandLayout[] = [
  layout(
    'M0 M1',
    'Encrypt data',
    [text('modeFlag', 2), ...cipherAttributes('dek', 'zek')],
    dataAnswer,
  ),
  layout(
    'M2 M3',
    'Decrypt data',
    [text('modeFlag', 2), ...cipherAttributes('dek', 'zek')],
    dataAnswer,
  ),
  layout(
    'GM GN',
    'Hash data',
    [
      text('hashId', 2),
      {
        kind: 'sized',
        name: 'messageData',
        lengthName: 'messageDataLength',
        lengthDigits: 5,
        radix: 10,
        content: 'binary',
      },
    ],
    [rest('hash', 'binary')],
  ),
];

const diagnostics: readonly CommandLayout[] = [
  layout(
    'B2 B3',
    'Echo',
    [
      {
        kind: 'sized',
        name: 'data',
        aliases: ['message'],
        lengthName: 'length',
        lengthDigits: 4,
        radix: 16,
        content: 'latin1',
        upperCase: true,
      },
    ],
    [rest('data')],
  ),
  layout('NC ND', 'Diagnostics', [], [text('lmkCheckValue', 16), rest('firmware')]),
  layout('NO NP', 'HSM status', [text('modeFlag', 2)], [rest('status')]),
  layout('N0 N1', 'Random bytes', [digits('length', 3)], [rest('random', 'binary')]),
  layout('BS BT', 'Erase the key change storage', []),
];

/** Every command the codec knows, by its two characters. */
export const commandLayouts: ReadonlyMap<string, CommandLayout> = new Map(
  [...keyManagement, ...pins, ...pinsUnderLmk, ...cards, ...macs, ...data, ...diagnostics].map(
    (entry) => [entry.command, entry],
  ),
);

/** The same, by the response's two characters. */
export const responseLayouts: ReadonlyMap<string, CommandLayout> = new Map(
  [...commandLayouts.values()].map((entry) => [entry.response, entry]),
);
