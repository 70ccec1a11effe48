// Data vectors: TLV, object lists, decoders, issuer answers, QR codes, data under a cryptogram.
import { fromHex, toHex } from '@chipswitch/bytes';
import {
  type DecodeContext,
  type QrObject,
  buildConsumerQr,
  buildMerchantQr,
  caKeyChecksum,
  decodeAfl,
  decodeCvmList,
  decodeCvmResults,
  decodeIad,
  decodeIssuerResponse,
  decodeTagBits,
  decodeValue,
  fillEmvDol,
  parseConsumerQr,
  parseMerchantQr,
  staticDataOf,
} from '@chipswitch/emv';
import {
  type CryptogramScheme,
  cryptogramData,
  cryptogramVersionOf,
  padForMac,
} from '@chipswitch/cryptography';
import {
  type PaddingByte,
  type TlvInput,
  type TlvNode,
  deepTlvMap,
  encodeTlv,
  parseDol,
  parseTag,
  parseTlv,
  tagHex,
} from '@chipswitch/tlv';
import {
  type Fields,
  bytesAt,
  bytesIfAny,
  comparing,
  objectAt,
  tagsOf,
  textAt,
} from './emv-input.ts';
import { cvmWords } from './emv-names.ts';
import type { Check, Kinds } from './runner.ts';
import { AnyOf, compareResults } from './vector-values.ts';

type Tree = readonly (readonly [tag: string, content: string | Tree])[];

function treeOf(nodes: readonly TlvNode[]): Tree {
  return nodes.map((node) => [
    tagHex(node.tag),
    node.children === undefined ? toHex(node.value) : treeOf(node.children),
  ]);
}

function tagOf(hex: string): number {
  const tag = parseTag(hex);
  if (tag === undefined) throw new Error(`no tag "${hex}"`);
  return tag;
}

function inputsOf(tree: Tree): TlvInput[] {
  return tree.map(([hex, content]): TlvInput => {
    return [tagOf(hex), typeof content === 'string' ? fromHex(content) : inputsOf(content)];
  });
}

function parse(input: Fields): unknown {
  const padding = input['padding'] as readonly string[] | undefined;
  const bytes = padding?.map((hex) => Number.parseInt(hex, 16) as PaddingByte);
  const result = parseTlv(bytesAt(input, 'hex'), bytes === undefined ? {} : { padding: bytes });
  const tree = treeOf(result.nodes);
  return result.ok ? { tree } : { error: result.error.code, at: result.error.offset, before: tree };
}

function dolParse(input: Fields): unknown {
  const result = parseDol(bytesAt(input, 'hex'));
  const entries = result.entries.map(({ tag, length }) => [tagHex(tag), length]);
  if (result.ok) return { entries, dataLength: result.dataLength };
  return { error: result.error.code, at: result.error.offset, entriesBefore: entries };
}

function dolBuild(input: Fields): unknown {
  const dol = parseDol(bytesAt(input, 'dol'));
  if (!dol.ok) return { error: dol.error.code, at: dol.error.offset };
  return { hex: fillEmvDol(dol.entries, tagsOf(objectAt(input, 'data'))) };
}

function afl(input: Fields): unknown {
  const result = decodeAfl(bytesAt(input, 'hex'));
  if (!result.ok) return { error: result.error.code };
  return { reads: result.data.reads.map((read) => [read.sfi, read.record, read.authenticated]) };
}

function tagBits(input: Fields): unknown {
  const tag = textAt(input, 'tag');
  const result = decodeTagBits(tagOf(tag), bytesAt(input, 'value'));
  if (result === undefined) throw new Error(`${tag} is no bit string`);
  return result.ok ? { set: result.data.set } : { error: result.error.code };
}

/** Context of a vector: an AID, and other data objects by tag. */
function contextOf(fields: Fields): DecodeContext {
  const aid = fields['aid'];
  const tags = Object.entries(fields).filter(([name]) => parseTag(name) !== undefined);
  return {
    objects: tagsOf(Object.fromEntries(tags)),
    ...(typeof aid === 'string' ? { aid } : {}),
  };
}

function tagValue(input: Fields): unknown {
  const context = contextOf(objectAt(input, 'context'));
  const result = decodeValue(tagOf(textAt(input, 'tag')), bytesAt(input, 'value'), context);
  if (!result.ok) return { error: result.error.code, at: result.error.offset };
  // `type` tells kinds of data apart here; the vectors call the type of a cryptogram so.
  const { type: _, ...data } = result.data;
  if ('cryptogram' in data) {
    const { reason } = data;
    // The standard's words for bits 3-1, and those of the vocabulary for the same thing in tag 95.
    const reasons = reason === 'pin-tries-exceeded' ? [reason, 'pin-try-limit-exceeded'] : [reason];
    return {
      ...data,
      type: data.cryptogram,
      ...(reason === undefined ? {} : { reason: new AnyOf(...reasons) }),
    };
  }
  if (!('uniqueIdentifier' in data)) return data;
  // Country, identifier and device by code or by name: the format shows neither.
  const { productExtension } = data;
  return {
    ...data,
    ...productExtension,
    country: new AnyOf(data.country, data.countryAlpha2),
    uniqueIdentifier: new AnyOf(
      data.uniqueIdentifier,
      ...(productExtension === undefined ? [] : ['mastercard-product-extension']),
    ),
    deviceType: new AnyOf(data.deviceType, data.device?.toLowerCase().replaceAll(/\W+/g, '-')),
  };
}

