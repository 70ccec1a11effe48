// Service codes: where a card may be used, who authorises, which services and whether a PIN (ISO/IEC 7813 clause 8.4).

const interchange: Readonly<Record<string, string>> = {
  1: 'International',
  2: 'International, chip',
  5: 'National',
  6: 'National, chip',
  7: 'Private',
  9: 'Test',
};
const authorisation: Readonly<Record<string, string>> = {
  0: 'Normal authorisation',
  2: 'Online authorisation by issuer',
  4: 'Online authorisation by issuer, unless bilateral agreement',
};
const services: Readonly<Record<string, string>> = {
  0: 'No restrictions, PIN required',
  1: 'No restrictions',
  2: 'Goods and services only',
  3: 'ATM only, PIN required',
  4: 'Cash only',
  5: 'Goods and services only, PIN required',
  6: 'No restrictions, PIN where feasible',
  7: 'Goods and services only, PIN where feasible',
};

/**
 * A service code of three digits in words: interchange, authorisation, services.
 *
 * @example describeServiceCode('201')[2] // 'No restrictions'
 */
export function describeServiceCode(serviceCode: string): string[] {
  const [first, second, third] = serviceCode;
  return [
    interchange[first] ?? 'Reserved interchange',
    authorisation[second] ?? 'Reserved authorisation',
    services[third] ?? 'Reserved services',
  ];
}

/**
 * Whether the stripe says that the card has a chip: first digit 2 or 6.
 *
 * @example serviceCodeSaysChip('201') // true
 */
export function serviceCodeSaysChip(serviceCode: string): boolean {
  return serviceCode.startsWith('2') || serviceCode.startsWith('6');
}

/**
 * Whether the stripe asks for a PIN, always or where one can be entered: third digit 0, 3, 5, 6 or 7.
 *
 * @example serviceCodeAsksForPin('101') // false
 */
export function serviceCodeAsksForPin(serviceCode: string): boolean {
  return /^\d\d[03567]/.test(serviceCode);
}
