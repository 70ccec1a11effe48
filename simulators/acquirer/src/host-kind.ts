// What a message asks of the host, read here apart from the switch's own reading: an independent witness must not
// share its mistakes. ISO 8583:1987: message class, DE 3, DE 25, DE 90 and the like.
import { type IsoMessage, textOf } from '@chipswitch/transaction';

/** What is done to an account. */
export type HostKind =
  | 'sale'
  | 'adjustment'
  | 'credit'
  | 'load'
  | 'unload'
  | 'hold'
  | 'increment'
  | 'completion'
  | 'hold-void'
  | 'inquiry'
  | 'status';

const text = (message: IsoMessage, element: number): string => textOf(message, element) ?? '';

/** MTI class, STAN and transmission time of the original that DE 90 names. */
export function originalOf(
  message: IsoMessage,
):
  | { readonly messageClass: string; readonly stan: string; readonly transmission: string }
  | undefined {
  const parts = /^0(\d)\d\d(\d{6})(\d{10})/.exec(text(message, 90));
  if (parts === null) return undefined;
  const [, messageClass, stan, transmission] = parts;
  return { messageClass, stan, transmission };
}

function heldKind(processing: string, message: IsoMessage): HostKind | undefined {
  switch (processing) {
    case '00':
    case '03':
      if (BigInt(text(message, 4) || '0') === 0n) return 'status';
      return text(message, 90) === '' ? 'hold' : 'increment';
    case '20':
      return 'hold-void';
    case '30':
    case '31':
      return 'inquiry';
    default:
      return undefined;
  }
}

/** What the message asks; undefined when this host does not serve it. */
export function hostKindOf(message: IsoMessage, isOriginalApproved: boolean): HostKind | undefined {
  const processing = text(message, 3).slice(0, 2);
  if (message.mti[1] === '1') return heldKind(processing, message);
  switch (processing) {
    case '00':
      if (['06', '18'].includes(text(message, 25))) return 'completion';
      // An advice about what was approved changes it; one about what was referred is its approval.
      return message.mti[2] === '2' && isOriginalApproved ? 'adjustment' : 'sale';
    case '01':
    case '09':
      return 'sale';
    case '17':
      return 'unload';
    case '02':
    case '20':
      return 'credit';
    case '28':
    case '63':
    case '72':
      return 'load';
    case '31':
      return 'inquiry';
    default:
      return undefined;
  }
}

/** Subelement of DE 48: two digits of number, two of length. */
export function subelement(message: IsoMessage, id: string): string | undefined {
  const all = text(message, 48);
  for (let at = 0; at + 4 <= all.length;) {
    const length = Number(all.slice(at + 2, at + 4));
    if (!Number.isInteger(length)) return undefined;
    if (all.slice(at, at + 2) === id) return all.slice(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return undefined;
}

/** A completion that is not the last of its sequence. */
export function isNotLast(message: IsoMessage): boolean {
  const sequence = subelement(message, '61') ?? '';
  return sequence.slice(0, 2) < sequence.slice(2, 4);
}

/** What of the amount stays when a part is reversed (DE 95). */
export function staysMinor(message: IsoMessage): bigint | undefined {
  const digits = /^\d{12}/.exec(text(message, 95))?.[0];
  return digits === undefined || BigInt(digits) === 0n ? undefined : BigInt(digits);
}
