// What is wrong with a decoded message: the library's rules, ISO 4217's currencies, and what DE 55 holds.
import { describeTlv, findCurrency } from '@chipswitch/emv';
import { type Message, type Spec, validateMessage } from 'iso8583-js';

/** One broken rule. */
export interface Problem {
  readonly path: string;
  readonly severity: 'error' | 'warning';
  readonly rule: string;
}

function emvProblems(message: Partial<Message>): Problem[] {
  const { de55 } = message;
  if (!(de55 instanceof Uint8Array)) return [];
  const { objects, error } = describeTlv(de55);
  if (error !== undefined)
    return [
      { path: '55', severity: 'error', rule: `not BER-TLV: ${error.code} at byte ${error.offset}` },
    ];
  return objects.flatMap(({ tag, remarks, error: wrong, info }): Problem[] => [
    ...remarks.map((rule): Problem => ({ path: `55.${tag}`, severity: 'warning', rule })),
    ...(wrong === undefined
      ? []
      : [
          {
            path: `55.${tag}`,
            severity: 'error',
            rule: `value not readable: ${wrong.code}`,
          } as const,
        ]),
    ...(info === undefined
      ? [{ path: `55.${tag}`, severity: 'warning', rule: 'unknown tag' } as const]
      : []),
  ]);
}

/** Everything that is wrong with a decoded message; with `strict` also what good messages carry. */
export function messageProblems(spec: Spec, message: Message, strict: boolean): Problem[] {
  const isCurrency = (code: string): boolean => findCurrency(code) !== undefined;
  const issues = validateMessage(spec, message, { strict, isCurrency });
  return [
    ...issues.map(({ path, severity, problem }) => ({ path, severity, rule: problem })),
    ...emvProblems(message),
  ];
}
