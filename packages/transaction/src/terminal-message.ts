// The answer to a terminal: its own elements back, and what the host or the switch decided.
import { fromHex } from '@chipswitch/bytes';
import { type ElementValue, type IsoMessage, textOf } from './iso-message.ts';
import type { HostAnswer } from './payment.ts';

// Elements that an answer repeats from its request, so that the terminal can match it.
const echoed = [3, 4, 11, 12, 13, 25, 41, 42, 49, 60, 70, 90] as const;

/** MTI of the answer: request to response, advice to advice response; the origin's digit is kept 0. */
export function answerMti(mti: string): string {
  return `${mti.slice(0, 2)}${Number(mti[2]) + 1}0`;
}

/** The answer to a terminal's message with a response code and, where a host answered, its data. */
export function terminalAnswer(
  request: IsoMessage,
  responseCode: string,
  answer?: Omit<HostAnswer, 'approved' | 'responseCode'>,
): IsoMessage {
  const elements: { [element: `de${number}`]: ElementValue } = {};
  for (const element of echoed) {
    const value = textOf(request, element);
    if (value !== undefined) elements[`de${element}`] = value;
  }
  if (answer?.partialAmountMinor !== undefined) {
    elements.de4 = String(answer.partialAmountMinor).padStart(12, '0');
  }
  if (answer?.retrievalReference !== undefined) elements.de37 = answer.retrievalReference;
  if (answer?.approvalCode !== undefined) elements.de38 = answer.approvalCode.padEnd(6);
  if (answer?.iccDataHex !== undefined) elements.de55 = fromHex(answer.iccDataHex);
  return { mti: answerMti(request.mti), ...elements, de39: responseCode };
}
