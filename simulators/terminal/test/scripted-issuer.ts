// A host for tests: verifies cryptograms and PIN blocks with the security module, answers by script.
import { concatBytes, fromAscii, fromHex, toHex } from '@chipswitch/bytes';
import { type CardProfile, cryptogramRow, issuerMasterKeys } from '@chipswitch/card';
import {
  type CryptogramVersionId,
  TdesCipher,
  decodePinBlock,
  ecbDecrypt,
  newClearPin,
} from '@chipswitch/cryptography';
import { createSoftModule } from '@chipswitch/security-module';
import { encodeTlv, parseTlv } from '@chipswitch/tlv';
import { type IsoMessage, bytesOf, textOf } from '@chipswitch/transaction';
import { responseMti } from 'iso8583-js';
import type { ExchangeResult, HostLink } from '../src/host-link.ts';

/** The security module's row for each of the card simulator's. */
const versions: Record<string, CryptogramVersionId> = {
  'visa-10': 'visa-cvn10',
  'visa-17': 'visa-cvn17',
  'visa-18': 'visa-cvn18',
  'visa-22': 'visa-cvn22',
  'mchip-16': 'mc-cvn16',
  'mchip-17': 'mc-cvn17',
  'mchip-20': 'mc-cvn20',
  'mchip-21': 'mc-cvn21',
  'ccd-a5': 'ccd-a5',
  'ccd-a6': 'ccd-a6',
  'unionpay-01': 'unionpay-cvn01',
  'amex-01': 'jcb-cvn01',
  'jcb-01': 'jcb-cvn01',
  'jcb-04': 'jcb-cvn04',
};

/** The key under which test terminals encipher PINs. */
export const testPinKey = '0123456789ABCDEFFEDCBA9876543210';

export interface IssuerScript {
  /** Response code of the n-th request; the last one stays. Default 00. */
  readonly responseCodes?: readonly string[];
  /** What happens to the n-th exchange instead of an answer. */
  readonly faults?: readonly ('timed-out' | 'link-lost' | 'not-sent' | undefined)[];
  readonly scripts?: (context: { arqc: Uint8Array; atc: Uint8Array }) => Uint8Array;
  readonly wrongArpc?: boolean;
  /** Changes the answer before it leaves. */
  readonly alter?: (answer: IsoMessage) => IsoMessage;
}

/** A line with an issuer at its end. */
export interface ScriptedIssuer extends HostLink {
  readonly received: IsoMessage[];
  /** What the issuer found of each financial request: `ok`, or why not. */
  readonly verdicts: string[];
  /** PINs it deciphered. */
  readonly pins: string[];
}

function tagsOf(iccData: Uint8Array): Map<number, Uint8Array> {
  const parsed = parseTlv(iccData);
  if (!parsed.ok) throw new Error('DE 55 is no TLV');
  return new Map(parsed.nodes.map((node) => [node.tag, node.value]));
}

