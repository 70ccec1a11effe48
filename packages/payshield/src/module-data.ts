// MAC and data operations over host commands: M6, M8, GW, M0, M2.
import { fromHex, toHex } from '@chipswitch/bytes';
import { type Refusal, refuse, type KeyUsage } from '@chipswitch/security-module';
import type { CipherInput, MacInput, SecurityModule } from '@chipswitch/security-module';
import type { Fields } from './fields.ts';
import { type PayshieldKey, keyTypeOf } from './key-record.ts';
import { type AnswerOf, type InputOf, type ModuleContext, verdict } from './module-context.ts';

/** Operations on messages and data. */
export type DataOperations = Pick<
  SecurityModule,
  | 'chainMac'
  | 'generateMac'
  | 'verifyMac'
  | 'encrypt'
  | 'decrypt'
  | 'reencrypt'
  | 'decryptCardData'
  | 'hmac'
>;

/** Longest part of a message that one command carries, whole blocks. */
const partLengthMax = 16_384;
const ksnDescriptor = '609';

const usagesByAlgorithm: Readonly<Record<string, readonly KeyUsage[]>> = {
  'iso9797-1': ['M1', 'M0'],
  'iso9797-3': ['M3', 'M0'],
  cmac: ['M6'],
};
const algorithmCodes: Readonly<Record<string, string>> = {
  'iso9797-1': '1',
  'iso9797-3': '3',
  cmac: '6',
};

interface MacPlan {
  readonly ok: true;
  readonly key: PayshieldKey;
  readonly data: Uint8Array;
  readonly about: Fields;
}

/**
 * Padding method 3 puts the length in front and pads with zeros, no data to one block of them; the
 * HSM knows methods 1 and 2, so the length block is made here and the rest left to method 1.
 */
function withLengthBlock(data: Uint8Array, size: number): Uint8Array {
  const framed = new Uint8Array(size + (data.length === 0 ? size : data.length));
  new DataView(framed.buffer).setUint32(size - 4, data.length * 8);
  framed.set(data, size);
  return framed;
}

function planOf(context: ModuleContext, input: MacInput, macSize: '0' | '1'): MacPlan | Refusal {
  const usages = usagesByAlgorithm[input.algorithm];
  if (usages === undefined) return refuse('unsupported', input.algorithm);
  const found = context.find(input.key, usages);
  if (!found.ok) return found;
  const { key } = found;
  const padding = input.algorithm === 'cmac' ? 1 : (input.padding ?? 1);
  const size = key.algorithm.startsWith('AES') ? 16 : 8;
  return {
    ok: true,
    key,
    data: padding === 3 ? withLengthBlock(input.data, size) : input.data,
    about: {
      inputFormatFlag: '0',
      macSize,
      macAlgorithm: algorithmCodes[input.algorithm],
      paddingMethod: padding === 3 ? 1 : padding,
      keyType: keyTypeOf(key),
      key: key.field,
    },
  };
}

/** Sends all but the last part of a long message; the chaining value and the last part come back. */
async function chained(
  context: ModuleContext,
  plan: MacPlan,
  state?: Uint8Array,
): Promise<{ ok: true; last: Uint8Array; mode: string; iv: Fields } | Refusal> {
  let rest = plan.data;
  let iv: Fields = state === undefined ? {} : { iv: toHex(state) };
  let mode = state === undefined ? '1' : '2';
  while (rest.length > partLengthMax) {
    const part = rest.subarray(0, partLengthMax);
    const fields = { modeFlag: mode, ...plan.about, ...iv, macData: part };
    const sent = await context.send('M6', fields);
    if (!sent.ok) return sent;
    iv = { iv: sent.fields['mac'] };
    mode = '2';
    rest = rest.subarray(partLengthMax);
  }
  return { ok: true, last: rest, mode: mode === '1' ? '0' : '3', iv };
}

function dukptFields(
  context: ModuleContext,
  input: MacInput,
): { readonly ok: true; readonly fields: Fields } | Refusal {
  const bdk = context.find(input.key, ['B0']);
  if (!bdk.ok) return bdk;
  if (input.ksn?.length !== 10) return refuse('ksn', 'length');
  // GW computes a retail MAC with zero padding under the request key, and nothing else.
  const plain = (input.padding ?? 1) === 1 && (input.direction ?? 'request') === 'request';
  if (input.algorithm !== 'iso9797-3' || !plain) return refuse('unsupported', 'DUKPT MAC');
  return {
    ok: true,
    fields: {
      macMethod: '1',
      bdk: bdk.key.field,
      ksnDescriptor,
      ksn: toHex(input.ksn),
      messageData: toHex(input.data),
    },
  };
}

function cipherFields(
  context: ModuleContext,
  input: CipherInput,
): { readonly ok: true; readonly fields: Fields } | Refusal {
  if (input.mode === 'gcm') return refuse('unsupported', 'gcm');
  const dukpt = input.ksn !== undefined;
  const found = context.find(input.key, dukpt ? ['B0'] : ['D0']);
  if (!found.ok) return found;
  if (dukpt && input.ksn.length !== 10) return refuse('ksn', 'length');
  if (dukpt && (input.direction ?? 'request') !== 'request')
    return refuse('unsupported', 'direction');
  const aes = found.key.algorithm.startsWith('AES');
  const size = aes ? 16 : 8;
  if (input.data.length === 0 || input.data.length % size !== 0) return refuse('input', 'length');
  if (input.data.length > partLengthMax) return refuse('input', 'length');
  if (input.iv !== undefined && input.iv.length !== size) return refuse('input', 'iv');
  const iv = toHex(input.iv ?? new Uint8Array(size));
  const cbc = input.mode === 'cbc';
  return {
    ok: true,
    fields: {
      modeFlag: (aes ? '1' : '0') + (cbc ? '1' : '0'),
      inputFormatFlag: '1',
      outputFormatFlag: '1',
      keyType: keyTypeOf(found.key),
      key: found.key.field,
      ...(dukpt ? { ksnDescriptor, ksn: toHex(input.ksn) } : {}),
      ...(cbc ? { iv } : {}),
      message: toHex(input.data),
    },
  };
}

