// The content codec of a field spec, by its encoding.
import type { FieldSpec } from '../spec/spec-types.ts';
import { bytesContent } from './content-bytes.ts';
import { packedContent } from './content-packed.ts';
import { signedContent, zonedContent } from './content-signed.ts';
import { textContent, utf8Content } from './content-text.ts';
import type { Content } from './content-type.ts';

/** The content codec of a field spec that has no subfields. */
export function contentOf(spec: FieldSpec): Content {
  const data = spec.data ?? 'ascii';
  switch (data) {
    case 'ascii':
    case 'ebcdic':
    case 'ebcdic1047':
      return textContent(spec);
    case 'utf8':
      return utf8Content(spec);
    case 'binary':
    case 'hex-ascii':
    case 'hex-ebcdic':
      return bytesContent(data);
    case 'bcd':
    case 'nibble':
      return packedContent(spec);
    case 'xn':
      return signedContent(spec);
    case 'zoned':
      return zonedContent();
  }
}
