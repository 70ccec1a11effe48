// Cursors of lists: opaque text that holds the id of the last row of a page.

const form = /^p([1-9]\d{0,18})$/;
const idMax = 9_223_372_036_854_775_807n;

/** Whether text is the id of a payment: a whole number that fits the database's bigint. */
export function isPaymentId(text: string): boolean {
  return /^[1-9]\d{0,18}$/.test(text) && BigInt(text) <= idMax;
}

/** The cursor after a row. */
export function cursorAfter(id: string): string {
  return Buffer.from(`p${id}`).toString('base64url');
}

/** The id a cursor holds; undefined for text that is no cursor of ours. */
export function idOfCursor(cursor: string): string | undefined {
  const id = form.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
  return id !== undefined && isPaymentId(id) && cursorAfter(id) === cursor ? id : undefined;
}
