// PIN operations over host commands: CA, CC, G0, DA to EC, GO, GQ, FW, BK, EE, JA, JG.
import { fromHex, toHex } from '@chipswitch/bytes';
import { isTranslationAllowed } from '@chipswitch/cryptography';
import {
  type Outcome,
  type Refusal,
  refuse,
  type PinBlockFormat,
  type EncipheredPin,
  type OffsetReference,
  type PinDataAnswer,
  type PinDataInput,
  type SecurityModule,
} from '@chipswitch/security-module';
import type { Fields } from './fields.ts';
import { type PayshieldKey, isTerminalPinKey } from './key-record.ts';
import {
  type AnswerOf,
  type InputOf,
  type ModuleContext,
  type SentOutcome,
  accountOf,
  verdict,
} from './module-context.ts';

/** Operations on PINs. */
export type PinOperations = Pick<SecurityModule, 'translatePin' | 'verifyPin' | 'generatePinData'>;

const formatCodes: Readonly<Record<PinBlockFormat, string>> = {
  0: '01',
  1: '05',
  2: '35',
  3: '47',
  4: '48',
};

/** The descriptor of TDES KSNs as this switch's terminals make them: 6 + 0 + 9 digits, then 5. */
const ksnDescriptor = '609';

interface Source {
  readonly ok: true;
  readonly key: PayshieldKey;
  readonly account: string;
  readonly block: string;
  readonly format: string;
  readonly ksn: string | undefined;
}

function sourceOf(context: ModuleContext, pin: EncipheredPin): Source | Refusal {
  const dukpt = pin.ksn !== undefined;
  const found = context.find(pin.key, dukpt ? ['B0'] : ['P0']);
  // Commands that take an initial key rather than the BDK are not among the host commands.
  if (!found.ok) return pin.key.usage === 'B1' ? refuse('unsupported', 'initial key') : found;
  if (dukpt && found.key.algorithm !== '2TDEA') return refuse('unsupported', 'AES DUKPT');
  if (dukpt && pin.ksn.length !== 10) return refuse('ksn', 'length');
  const account = accountOf(pin.pan);
  if (account === undefined) return refuse('input', 'pan');
  const blockLength = found.key.algorithm.startsWith('AES') ? 16 : 8;
  if (pin.block.length !== blockLength) return refuse('input', 'block');
  if ((pin.format === 4) !== (blockLength === 16)) return refuse('pin-format', 'algorithm');
  return {
    ok: true,
    key: found.key,
    account,
    block: toHex(pin.block),
    format: formatCodes[pin.format],
    ksn: pin.ksn === undefined ? undefined : toHex(pin.ksn),
  };
}

function sourceFields(source: Source): Fields {
  return { pinBlock: source.block, pinBlockFormat: source.format, pan: source.account };
}

function offsetFields(reference: Omit<OffsetReference, 'method' | 'offset'>): Fields | undefined {
  const { validationData } = reference;
  // The host command takes twelve characters; longer data would be cut, and that is another PIN.
  if (!/^[0-9A-Fa-fN]{1,12}$/.test(validationData)) return undefined;
  return {
    decimalisationTable: reference.decimalisationTable,
    pinValidationData: validationData.padEnd(12, 'F').toUpperCase(),
  };
}

/** Verification command by where the PIN comes from and what it is verified against. */
function verificationCommand(source: Source, byPvv: boolean): { command: string; fields: Fields } {
  if (source.ksn !== undefined) {
    const fields = { mode: '0', bdk: source.key.field, ksnDescriptor, ksn: source.ksn };
    return { command: byPvv ? 'GQ' : 'GO', fields };
  }
  if (isTerminalPinKey(source.key)) {
    return { command: byPvv ? 'DC' : 'DA', fields: { tpk: source.key.field } };
  }
  return { command: byPvv ? 'EC' : 'EA', fields: { zpk: source.key.field } };
}

async function translatePin(
  context: ModuleContext,
  { from, to }: InputOf<'translatePin'>,
): AnswerOf<'translatePin'> {
  const { find } = context;
  const pan = to.pan ?? from.pan;
  if (!isTranslationAllowed(from.format, to.format, pan === from.pan)) {
    return refuse('not-allowed', 'format');
  }
  const source = sourceOf(context, from);
  if (!source.ok) return source;
  const target = find(to.key, to.ksn === undefined ? ['P0'] : ['B0']);
  if (!target.ok) return target;
  const account = accountOf(pan);
  if (account === undefined) return refuse('input', 'pan');
  const fields: Fields = {
    maximumPinLength: '12',
    sourcePinBlock: source.block,
    sourcePinBlockFormat: source.format,
    destinationPinBlockFormat: formatCodes[to.format],
    // Policy lets another PAN in only behind format 1, which is bound to none.
    pan: account,
  };
  const sent = await sendTranslation(context, source, target.key, to.ksn, fields);
  if (!sent.ok) return sent;
  const { pinLength, pinBlock } = sent.fields;
  return { ok: true, block: fromHex(pinBlock), pinLength: Number(pinLength) };
}

