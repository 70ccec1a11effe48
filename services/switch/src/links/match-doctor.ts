// Why an answer matches nothing that was asked: which key element differs, and from what.
import type { IsoMessage } from '@chipswitch/transaction';
import {
  type Remembered,
  askedType,
  elementText,
  keyElements,
  matchKey,
  type WaitingTable,
} from './waiting-table.ts';

/** Elements whose values say nothing of a card: they are shown. */
const shown: ReadonlySet<number> = new Set([7, 11, 12, 13, 32, 33, 37, 41, 42]);

function valueOf(number: number, text: string): string {
  if (text === '') return 'missing';
  return shown.has(number) ? `"${text}"` : 'another';
}

/** The key elements in which an answer differs from what was asked. */
function differences(
  wire: IsoMessage,
  asked: Remembered,
  matchOn: readonly number[],
): readonly number[] {
  return keyElements(wire, matchOn).filter(
    (number) => elementText(wire, number) !== (asked.elements[number] ?? ''),
  );
}

/**
 * Says why an answer is unmatched, for a person.
 *
 * @param nowMs of the clock by which messages were remembered
 */
export function explainUnmatched(
  wire: IsoMessage,
  table: Pick<WaitingTable<unknown>, 'remembered' | 'asked'>,
  matchOn: readonly number[],
  nowMs: number,
): string {
  const { mti } = wire;
  const exact = table.remembered(matchKey(wire, matchOn, 'answer'));
  if (exact !== undefined) {
    const ms = Math.round(nowMs - exact.askedAtMs);
    return exact.end === 'answered'
      ? `${mti} answers once more what was answered before`
      : `${mti} came ${ms} ms after it was asked for, when nobody waited any longer`;
  }
  const on = keyElements(wire, matchOn);
  let nearest: { readonly asked: Remembered; readonly differing: readonly number[] } | undefined;
  for (const asked of table.asked(askedType(mti, 'answer'))) {
    const differing = differences(wire, asked, matchOn);
    if (differing.length < (nearest?.differing.length ?? on.length)) nearest = { asked, differing };
  }
  if (nearest === undefined) return `${mti} answers nothing that was asked`;
  const { asked, differing } = nearest;
  const told = differing.map((number) => {
    const [here, there] = [elementText(wire, number), asked.elements[number] ?? ''];
    return `DE ${number} is ${valueOf(number, here)}, asked was ${valueOf(number, there)}`;
  });
  const missing = differing.filter((number) => elementText(wire, number) === '');
  const rest = on.filter((number) => !missing.includes(number));
  const hint =
    missing.length === 0 || rest.length === 0 ? '' : `; matchOn ${rest.join(', ')} would find it`;
  return `${mti}: ${told.join(', ')}${hint}`;
}
