// Card commands of the simulated HSM: card verification values, application cryptograms and answers.
import { concatBytes, equalConstantTime, fromAscii, fromHex } from '@chipswitch/bytes';
import type { ClearKey } from '../cipher.ts';
import { macAlgorithm3, padMessage } from '../cipher.ts';
import {
  applicationCryptogram,
  arpcMethod1,
  arpcMethod2,
  atcBlock,
  cardKeyOptionA,
  cardKeyOptionB,
  commonSessionKey,
} from '../emv.ts';
import { type Lmk, roles } from '../lmk.ts';
import { cardVerificationValue } from '../pin.ts';
import { stop } from '../stop.ts';
import type { HostFields } from '../wire/host-body.ts';
import { type Answer, type Handler, answered, failed, openKey, verified } from './handler.ts';

function cvvOf(fields: HostFields, lmk: Lmk): string {
  const cvk = openKey(lmk, fields['cvk'], roles.cvk);
  if (cvk.bytes.length !== 16) stop('27');
  const rest = fields['expirationDate'] + fields['serviceCode'];
  if (!/^\d{1,19}$/.test(fields['pan']) || !/^\d{7}$/.test(rest)) stop('15');
  return cardVerificationValue(cvk, fields['pan'], rest);
}

interface CryptogramKeys {
  /** Under which the card makes its cryptogram. */
  readonly request: ClearKey;
  /** Under which the issuer answers. */
  readonly response: ClearKey;
}

function answerCryptogram(
  fields: HostFields,
  keys: CryptogramKeys,
  modes: { readonly verify: string; readonly method1: string; readonly method2: string },
): Answer {
  const mode = fields['modeFlag'];
  const arqc = fromHex(fields['arqc']);
  if (modes.verify.includes(mode)) {
    const data = fromHex(fields['transactionData']);
    if (data.length === 0) return failed('81');
    const right = applicationCryptogram(keys.request, data);
    // The simulated HSM is in authorised state, in which it says what would have been right.
    if (!equalConstantTime(right, arqc)) {
      return { errorCode: '01', fields: { diagnosticArqc: right } };
    }
  }
  if (modes.method1.includes(mode)) {
    return answered({ arpc: arpcMethod1(keys.response, arqc, fromHex(fields['arc'])) });
  }
  if (modes.method2.includes(mode)) {
    const proprietary = fromHex(fields['proprietaryData'] ?? '');
    const csu = fromHex(fields['csu']);
    return answered({ arpc: arpcMethod2(keys.response, arqc, csu, proprietary) });
  }
  return answered();
}

const staticAndSessionSchemes: Handler = (fields, lmk) => {
  if (!/^[01234]$/.test(fields['modeFlag'])) return failed('04');
  const master = openKey(lmk, fields['mkac'], roles.mkAc);
  const card = cardKeyOptionA(master, fromHex(fields['panSeqNo']));
  const scheme = fields['schemeId'];
  let keys: CryptogramKeys;
  if (scheme === '0' || scheme === '2') keys = { request: card, response: card };
  else if (scheme === '1') {
    const r = atcBlock(fromHex(fields['atc']), fromHex(fields['unpredictableNumber']));
    keys = { request: commonSessionKey(card, r), response: card };
  } else return failed('05');
  const mac = fields['discretionaryDataMac'];
  if (mac !== undefined) {
    if (scheme !== '0') return failed('03');
    const integrity = openKey(lmk, fields['mksmi'], roles.mkSmi, '11');
    const smi = cardKeyOptionA(integrity, fromHex(fields['panSeqNo']));
    const data = padMessage(fromHex(fields['discretionaryData']), 1, 8);
    const right = macAlgorithm3(smi, data).slice(0, 4);
    if (!equalConstantTime(right, fromHex(mac))) return failed('06');
  }
  return answerCryptogram(fields, keys, { verify: '0134', method1: '124', method2: '' });
};

const emvSchemes: Handler = (fields, lmk) => {
  if (!/^[01234]$/.test(fields['modeFlag'])) return failed('04');
  const scheme = fields['schemeId'];
  // Schemes 0 and 1 are the session-key tree that EMV 2000 had; no current card uses it.
  if (scheme !== '2' && scheme !== '3') return failed('05');
  const master = openKey(lmk, fields['mkac'], roles.mkAc);
  const panSeqNo = fromHex(fields['panSeqNo']);
  const card = scheme === '2' ? cardKeyOptionA(master, panSeqNo) : cardKeyOptionB(master, panSeqNo);
  const session = commonSessionKey(card, atcBlock(fromHex(fields['atc'])));
  const keys = { request: session, response: session };
  return answerCryptogram(fields, keys, { verify: '013', method1: '12', method2: '34' });
};

// CVC3: the end of a MAC over the static track, the unpredictable number and the ATC, enciphered.
const verifyCvc3: Handler = (fields, lmk) => {
  if (fields['schemeId'] !== '1' || fields['version'] !== '2') return failed('41');
  const master = openKey(lmk, fields['mkCvc3'], roles.mkCvc3);
  const digits = fields['pan'] + fields['panSequenceNumber'];
  const method = fields['keyDerivationMethod'];
  const card =
    method === 'B'
      ? cardKeyOptionB(master, fromHex(digits.length % 2 === 0 ? digits : `0${digits}`))
      : cardKeyOptionA(master, fromHex(digits.slice(-16).padStart(16, '0')));
  const vector = macAlgorithm3(card, padMessage(fromHex(fields['trackData']), 2, 8)).slice(6);
  const atc = Number(fields['atc']);
  if (!(atc <= 0xffff)) return failed('15');
  const counter = Uint8Array.of(atc >> 8, atc & 255);
  const block = card.encrypt(concatBytes(vector, fromHex(fields['unpredictableNumber']), counter));
  const right = String((block[6] << 8) | block[7]).padStart(5, '0');
  // A card shows as many of the last digits as its track has room for.
  const given = fields['cvc3'].trim();
  if (!/^\d{3,5}$/.test(given)) return failed('15');
  return verified(equalConstantTime(fromAscii(right.slice(-given.length)), fromAscii(given)));
};

/** Handlers of card commands by command. */
export const cardHandlers: Readonly<Record<string, Handler>> = {
  CW: (fields, lmk) => answered({ cvv: cvvOf(fields, lmk) }),
  CY: (fields, lmk) =>
    verified(equalConstantTime(fromAscii(cvvOf(fields, lmk)), fromAscii(fields['cvv']))),
  PM: verifyCvc3,
  KQ: staticAndSessionSchemes,
  KW: emvSchemes,
};
