// Kinds of security vectors about key blocks: TR-31 headers, protection keys, wrap, unwrap; Thales blocks.
import {
  type KeyBlockHeader,
  deriveProtectionKeys,
  formatKeyBlockHeader,
  parseKeyBlockHeader,
  unwrapKeyBlock,
  unwrapThalesKeyBlock,
  wrapKeyBlock,
} from '@chipswitch/cryptography';
import * as v from 'valibot';
import { anyKey } from '../card-forms.ts';
import {
  bytes,
  hex,
  list,
  maybe,
  named,
  number,
  object,
  oneOf,
  refusal,
  saying,
  text,
} from '../forms.ts';
import { type Kinds, kind, shown } from '../kind.ts';

const headerWords = [
  'header-length',
  'header-characters',
  'block-count',
  'block-id',
  'block-length',
  'block-length-too-small',
  'length-of-length',
  'block-data-short',
  'block-data-characters',
] as const;

const headerInput = object({ header: text });
const blockInput = object({ kbpk: bytes, block: text });

const headerForm = object({
  version: text,
  usage: text,
  algorithm: text,
  mode: saying(text, 'mode of use'),
  keyVersion: text,
  exportability: text,
  optionalBlocks: saying(
    list(object({ id: text, data: text })),
    'in order, the padding block PB included',
  ),
});

const blocksOf = (header: KeyBlockHeader): unknown =>
  Object.fromEntries(header.optionalBlocks.map(({ id, data }) => [id, data]));

function readHeader({ header: written }: v.InferOutput<typeof headerInput>): unknown {
  return shown(parseKeyBlockHeader(written), ({ header, consumed }) => ({
    consumed,
    usage: header.usage,
    blocks: blocksOf(header),
    redumped: formatKeyBlockHeader(header),
  }));
}

function unwrap({ kbpk, block }: v.InferOutput<typeof blockInput>): unknown {
  return shown(unwrapKeyBlock(kbpk, block), ({ key, header }) => {
    const written = parseKeyBlockHeader(block);
    if (!written.ok) throw new Error('unwrapped, but its header is refused');
    return {
      key,
      header: {
        version: header.version,
        usage: header.usage,
        algorithm: header.algorithm,
        mode: header.modeOfUse,
        keyVersion: header.keyVersion,
        exportability: header.exportability,
        optionalBlocks: written.blocks,
      },
    };
  });
}

/** Versions A and C protect under triple DES as B does, D and E under AES. */
const isOfVersion = ({ version, kbpk }: { version: string; kbpk: Uint8Array }): boolean =>
  (version === 'D' || version === 'E' ? [16, 24, 32] : [16, 24]).includes(kbpk.length);

const anyOfHeader = 'the notation leaves it to the vector which of the four it states';

/** Kinds about key blocks. */
export const keyBlockKinds: Kinds = {
  'tr31.header': kind({
    about: 'A header read; redumped: written again. At least one of the four is stated.',
    input: headerInput,
    expect: v.pipe(
      object({
        consumed: maybe(saying(number, 'characters')),
        usage: maybe(text),
        blocks: maybe(saying(named('id', text), 'without PB; {} when there are none')),
        redumped: maybe(text),
      }),
      v.minEntries(1, 'nothing is expected'),
    ),
    whereStated: {
      consumed: anyOfHeader,
      usage: anyOfHeader,
      blocks: anyOfHeader,
      redumped: anyOfHeader,
    },
    run: readHeader,
  }),
  'tr31.header.error': kind({
    about: 'Why a header is none.',
    input: headerInput,
    refusal: refusal(...headerWords),
    run: readHeader,
  }),
  'tr31.kbkeys': kind({
    about: 'Encryption and authentication key of a protection key.',
    input: object({ version: oneOf('A', 'B', 'C', 'D', 'E'), kbpk: anyKey }),
    misfit: (input) => (isOfVersion(input) ? undefined : 'kbpk: is none of this version'),
    expect: object({ kbek: anyKey, kbak: anyKey }),
    run: ({ version, kbpk }) => {
      const { kbek, kbak } = deriveProtectionKeys(version, kbpk);
      return { kbek, kbak };
    },
  }),
  'tr31.unwrap': kind({
    about: 'A key block opened.',
    input: blockInput,
    expect: object({ key: bytes, header: headerForm }),
    run: unwrap,
  }),
  'tr31.unwrap.error': kind({
    about: 'Why a key block cannot be opened.',
    input: blockInput,
    refusal: refusal(
      'length',
      'block-multiple',
      'kbpk-length',
      'mac-not-hex',
      'key-not-hex',
      'key-empty',
      'mac',
      'key-bit-length',
      'key-truncated',
      ...headerWords,
    ),
    run: unwrap,
  }),
  'tr31.wrap': kind({
    about: 'A key block made; padding: the bytes behind the key.',
    input: object({ kbpk: bytes, header: text, key: bytes, padding: hex }),
    expect: object({ block: text }),
    run: ({ kbpk, header, key, padding }) => {
      const read = parseKeyBlockHeader(header);
      if (!read.ok) throw new Error(`header: ${read.error.code}`);
      if (read.consumed !== header.length) throw new Error('header: more than one');
      const options = { random: (length: number) => new Uint8Array(length), padding };
      return { block: wrapKeyBlock(kbpk, read.header, key, options) };
    },
  }),
  'thales.keyblock': kind({
    about: 'A Thales key block opened.',
    input: blockInput,
    expect: object({ key: bytes }),
    run: ({ kbpk, block }) => shown(unwrapThalesKeyBlock(kbpk, block), ({ key }) => ({ key })),
  }),
};
