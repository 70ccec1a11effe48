// How the bodies of key management commands are read (payShield host command layouts).
import { stop } from '../stop.ts';
import type { HostBody } from './host-body.ts';
import { lmkIdentifier, type Request } from './request.ts';

/** Attributes of a new key block behind `#`. */
function blockAttributes(body: HostBody): void {
  if (!body.mark('#')) return;
  body.texts(
    'keyUsageKeyblock:2 algorithmKeyblock:2 modeOfUseKeyblock:1 keyVersionNumberKeyblock:2 ' +
      'exportabilityKeyblock:1 optionalBlocksCountKeyblock:2',
  );
  if (Number(body.said('optionalBlocksCountKeyblock')) > 0) body.rest('optionalBlocksDataKeyblock');
}

/** Attributes of the block that a key of the variant LMK is exported in, behind `&`. */
function variantAttributes(body: HostBody): void {
  if (body.said('keyType') === 'FFF' || !body.mark('&')) return;
  body.texts(
    'keyUsageVariant:2 modeOfUseVariant:1 keyVersionNumberVariant:2 exportabilityVariant:1 ' +
      'optionalBlocksCountVariant:2',
  );
}

function exportability(body: HostBody): void {
  if (body.mark('&')) body.text('modExportabilityKeyblock', 1);
}

function blockVersion(body: HostBody): void {
  if (body.mark('!')) body.text('keyBlockVersionIdKeyblock', 1);
}

/** `;` scheme under the ZMK, scheme under the LMK, kind of check value. */
function schemes(body: HostBody): void {
  if (body.mark(';')) body.texts('keySchemeZmk:1 keySchemeLmk:1 kcvType:1');
}

function atallaVariant(body: HostBody, name = 'atallaVariant'): void {
  if (/^\d/.test(body.next(1))) body.text(name, 1);
}

const generate: Request = (body) => {
  body.texts('mode:1 keyType:3 keySchemeLmk:1');
  const mode = body.said('mode');
  if (/[AB]/.test(mode)) {
    body.text('deriveKeyMode', 1);
    // German keys are derived by another way that the simulator has not.
    if (body.said('deriveKeyMode') !== '0') stop('68');
    body.text('dukptMasterKeyType', 1).key('dukptMasterKey');
    body.text('ksn', body.said('dukptMasterKeyType') === '4' ? 16 : 15);
  }
  if (/[1B]/.test(mode)) {
    // Hosts write the flag of the wrapping key with its delimiter or without: no key starts like it.
    if (body.mark(';') || /^[01][UTXYSR]/.test(body.next(2))) body.text('keyZmkTmkFlag', 1);
    body.key('keyZmkTmk').text('keySchemeZmkTmk', 1);
  }
  lmkIdentifier(body);
  variantAttributes(body);
  exportability(body);
  blockAttributes(body);
  blockVersion(body);
};

const form: Request = (body) => {
  body.texts('numberOfComponents:1 keyType:3 keySchemeLmk:1').components();
  lmkIdentifier(body);
  blockAttributes(body);
};

const importKey: Request = (body) => {
  body.text('keyType', 3).key('zmk').key('key').text('keyScheme', 1);
  lmkIdentifier(body);
  exportability(body);
  blockAttributes(body);
};

const exportKey: Request = (body) => {
  body.text('keyType', 3);
  if (body.mark(';')) body.text('keyZmkTmkFlag', 1);
  body.key('zmk').key('key').text('keyScheme', 1);
  lmkIdentifier(body);
  variantAttributes(body);
  exportability(body);
  blockAttributes(body);
  blockVersion(body);
};

const checkValue: Request = (body) => {
  body.texts('keyTypeCode:2 keyLengthFlag:1').key('key');
  if (body.said('keyTypeCode') === 'FF' && body.mark(';')) body.text('keyType', 3);
  if (body.mark(';')) body.texts('reserved:2 kcvType:1');
  lmkIdentifier(body);
};

const oldCheckValue: Request = (body) => {
  body.key('key').text('keyTypeCode', 2);
  if (body.mark(';')) body.texts('reserved:2 kcvType:1');
};

/** The older commands that move one kind of key between ZMK and LMK. */
const move =
  (name: string): Request =>
  (body) => {
    body.key('zmk');
    if (name === 'cvk' || name === 'bdk') body.pair(name);
    else body.key(name);
    atallaVariant(body);
    schemes(body);
    lmkIdentifier(body);
  };

const importZekOrZak: Request = (body) => {
  body.text('flag', 1).key('zmk').key('key');
  atallaVariant(body);
  atallaVariant(body, 'atallaVariant2');
  schemes(body);
  lmkIdentifier(body);
};

const exportZekOrZak: Request = (body) => {
  body.text('flag', 1).key('zmk');
  body.key(body.said('flag') === '1' ? 'zak' : 'zek');
  atallaVariant(body);
  atallaVariant(body, 'atallaVariant2');
  if (body.mark(';')) body.texts('keySchemeZmk:1 reserved:1 kcvType:1');
  lmkIdentifier(body);
};

/** Keys of the named kinds, then schemes. */
const keysAndSchemes =
  (...names: readonly string[]): Request =>
  (body) => {
    for (const name of names) body.key(name);
    schemes(body);
    lmkIdentifier(body);
  };

const formZmk: Request = (body) => {
  body.text('numberOfComponents', 1).components();
  schemes(body);
  lmkIdentifier(body);
};

/** Bodies of key management commands by command. */
export const keyRequests: Readonly<Record<string, Request>> = {
  A0: generate,
  A4: form,
  A6: importKey,
  A8: exportKey,
  B0: (body) => {
    body.text('keyType', 3).key('key').text('keyScheme', 1);
    lmkIdentifier(body);
    blockAttributes(body);
  },
  BU: checkValue,
  KA: oldCheckValue,
  FA: move('zpk'),
  GC: move('zpk'),
  FC: move('tmk'),
  FE: move('tmk'),
  AW: move('cvk'),
  AU: move('cvk'),
  DW: move('bdk'),
  DY: move('bdk'),
  MI: move('tak'),
  MG: move('tak'),
  BY: move('key'),
  FK: importZekOrZak,
  FM: exportZekOrZak,
  AE: keysAndSchemes('tmk', 'key'),
  AG: keysAndSchemes('tmk', 'tak'),
  HC: keysAndSchemes('tmk'),
  HA: keysAndSchemes('tmk'),
  IA: keysAndSchemes('zmk'),
  GG: keysAndSchemes('component1', 'component2', 'component3'),
  GY: formZmk,
};
