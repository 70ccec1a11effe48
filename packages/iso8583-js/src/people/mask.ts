// Which kind of secret a data element holds: by its spec's mark, else by its number, else by its form.
import { sensitiveElements } from '@chipswitch/cardholder-data';
import type { FieldSpec, Sensitive } from '../spec/spec-types.ts';

/**
 * How a data element is masked: by its spec's mark, else by its number (as of ISO 8583:1987), else as free text when
 * it can hold a PAN.
 *
 * @example sensitivityOf({ data: 'ascii', len: 19 }, 2) // 'pan'
 */
export function sensitivityOf(spec: FieldSpec | undefined, number: number | undefined): Sensitive {
  if (spec?.sensitive !== undefined) return spec.sensitive;
  const byNumber = number === undefined ? undefined : sensitiveElements['1987'][number];
  // Where the number says no more than that anything may stand there, the form may say more.
  if (byNumber !== undefined && byNumber !== 'text') return byNumber;
  const identity = spec?.len !== undefined && (spec.charset !== undefined || spec.data === 'bcd');
  return identity || spec?.data === 'xn' ? 'none' : 'text';
}
