// What a command handler is: fields in, error code and fields out; it cannot fail otherwise.
import { toHex } from '@chipswitch/bytes';
import type { ClearKey } from '../cipher.ts';
import { type KeyRole, type Lmk, roles } from '../lmk.ts';
import { CommandFault, stop } from '../stop.ts';
import { type AnswerFields, HostBody, type HostFields } from '../wire/host-body.ts';
import type { Request } from '../wire/request.ts';

/** An answer: its error code, and the fields that stand behind 00 or a warning. */
export interface Answer {
  readonly errorCode: string;
  readonly fields?: AnswerFields;
}

/** Carries out one command. */
export type Handler = (fields: HostFields, lmk: Lmk) => Answer;

/** Answers an error code and nothing more. */
export const failed = (errorCode: string): Answer => ({ errorCode });

/** Answers 00 with fields. */
export const answered = (fields: AnswerFields = {}): Answer => ({ errorCode: '00', fields });

/** A verification's answer. */
export const verified = (right: boolean): Answer => failed(right ? '00' : '01');

/** Opens a key or ends the handler with the HSM's error code. */
export function openKey(lmk: Lmk, field: string, role: KeyRole, parityError = '10'): ClearKey {
  const opened = lmk.open(field, role, parityError);
  return opened.ok ? opened.key : stop(opened.error.code);
}

/** Reads a body and runs its handler; anything they did not foresee is error 15, never a closed link. */
export function runHandler(handler: Handler, request: Request, text: string, lmk: Lmk): Answer {
  try {
    const body = new HostBody(text);
    request(body);
    return handler(body.fields, lmk);
  } catch (error) {
    if (error instanceof CommandFault) return failed(error.errorCode);
    if (error instanceof RangeError || error instanceof TypeError) return failed('15');
    throw error;
  }
}

/** Check value digits: 16, or 6 when asked for; AES keys have six by CMAC. */
export function checkValue(key: ClearKey, kcvType: string | undefined): string {
  const whole = toHex(key.checkValue());
  return kcvType === '1' || key.aes ? whole.slice(0, 6) : whole.slice(0, 16);
}

/** The role of a three-digit key type; its usages are free in a key block unless a role has it. */
export function roleOfType(type: string): KeyRole {
  const named: readonly KeyRole[] = Object.values(roles);
  const usages = named.filter((role) => role.type === type).flatMap((role) => role.usages);
  return { type, usages: type === 'FFF' ? [] : usages };
}
