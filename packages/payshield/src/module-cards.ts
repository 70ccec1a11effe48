// Card codes and cryptograms over host commands: CW, CY, KQ, KW.
import { fromHex, toHex } from '@chipswitch/bytes';
import {
  cardKeyItself,
  commonRule,
  type CryptogramVersion,
  mastercardRule,
} from '@chipswitch/cryptography';
import {
  type Refusal,
  refuse,
  type ArpcRequest,
  arqcDataOf,
  checkArqcInput,
  type CardCodeInput,
  type SecurityModule,
} from '@chipswitch/security-module';
import type { Fields } from './fields.ts';
import { type AnswerOf, type InputOf, type ModuleContext, verdict } from './module-context.ts';

/** Operations on cards. */
export type CardOperations = Pick<
  SecurityModule,
  'generateCardCode' | 'verifyCardCode' | 'verifyArqc' | 'scriptMac' | 'scriptEncrypt' | 'pinChange'
>;

// The host commands' account number field.
const panDigitsMin = 12;

function cardCodeFields(
  context: ModuleContext,
  input: CardCodeInput,
): { readonly ok: true; readonly fields: Fields } | Refusal {
  if (input.kind !== 'cvv' && input.kind !== 'cvv2' && input.kind !== 'icvv') {
    return refuse('unsupported', input.kind);
  }
  const cvk = context.find(input.key, ['C0']);
  if (!cvk.ok) return cvk;
  const serviceCode =
    input.kind === 'cvv' ? input.serviceCode : input.kind === 'cvv2' ? '000' : '999';
  if (!/^\d{12,19}$/.test(input.pan)) return refuse('input', 'pan');
  if (!/^\d{4}$/.test(input.expiry)) return refuse('input', 'expiry');
  if (!/^\d{3}$/.test(serviceCode)) return refuse('input', 'service code');
  const { pan, expiry: expirationDate } = input;
  return { ok: true, fields: { cvk: cvk.key.field, pan, expirationDate, serviceCode } };
}

/** PAN and sequence number: the rightmost sixteen digits (option A), or all of them (option B). */
function panSeqNoOf(pan: string, sequence: string, option: 'A' | 'B'): string {
  const digits = pan + sequence;
  if (option === 'A' || pan.length <= 16) return digits.slice(-16).padStart(16, '0');
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}

function padded(data: Uint8Array, padding: CryptogramVersion['padding']): Uint8Array {
  const extra = padding === 2 ? 1 : 0;
  const result = new Uint8Array(Math.ceil((data.length + extra) / 8) * 8);
  result.set(data);
  if (padding === 2) result[data.length] = 0x80;
  return result;
}

/** Which command and scheme carries out a row, or undefined where none does. */
function commandOf(
  row: CryptogramVersion,
  option: 'A' | 'B',
): { readonly command: 'KQ' | 'KW'; readonly schemeId: string } | undefined {
  if (row.sessionKey === commonRule) return { command: 'KW', schemeId: option === 'A' ? '2' : '3' };
  if (option !== 'A') return undefined;
  if (row.sessionKey === cardKeyItself) return { command: 'KQ', schemeId: '0' };
  const mastercard = row.sessionKey === mastercardRule && row.arpcKey === 'card';
  return mastercard ? { command: 'KQ', schemeId: '1' } : undefined;
}

function responseFields(arpc: ArpcRequest | undefined): { mode: string; fields: Fields } {
  if (arpc === undefined) return { mode: '0', fields: {} };
  if ('arc' in arpc) return { mode: '1', fields: { arc: toHex(arpc.arc) } };
  const proprietaryData = arpc.proprietaryData ?? new Uint8Array(0);
  return { mode: '3', fields: { csu: toHex(arpc.csu), proprietaryData } };
}

async function verifyArqc(
  context: ModuleContext,
  input: InputOf<'verifyArqc'>,
): AnswerOf<'verifyArqc'> {
  const { send, find } = context;
  const master = find(input.key, ['E0']);
  if (!master.ok) return master;
  const checked = checkArqcInput(input);
  if (!checked.ok) return checked;
  const { row } = checked;
  if (input.pan.length < panDigitsMin) return refuse('input', 'pan');
  const option = input.option ?? row.option;
  const how = option === 'C' ? undefined : commandOf(row, option);
  if (how === undefined || option === 'C') return refuse('unsupported', row.id);
  const data = arqcDataOf(input, row);
  if (!(data instanceof Uint8Array)) return data;
  const { mode, fields } = responseFields(input.arpc);
  const sent = await send(how.command, {
    modeFlag: mode,
    schemeId: how.schemeId,
    mkac: master.key.field,
    panSeqNo: panSeqNoOf(input.pan, input.panSequenceNumber, option),
    atc: toHex(input.atc),
    ...(how.command === 'KQ'
      ? { unpredictableNumber: toHex(input.unpredictableNumber ?? new Uint8Array(4)) }
      : {}),
    transactionData: toHex(padded(data, row.padding)),
    arqc: toHex(input.arqc),
    ...fields,
  });
  if (!sent.ok) return sent;
  const { arpc } = sent.fields;
  if (input.arpc === undefined) return { ok: true };
  return arpc === undefined ? refuse('unavailable', 'arpc') : { ok: true, arpc: fromHex(arpc) };
}

/** Operations over the host link. */
export function cardOperations(context: ModuleContext): CardOperations {
  const { send } = context;

  return {
    generateCardCode: async (input) => {
      const code = cardCodeFields(context, input);
      if (!code.ok) return code;
      const sent = await send('CW', code.fields);
      return sent.ok ? { ok: true, code: sent.fields['cvv'] } : sent;
    },
    verifyCardCode: async (input) => {
      const code = cardCodeFields(context, input);
      if (!code.ok) return code;
      if (!/^\d{3}$/.test(input.code)) return refuse('input', 'code');
      return verdict(send('CY', { ...code.fields, cvv: input.code }));
    },
    verifyArqc: (input) => verifyArqc(context, input),
    scriptMac: () => refuse('unsupported'),
    scriptEncrypt: () => refuse('unsupported'),
    pinChange: () => refuse('unsupported'),
  };
}
