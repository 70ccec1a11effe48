// Dates of EMV: YYMMDD with years 50-99 in the last century, certificates good through a month.

/** A BCD date YYMMDD as a number that compares (Book 4 section 6.7.3: years 50 to 99 are 19xx). */
export function dateNumber(yymmdd: Uint8Array): number {
  const digits = (byte: number): number => (byte >> 4) * 10 + (byte & 15);
  const year = digits(yymmdd[0]);
  const century = year >= 50 ? 1900 : 2000;
  return (century + year) * 10_000 + digits(yymmdd[1]) * 100 + digits(yymmdd[2]);
}

/** The same from text. */
export function dateNumberOf(yymmdd: string): number {
  const year = Number(yymmdd.slice(0, 2));
  return (year >= 50 ? 1900 : 2000) * 10_000 + Number(yymmdd);
}

/**
 * Whether a certificate date MMYY has passed: it is good through the last day of its month
 * (Book 2 section 5.3 step 8).
 */
export function certificateExpired(mmyy: Uint8Array, today: Uint8Array): boolean {
  const lastDay = dateNumber(Uint8Array.of(mmyy[1], mmyy[0], 0x31));
  return dateNumber(today) > lastDay;
}

/** Whether four BCD digits are a month and a year. */
export function isMonthYear(mmyy: Uint8Array): boolean {
  const good = mmyy.every((byte) => byte >> 4 < 10 && (byte & 15) < 10);
  return good && mmyy[0] >= 0x01 && mmyy[0] <= 0x12;
}