async function verifyPin(
  context: ModuleContext,
  { pin, reference }: InputOf<'verifyPin'>,
): AnswerOf<'verifyPin'> {
  const { send, find } = context;
  const source = sourceOf(context, pin);
  if (!source.ok) return source;
  const byPvv = reference.method === 'visa-pvv';
  const pvk = find(reference.key, byPvv ? ['V2', 'V0'] : ['V1', 'V0']);
  if (!pvk.ok) return pvk;
  const { command, fields } = verificationCommand(source, byPvv);
  const about = { ...fields, ...sourceFields(source), pvk: pvk.key.field };
  if (reference.method === 'visa-pvv') {
    return verdict(send(command, { ...about, pvki: reference.pvki, pvv: reference.pvv }));
  }
  const { offset } = reference;
  const ibm = offsetFields(reference);
  if (ibm === undefined || !/^\d{4,12}$/.test(offset)) return refuse('input', 'validation data');
  return verdict(
    send(command, {
      ...about,
      ...ibm,
      ...(command === 'GO' ? {} : { maximumPinLength: '12' }),
      checkLength: offset.length,
      offset,
    }),
  );
}

async function sendTranslation(
  context: ModuleContext,
  source: Source,
  target: PayshieldKey,
  targetKsn: Uint8Array | undefined,
  fields: Fields,
): Promise<SentOutcome> {
  const { send } = context;
  const dukptTarget: Fields =
    targetKsn === undefined
      ? {}
      : {
          ...(target.field.startsWith('S') ? {} : { destinationKeyFlag: '*' }),
          destinationKsnDescriptor: ksnDescriptor,
          destinationKsn: toHex(targetKsn),
        };
  if (targetKsn === undefined && isTerminalPinKey(target)) {
    return refuse('unsupported', 'to a terminal key');
  }
  const destination = { destinationKey: target.field, ...dukptTarget };
  if (source.ksn !== undefined) {
    const dukptSource = {
      sourceKey: source.key.field,
      sourceKsnDescriptor: ksnDescriptor,
      sourceKsn: source.ksn,
    };
    return send('G0', { ...fields, ...dukptSource, ...destination });
  }
  if (isTerminalPinKey(source.key)) {
    return send('CA', { ...fields, sourceTpk: source.key.field, ...destination });
  }
  if (targetKsn !== undefined) return refuse('unsupported', 'from zone to DUKPT key');
  return send('CC', { ...fields, sourceZpk: source.key.field, destinationZpk: target.field });
}

async function fromCustomerPin(
  context: ModuleContext,
  input: Extract<PinDataInput, { kind: 'visa-pvv' | 'ibm-3624-offset' }>,
): Promise<Outcome<PinDataAnswer>> {
  const { send, find } = context;
  const source = sourceOf(context, input.pin);
  if (!source.ok) return source;
  if (source.ksn !== undefined) return refuse('unsupported', 'DUKPT');
  const pvk = find(input.key, input.kind === 'visa-pvv' ? ['V2', 'V0'] : ['V1', 'V0']);
  if (!pvk.ok) return pvk;
  const keyType = source.key.field.startsWith('S')
    ? 'FFF'
    : isTerminalPinKey(source.key)
      ? '002'
      : '001';
  const about = {
    keyType,
    key: source.key.field,
    pvk: pvk.key.field,
    ...sourceFields(source),
  };
  if (input.kind === 'visa-pvv') {
    const sent = await send('FW', { ...about, pvki: input.pvki });
    return sent.ok ? { ok: true, value: sent.fields['pvv'] } : sent;
  }
  const ibm = offsetFields(input);
  if (ibm === undefined) return refuse('input', 'validation data');
  // The offset is as long as the PIN, which only the HSM knows: the longest that it grants.
  for (let checkLength = 12; ; checkLength--) {
    const sent = await send('BK', { ...about, ...ibm, checkLength });
    if (sent.ok) return { ok: true, value: sent.fields['offset'].replace(/F+$/, '') };
    if (sent.error.code !== 'pin-length' || checkLength === 4) return sent;
  }
}

async function generatePinData(
  context: ModuleContext,
  input: PinDataInput,
): Promise<Outcome<PinDataAnswer>> {
  const { send, find } = context;
  if (input.kind === 'visa-pvv' || input.kind === 'ibm-3624-offset')
    return fromCustomerPin(context, input);
  const { to, pinLength } = input;
  if (!(pinLength >= 4 && pinLength <= 12)) return refuse('pin-length');
  if (to.ksn !== undefined) return refuse('unsupported', 'DUKPT');
  const zpk = find(to.key, ['P0']);
  if (!zpk.ok) return zpk;
  const pan = accountOf(to.pan);
  if (pan === undefined) return refuse('input', 'pan');
  let sent: SentOutcome;
  if (input.kind === 'random') sent = await send('JA', { pan, checkLength: pinLength });
  else {
    const pvk = find(input.key, ['V1', 'V0']);
    if (!pvk.ok) return pvk;
    const ibm = offsetFields(input);
    if (ibm === undefined) return refuse('input', 'validation data');
    const about = { pvk: pvk.key.field, pan, offset: '0'.repeat(pinLength), ...ibm };
    sent = await send('EE', { ...about, checkLength: pinLength });
  }
  if (!sent.ok) return sent;
  // Between the two commands the PIN is under the HSM's own key.
  const pinBlockFormat = formatCodes[to.format];
  const { pin } = sent.fields;
  const sealed = await send('JG', { zpk: zpk.key.field, pinBlockFormat, pan, pin });
  return sealed.ok ? { ok: true, block: fromHex(sealed.fields['pinBlock']) } : sealed;
}

/** Operations over the host link. */
export function pinOperations(context: ModuleContext): PinOperations {
  return {
    translatePin: (input) => translatePin(context, input),
    verifyPin: (input) => verifyPin(context, input),
    generatePinData: (input) => generatePinData(context, input),
  };
}
