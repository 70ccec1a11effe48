// Static data to be authenticated (Book 3 section 10.3, Book 2 section 5.1.1).
import { concatBytes } from '@chipswitch/bytes';
import { TlvCursor } from '@chipswitch/tlv';

/** Why the static data cannot be put together. */
export type StaticDataErrorCode = 'record' | 'tag-list';

/** The data, or why there are none: then offline data authentication has failed. */
export type StaticDataResult =
  | { readonly ok: true; readonly data: Uint8Array }
  | { readonly ok: false; readonly error: { readonly code: StaticDataErrorCode } };

/**
 * Concatenates what the card signed: of files 1 to 10 the value of template 70, of files 11 to 30
 * the whole record; then, where the tag list (9F4A) is there, the AIP.
 *
 * @param input records in the order of the file locator; `tagList` may hold only tag 82
 */
export function staticDataOf(input: {
  readonly records: readonly { readonly sfi: number; readonly record: Uint8Array }[];
  readonly tagList?: Uint8Array | undefined;
  readonly aip?: Uint8Array | undefined;
}): StaticDataResult {
  const parts: Uint8Array[] = [];
  for (const { sfi, record } of input.records) {
    const cursor = new TlvCursor(record, undefined);
    if (!cursor.next() || cursor.tag !== 0x70) return { ok: false, error: { code: 'record' } };
    parts.push(sfi <= 10 ? record.subarray(cursor.start, cursor.end) : record);
  }
  const { tagList, aip } = input;
  if (tagList !== undefined) {
    // Anything but 82 makes the authentication fail: that is what stops a swap of the AIP.
    if (tagList.length !== 1 || tagList[0] !== 0x82 || aip === undefined) {
      return { ok: false, error: { code: 'tag-list' } };
    }
    parts.push(aip);
  }
  return { ok: true, data: concatBytes(...parts) };
}
