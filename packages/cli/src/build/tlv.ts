// `chipswitch build tlv`: BER-TLV out of TAG=HEX words, templates as TAG=[TAG=HEX …].
import { fromHex, toHex } from '@chipswitch/bytes';
import { zeroBytes } from '@chipswitch/cardholder-data';
import { findTagInfo } from '@chipswitch/emv';
import { encodeTlv, isConstructed, parseTag, type TlvInput } from '@chipswitch/tlv';
import { type Outcome, type Refusal, usage } from '../frame/outcome.ts';
import type { RunVerb } from '../frame/verb.ts';

interface Cursor {
  readonly text: string;
  at: number;
  redacted: boolean;
  readonly unsafe: boolean;
}

/** Templates in templates deeper than this are a mistake. */
const depthMax = 16;

function bad(at: number): Refusal {
  return usage(
    'BAD_TLV_TEXT',
    `TAG=HEX is expected at character ${at}`,
    "e.g. chipswitch build tlv '77=[82=3C00 94=08010100]' 9F36=0001",
  );
}

/** A sensitive value as it may leave: account numbers keep 6 and 4 digits, all else zeros. */
function cleaned(tag: number, value: Uint8Array, cursor: Cursor): Uint8Array {
  const sensitivity = findTagInfo(tag)?.sensitivity;
  if (sensitivity === undefined || cursor.unsafe) return value;
  cursor.redacted = true;
  return zeroBytes(sensitivity, value);
}

function readObjects(cursor: Cursor, depth: number): TlvInput[] | Refusal {
  const objects: TlvInput[] = [];
  for (;;) {
    const gap = /^[\s,]*/.exec(cursor.text.slice(cursor.at))?.[0].length ?? 0;
    cursor.at += gap;
    if (cursor.at >= cursor.text.length || cursor.text[cursor.at] === ']') return objects;
    const head = /^([0-9A-Fa-f]{2,8})=/.exec(cursor.text.slice(cursor.at, cursor.at + 10));
    const tag = head === null ? undefined : parseTag(head[1]);
    if (head === null || tag === undefined) return bad(cursor.at);
    cursor.at += head[0].length;
    if (cursor.text[cursor.at] === '[') {
      if (depth >= depthMax || !isConstructed(tag)) return bad(cursor.at);
      cursor.at++;
      const children = readObjects(cursor, depth + 1);
      if ('ok' in children) return children;
      if (cursor.text[cursor.at] !== ']') return bad(cursor.at);
      cursor.at++;
      objects.push([tag, children]);
      continue;
    }
    const hex = /^(?:[0-9A-Fa-f]{2})*/.exec(cursor.text.slice(cursor.at))?.[0] ?? '';
    cursor.at += hex.length;
    if (!/^(?:$|[\s,\]])/.test(cursor.text.slice(cursor.at))) return bad(cursor.at);
    objects.push([tag, cleaned(tag, fromHex(hex), cursor)]);
  }
}

/** `chipswitch build tlv TAG=HEX …`. */
export const run: RunVerb = (context): Outcome => {
  const words = context.args.positionals.slice(1);
  if (words.length === 0)
    return usage('NO_INPUT', 'no objects were given', 'chipswitch build tlv 9F02=000000001000');
  const cursor: Cursor = { text: words.join(' '), at: 0, redacted: false, unsafe: context.unsafe };
  const objects = readObjects(cursor, 0);
  if ('ok' in objects) return objects;
  if (cursor.at < cursor.text.length) return bad(cursor.at);
  const bytes = encodeTlv(objects);
  const text = toHex(bytes);
  return {
    ok: true,
    data: { tlv: text, bytes: bytes.length, redacted: cursor.redacted },
    text: () => [text],
    notices: cursor.redacted
      ? ['card data was replaced by zeros; --unsafe writes it as given']
      : [],
  };
};