/** Parts that a caller makes: the HSM chains algorithms 1 and 3 under a key of its own. */
function partFault(input: MacInput): Refusal | undefined {
  const { algorithm, data, key, ksn, padding, state } = input;
  if (state === undefined) return undefined;
  if (algorithm === 'cmac' || ksn !== undefined || padding === 3)
    return refuse('unsupported', 'in parts');
  if (state.length !== (key.algorithm.startsWith('AES') ? 16 : 8)) return refuse('input', 'state');
  return data.length === 0 ? refuse('input', 'length') : undefined;
}

async function chainMac(context: ModuleContext, input: InputOf<'chainMac'>): AnswerOf<'chainMac'> {
  const { algorithm, data, state } = input;
  if (algorithm === 'cmac') return refuse('unsupported', 'in parts');
  const size = input.key.algorithm.startsWith('AES') ? 16 : 8;
  if (data.length === 0 || data.length % size !== 0) return refuse('input', 'length');
  if (state !== undefined && state.length !== size) return refuse('input', 'state');
  const plan = planOf(context, input, '1');
  if (!plan.ok) return plan;
  const parts = await chained(context, plan, state);
  if (!parts.ok) return parts;
  const modeFlag = parts.mode === '0' ? '1' : '2';
  const fields = { modeFlag, ...plan.about, ...parts.iv, macData: parts.last };
  const sent = await context.send('M6', fields);
  return sent.ok ? { ok: true, state: fromHex(sent.fields['mac']) } : sent;
}

async function generateMac(
  context: ModuleContext,
  input: InputOf<'generateMac'>,
): AnswerOf<'generateMac'> {
  const { send } = context;
  const fault = partFault(input);
  if (fault !== undefined) return fault;
  const block = input.key.algorithm.startsWith('AES') ? 16 : 8;
  const length = input.lengthBytes ?? block;
  if (length < 4 || length > block) return refuse('input', 'length');
  if (input.ksn !== undefined) {
    const dukpt = dukptFields(context, input);
    if (!dukpt.ok) return dukpt;
    const sent = await send('GW', { macMode: '4', ...dukpt.fields });
    return sent.ok ? { ok: true, mac: fromHex(sent.fields['mac']).slice(0, length) } : sent;
  }
  const plan = planOf(context, input, '1');
  if (!plan.ok) return plan;
  if (input.algorithm === 'cmac' && plan.data.length > partLengthMax) {
    return refuse('unsupported', 'cmac in parts');
  }
  const parts = await chained(context, plan, input.state);
  if (!parts.ok) return parts;
  const fields = { modeFlag: parts.mode, ...plan.about, ...parts.iv, macData: parts.last };
  const sent = await send('M6', fields);
  return sent.ok ? { ok: true, mac: fromHex(sent.fields['mac']).slice(0, length) } : sent;
}

async function verifyMac(
  context: ModuleContext,
  input: InputOf<'verifyMac'>,
): AnswerOf<'verifyMac'> {
  const { send } = context;
  const fault = partFault(input);
  if (fault !== undefined) return fault;
  const block = input.key.algorithm.startsWith('AES') ? 16 : 8;
  if (input.mac.length !== block && input.mac.length !== block / 2) {
    return refuse('input', 'length');
  }
  const mac = toHex(input.mac);
  if (input.ksn !== undefined) {
    const dukpt = dukptFields(context, input);
    return dukpt.ok ? verdict(send('GW', { macMode: '1', ...dukpt.fields, mac })) : dukpt;
  }
  const plan = planOf(context, input, input.mac.length === block ? '1' : '0');
  if (!plan.ok) return plan;
  if (input.algorithm === 'cmac' && plan.data.length > partLengthMax) {
    return refuse('unsupported', 'cmac in parts');
  }
  const parts = await chained(context, plan, input.state);
  if (!parts.ok) return parts;
  const about = { modeFlag: parts.mode, ...plan.about, ...parts.iv };
  return verdict(send('M8', { ...about, macData: parts.last, mac }));
}

/** Operations over the host link. */
export function dataOperations(context: ModuleContext): DataOperations {
  const { send } = context;

  const cipher = async (
    command: 'M0' | 'M2',
    input: CipherInput,
  ): Promise<{ ok: true; data: Uint8Array } | Refusal> => {
    const planned = cipherFields(context, input);
    if (!planned.ok) return planned;
    const sent = await send(command, planned.fields);
    return sent.ok ? { ok: true, data: fromHex(sent.fields['message']) } : sent;
  };

  return {
    chainMac: (input) => chainMac(context, input),
    generateMac: (input) => generateMac(context, input),
    verifyMac: (input) => verifyMac(context, input),
    encrypt: (input) => cipher('M0', input),
    decrypt: (input) => cipher('M2', input),
    // Doing it in two commands would bring the clear data into this process.
    reencrypt: () => refuse('unsupported'),
    decryptCardData: () => refuse('unsupported'),
    hmac: () => refuse('unsupported'),
  };
}
