// What a late answer is found by, once nobody waits for it any more.

/** The reference of a message to a host: its time, trace number and terminal (DE 7, 11, 41). */
export function hostReferenceOf(stan: string, terminalId: string, transmission: string): string {
  return `${transmission}/${stan}/${terminalId.trim()}`;
}
