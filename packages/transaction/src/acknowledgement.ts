// What a host's answer to a reversal or an advice means (0430, 0230): its code decides, not its arrival.

/** What the code says: it is done, it may be tried again, or the host will not do it. */
export type Acknowledgement = 'taken' | 'try-again' | 'refused';

// ISO 8583:1987, DE 39: wait (09), answer received too late (68), cut-off (90), not available (91), malfunction (96).
const tryAgain: ReadonlySet<string> = new Set(['09', '68', '90', '91', '96']);

/** Reads the code of a 0430 or 0230; an answer without a code says nothing, so it is asked again. */
export function acknowledgementOf(message: 'reversal' | 'advice', code: string): Acknowledgement {
  if (code === '00') return 'taken';
  // The original is not there: nothing is left to undo.
  if (code === '25' && message === 'reversal') return 'taken';
  return tryAgain.has(code) || !/^[0-9A-Z]{2}$/.test(code) ? 'try-again' : 'refused';
}