export function scriptedIssuer(profile: CardProfile, script: IssuerScript = {}): ScriptedIssuer {
  const module = createSoftModule({ allowClearKeysInProcess: true });
  const application = (pan: string): CardProfile['applications'][number] | undefined =>
    profile.applications.find((one) => one.pan === pan);
  const aes = profile.applications.some((one) => cryptogramRow(one.cryptogram).algorithm === 'aes');
  const key = module.loadClearKey({
    id: 'imk-ac',
    usage: 'E0',
    algorithm: aes ? 'AES128' : '2TDEA',
    bytes: fromHex(issuerMasterKeys(profile).applicationCryptogram),
  });
  const received: IsoMessage[] = [];
  const verdicts: string[] = [];
  const pins: string[] = [];

  const arpcOf = (message: IsoMessage, tags: Map<number, Uint8Array>, code: string) => {
    const one = application(textOf(message, 2) ?? '');
    if (one === undefined) {
      verdicts.push('another issuer');
      return undefined;
    }
    const row = cryptogramRow(one.cryptogram);
    const approved = code === '00';
    const arpc =
      row.arpcMethod === 1
        ? { arc: fromAscii(code) }
        : { csu: Uint8Array.of(0, approved ? 0x80 : 0, 0, 0) };
    const iad = tags.get(0x9f10);
    const checked = module.verifyArqc({
      key,
      pan: one.pan,
      panSequenceNumber: textOf(message, 23)?.slice(1) ?? '00',
      cvn: versions[one.cryptogram],
      option: one.derivation,
      transactionData: tags,
      atc: tags.get(0x9f36) ?? new Uint8Array(2),
      unpredictableNumber: tags.get(0x9f37) ?? new Uint8Array(4),
      arqc: tags.get(0x9f26) ?? new Uint8Array(8),
      ...(versions[one.cryptogram] === 'jcb-cvn04' || one.cryptogram === 'visa-17' ? {} : { arpc }),
    });
    verdicts.push(checked.ok ? 'ok' : `${checked.error.code} ${toHex(iad ?? new Uint8Array(0))}`);
    if (!checked.ok || checked.arpc === undefined) return undefined;
    if (script.wrongArpc === true) checked.arpc[0] ^= 0xff;
    return 'arc' in arpc
      ? concatBytes(checked.arpc, arpc.arc)
      : concatBytes(checked.arpc, arpc.csu);
  };

  const readPin = (message: IsoMessage): void => {
    const block = bytesOf(message, 52);
    if (block === undefined) return;
    const clear = newClearPin();
    const opened = ecbDecrypt(new TdesCipher(fromHex(testPinKey)), block);
    const problem = decodePinBlock(0, opened, textOf(message, 2) ?? '', clear);
    pins.push(problem ?? Array.from(clear.digits.slice(0, clear.length)).join(''));
  };

  const answer = (message: IsoMessage, scripted: string): IsoMessage => {
    const financial = /^0[12][02]/.test(message.mti) && message.mti[2] === '0';
    // A number that no card of this issuer has, as a damaged answer of a chip may give it: 14.
    const known = application(textOf(message, 2) ?? '') !== undefined;
    const code = financial && !known ? '14' : scripted;
    const iccData = financial ? bytesOf(message, 55) : undefined;
    let reply: Uint8Array | undefined;
    if (financial) readPin(message);
    if (iccData) {
      const tags = tagsOf(iccData);
      const authentication = arpcOf(message, tags, code);
      const scripts = script.scripts?.({
        arqc: tags.get(0x9f26) ?? new Uint8Array(8),
        atc: tags.get(0x9f36) ?? new Uint8Array(2),
      });
      const parts = authentication ? encodeTlv([[0x91, authentication]]) : new Uint8Array(0);
      reply = concatBytes(parts, scripts ?? new Uint8Array(0));
    }
    const echoed = [3, 4, 11, 12, 13, 41, 42, 49] as const;
    const kept = echoed.flatMap((element) => {
      const value = message[`de${element}`];
      return value === undefined ? [] : [[`de${element}`, value] as const];
    });
    return {
      ...Object.fromEntries(kept),
      mti: responseMti(message.mti) ?? '',
      de37: '000000000001',
      ...(code === '00' && financial ? { de38: 'A12345' } : {}),
      de39: code,
      ...(reply === undefined || reply.length === 0 ? {} : { de55: reply }),
    };
  };

  return {
    received,
    verdicts,
    pins,
    exchange: (message): Promise<ExchangeResult> => {
      const at = received.length;
      const fault = script.faults?.[at];
      received.push(message);
      if (fault !== undefined) return Promise.resolve({ ok: false, error: { code: fault } });
      const codes = script.responseCodes ?? ['00'];
      const code = /^0[12]/.test(message.mti) ? codes[Math.min(at, codes.length - 1)] : '00';
      const built = answer(message, code);
      return Promise.resolve({ ok: true, message: script.alter?.(built) ?? built });
    },
  };
}
