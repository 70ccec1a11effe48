// The way of one payment through the switch, one line per stage; read this page first.
import { paymentKinds, readPaymentRequest, refusalOf } from '@chipswitch/transaction';
import { beginPayment } from './begin.ts';
import { decodeFrame } from './decode.ts';
import type { Desk } from './desk.ts';
import type { TerminalFrame } from './doors/terminal-frame.ts';
import { drawOnOriginal } from './draw-on-original.ts';
import { identifyTerminal } from './identify.ts';
import { openPayment } from './open-payment.ts';
import { otherMessage } from './other-message.ts';
import { refuseAndRecord } from './refuse-and-record.ts';
import { refuse, refuseUnread } from './refuse.ts';
import { replay } from './replay.ts';
import { chooseRoute } from './route.ts';
import { screen } from './screen.ts';
import { secure } from './secure.ts';

/** Takes one frame from a terminal to its answer. Every early exit answers, or closes the link. */
export async function authorize(desk: Desk, frame: TerminalFrame): Promise<void> {
  // Decode the bytes in the dialect of the port; what is no message is counted and answered 30, or dropped.
  const decoded = decodeFrame(desk, frame);
  if (!decoded.ok) return;
  const { message } = decoded;
  if (!/^0[12]/.test(message.mti)) return otherMessage(desk, frame, message);
  const read = readPaymentRequest(message, paymentKinds, frame.clock);
  if (!read.ok) return refuseUnread(desk, frame, message, refusalOf(read.error), read.error.path);

  // Identify the terminal, and what is the same question as before (guarantee I4).
  const terminal = await identifyTerminal(desk, frame, read.request);
  if (!terminal.ok) return refuse(desk, frame, message, terminal.error.code);
  const asked = { request: read.request, message, frame, terminal: terminal.terminal };
  const opening = await openPayment(desk, asked);
  if (opening.seen !== undefined) return replay(desk, asked, opening, opening.seen);

  // Screen, hold against the original, route, verify the cryptogram and translate the PIN; a refusal here is remembered.
  const screened = screen(desk, asked, opening);
  if (!screened.ok) return refuseAndRecord(desk, asked, opening, screened.error.code);
  const draws = await drawOnOriginal(desk, asked);
  if (!draws.ok) return refuseAndRecord(desk, asked, opening, draws.error.code);
  const route = chooseRoute(desk, asked);
  if (!route.ok) return refuseAndRecord(desk, asked, opening, route.error.code);
  const secured = await secure(desk, asked, route);
  if (!secured.ok) return refuseAndRecord(desk, asked, opening, secured.error.code);

  // Journal: from this commit on, whatever happens, the payment ends (guarantee I3).
  const begun = await beginPayment(desk, asked, opening, { ...secured, ...route, ...draws });
  if (!begun.ok) {
    const { error } = begun;
    if (error.code === 'key-exists') return replay(desk, asked, opening, error.record);
    // Whether the key has an outcome is not known: the terminal asks again, or reverses.
    if (error.code === 'journal-unavailable') return frame.giveUp();
    return refuseAndRecord(desk, asked, opening, error.code);
  }

  // Send, then await the answer or the time-out; the answer is verified, the outcome journaled, the
  // terminal answered: `step` in packages/transaction decides which of these, and in which order.
  await begun.payment.dispatch({ type: 'opened', paymentId: begun.paymentId });
  await begun.payment.settled;
}