/** Methods and conditions by their telling words, in what is expected and in what was computed. */
function cvmNamesByWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cvmNamesByWords);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => {
      const isName = (name === 'method' || name === 'condition') && typeof inner === 'string';
      return [name, isName ? cvmWords(inner) : cvmNamesByWords(inner)];
    }),
  );
}

function comparingCvm(compute: (input: Fields) => unknown): Check {
  return (vector) =>
    compareResults(
      cvmNamesByWords(vector['expect']),
      cvmNamesByWords(compute(objectAt(vector, 'input'))),
    );
}

function cvmList(input: Fields): unknown {
  const result = decodeCvmList(bytesAt(input, 'hex'));
  if (!result.ok) return { error: result.error.code };
  const { x, y, rules } = result.data;
  return { x, y, rules };
}

function cvmResults(input: Fields): unknown {
  const result = decodeCvmResults(bytesAt(input, 'hex'));
  if (!result.ok) return { error: result.error.code };
  const { method, condition, result: outcome } = result.data;
  return { method, condition, result: outcome };
}

function iad(input: Fields): unknown {
  const aid = input['aid'];
  const result = decodeIad(bytesAt(input, 'hex'), typeof aid === 'string' ? aid : null);
  if (!result.ok) return { error: result.error.code };
  const { type: _, ...data } = result.data;
  if (data.format === 'mchip' && data.counters.length + data.dac.length > 20) {
    // M/Chip Advance is the same layout with a second set of counters.
    return { ...data, format: new AnyOf('mchip', 'mchip-advance') };
  }
  if (data.format !== 'unionpay') return data;
  // The algorithm byte is the first of what the card has for its issuer: told apart here, there not.
  const discretionary = new AnyOf(
    data.discretionary,
    `${data.algorithm ?? ''}${data.discretionary}`,
  );
  return { ...data, format: new AnyOf('unionpay', 'pboc'), discretionary };
}

function issuerResponse(input: Fields): unknown {
  const result = decodeIssuerResponse(bytesAt(input, 'hex'));
  return result.ok ? result.data : { error: result.error.code };
}

function merchantQr(input: Fields): unknown {
  if (typeof input['text'] !== 'string') {
    const built = buildMerchantQr(input['objects'] as readonly QrObject[]);
    return built.ok ? { text: built.text } : { error: built.error.code };
  }
  const result = parseMerchantQr(input['text']);
  if (result.ok) return { objects: result.objects };
  // The format has no word of its own for an identifier that is none: it ends like a bad length.
  const { code } = result.error;
  return { error: code === 'id' ? new AnyOf('id', 'length') : code };
}

function consumerQr(input: Fields): unknown {
  if (typeof input['base64'] !== 'string') {
    const [, ...objects] = inputsOf(input['tree'] as Tree);
    return { base64: buildConsumerQr(objects) };
  }
  const result = parseConsumerQr(input['base64']);
  return result.ok
    ? { tree: treeOf(result.nodes) }
    : { error: result.error.code, at: result.error.offset };
}

function capkChecksum(input: Fields): unknown {
  const [index] = bytesAt(input, 'index');
  const modulus = bytesAt(input, 'modulus');
  const exponent = bytesAt(input, 'exponent');
  return { checksum: caKeyChecksum({ rid: bytesAt(input, 'rid'), index, modulus, exponent }) };
}

function staticData(input: Fields): unknown {
  const records = objectAt(input, 'records');
  const locator = decodeAfl(bytesAt(input, 'afl'));
  if (!locator.ok) return { error: locator.error.code };
  const signed = locator.data.reads.filter((read) => read.authenticated);
  const result = staticDataOf({
    records: signed.map(({ sfi, record }) => ({
      sfi,
      record: bytesAt(records, `${sfi}.${record}`),
    })),
    tagList: bytesIfAny(input, 'sdaTagList'),
    aip: bytesIfAny(input, 'aip'),
  });
  return result.ok ? { hex: result.data } : { error: result.error.code };
}

function acData(input: Fields): unknown {
  const de55 = parseTlv(bytesAt(input, 'de55'));
  if (!de55.ok) return { error: de55.error.code };
  const tags = new Map(deepTlvMap(de55.nodes));
  const name = textAt(input, 'scheme');
  // CPA is the application that the common core definitions describe.
  const scheme = (name === 'cpa' ? 'ccd' : name) as CryptogramScheme;
  const version = cryptogramVersionOf(scheme, tags.get(0x9f10) ?? new Uint8Array(0));
  if (version === undefined) return { error: 'unknown-cvn' };
  const built = cryptogramData(version, tags);
  if (!built.ok) return { error: built.error.code };
  const padding = version.padding === 'cmac' ? 2 : version.padding;
  return {
    cvn: Uint8Array.of(version.cvn),
    data: built.data,
    padding: version.padding,
    padded: padForMac(built.data, padding, 8),
  };
}

/** Checks by kind. */
export const emvDataKinds: Kinds = {
  'tlv-parse': comparing(parse),
  'tlv-build': comparing((input) => ({ hex: encodeTlv(inputsOf(input['tree'] as Tree)) })),
  'dol-parse': comparing(dolParse),
  'dol-build': comparing(dolBuild),
  afl: comparing(afl),
  'tag-bits': comparing(tagBits),
  'tag-value': comparing(tagValue),
  'cvm-list': comparingCvm(cvmList),
  'cvm-results': comparingCvm(cvmResults),
  iad: comparing(iad),
  'issuer-response': comparing(issuerResponse),
  'emvqr-mpm': comparing(merchantQr),
  'emvqr-cpm': comparing(consumerQr),
  'capk-checksum': comparing(capkChecksum),
  'oda-static-data': comparing(staticData),
  'ac-data': comparing(acData),
};
