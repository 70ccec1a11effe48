// The answer to a terminal: its own elements back, and what the host or the switch decided.
import { fromHex } from '@chipswitch/bytes';
import { createResponse, posTerminal } from 'iso8583-js';
import type { IsoMessage } from './iso-message.ts';
import type { HostAnswer } from './payment.ts';
import { privateDataText } from './private-data.ts';

// Elements that an answer repeats from its request, so that the terminal can match it.
const echoed = [3, 4, 11, 12, 13, 25, 41, 42, 49, 60, 70, 90];

/**
 * The answer to a terminal's message with a response code and, where a host answered, its data.
 *
 * @throws RangeError when the message type has no answer: what is no question is not answered.
 */
export function terminalAnswer(
  request: IsoMessage,
  responseCode: string,
  answer: Omit<HostAnswer, 'approved' | 'responseCode'> = {},
): IsoMessage {
  const { partialAmountMinor, retrievalReference, approvalCode, iccDataHex } = answer;
  const { additionalAmounts, passedOn = {}, schemeTransactionId } = answer;
  const values: Partial<IsoMessage> = { de39: responseCode };
  for (const [number, text] of Object.entries(passedOn)) values[`de${Number(number)}`] = text;
  if (partialAmountMinor !== undefined) values.de4 = String(partialAmountMinor).padStart(12, '0');
  if (retrievalReference !== undefined) values.de37 = retrievalReference;
  if (approvalCode !== undefined) values.de38 = approvalCode.padEnd(6);
  if (additionalAmounts !== undefined) values.de54 = additionalAmounts;
  if (schemeTransactionId !== undefined) values.de48 = privateDataText({ schemeTransactionId });
  if (iccDataHex !== undefined) values.de55 = fromHex(iccDataHex);
  const response = createResponse<IsoMessage>(posTerminal, request, values, { echo: echoed });
  if (response === undefined) throw new RangeError(`a message ${request.mti} has no answer`);
  return response;
}
