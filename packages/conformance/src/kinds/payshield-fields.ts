// Names of the fields of payShield host commands as `payshield.encode` takes them. What is not there is
// left out; whether a command can do without it, its layout says.
import * as v from 'valibot';
import { digitsOf, name, number, object } from '../forms.ts';

const numeral = v.union([name, number]);

const delimiter = (character: string) =>
  v.pipe(v.string(), v.literal(character), v.title(`'${character}'`));
const block = v.pipe(
  v.string(),
  v.regex(/^[0-9A-F]{16}$/, 'is no block'),
  v.title('16 hex digits'),
);
const account = digitsOf(12, 18);

/** What is known of a field wherever it stands; any other is a text. */
const known: Readonly<Record<string, v.GenericSchema>> = {
  delimiterKeyblock: v.picklist(['#', '%']),
  delimiterZmkTmk: delimiter(';'),
  delimiterKeyType: delimiter(';'),
  delimiterKcvType: delimiter(';'),
  lmkIdentifier: digitsOf(2),
  pan: account,
  sourcePinBlock: block,
  pinBlock: block,
  arqc: block,
  expirationDate: digitsOf(4),
  serviceCode: digitsOf(3),
  cvv: digitsOf(3),
  pvv: digitsOf(4),
  pvki: digitsOf(1),
};

/** Fields of one command: texts, and those that are numbers or may be. */
function fieldsOf(
  texts: string,
  others: Readonly<Record<string, v.GenericSchema>> = {},
): v.GenericSchema {
  const entries = texts
    .split(' ')
    .map((field) => [field, v.exactOptional(known[field] ?? name)] as const);
  const rest = Object.entries(others).map(([name, form]) => [name, v.exactOptional(form)] as const);
  return object(Object.fromEntries([...entries, ...rest]));
}

const cardCode = 'cvk pan expirationDate serviceCode';
const ibm =
  'pvk maximumPinLength pinBlock pinBlockFormat checkLength pan decimalisationTable pinValidationData offset lmkIdentifier';
const visa = 'pvk pinBlock pinBlockFormat pan pvki pvv lmkIdentifier';
const macOf = 'inputFormatFlag macSize macAlgorithm paddingMethod keyType key macData';
const cryptogram = 'mkac panSeqNo atc transactionData arqc';
const modes = { modeFlag: numeral, schemeId: numeral };

/** Schema of the fields by command. */
export const commandFields: Readonly<Record<string, v.GenericSchema>> = {
  A0: fieldsOf(
    'mode keyType keySchemeLmk delimiterZmkTmk keyZmkTmkFlag keyZmkTmk keySchemeZmkTmk lmkIdentifier delimiterKeyblock keyUsageKeyblock algorithmKeyblock modeOfUseKeyblock keyVersionNumberKeyblock exportabilityKeyblock optionalBlocksCountKeyblock',
  ),
  A6: fieldsOf('keyType zmk key keyScheme lmkIdentifier'),
  A8: fieldsOf(
    'keyType zmk key keyScheme lmkIdentifier delimiterKeyblock modExportabilityKeyblock',
  ),
  B2: fieldsOf('data', { length: number }),
  BU: fieldsOf(
    'keyTypeCode keyLengthFlag key delimiterKeyType keyType delimiterKcvType reserved kcvType',
  ),
  CA: fieldsOf(
    'sourceTpk destinationKey destinationKsnDescriptor destinationKsn maximumPinLength sourcePinBlock sourcePinBlockFormat destinationPinBlockFormat pan lmkIdentifier',
  ),
  CC: fieldsOf(
    'sourceZpk destinationZpk maximumPinLength sourcePinBlock sourcePinBlockFormat destinationPinBlockFormat pan lmkIdentifier',
  ),
  CW: fieldsOf(cardCode),
  CY: fieldsOf(`${cardCode} cvv`),
  DA: fieldsOf(`tpk ${ibm}`),
  DC: fieldsOf(`tpk ${visa}`),
  EA: fieldsOf(`zpk ${ibm}`),
  EC: fieldsOf(`zpk ${visa}`),
  FW: fieldsOf('keyType key pvk pinBlock pinBlockFormat pan pvki lmkIdentifier'),
  G0: fieldsOf(
    'sourceKey destinationKey sourceKsnDescriptor sourceKsn destinationKsnDescriptor destinationKsn sourcePinBlock sourcePinBlockFormat destinationPinBlockFormat pan lmkIdentifier',
  ),
  GW: fieldsOf('macMode macMethod bdk ksnDescriptor ksn mac messageData lmkIdentifier', {
    messageDataLengthBytes: number,
    // How the source pads; the command has no such field and nothing is sent.
    paddingMethod: v.literal('zero'),
  }),
  KQ: fieldsOf(
    `${cryptogram} mksmi unpredictableNumber arc discretionaryDataMac discretionaryData lmkIdentifier`,
    modes,
  ),
  KW: fieldsOf(`${cryptogram} csu pad`, modes),
  M6: fieldsOf(macOf, { modeFlag: numeral }),
  M8: fieldsOf(`${macOf} mac lmkIdentifier`, { modeFlag: numeral }),
};
