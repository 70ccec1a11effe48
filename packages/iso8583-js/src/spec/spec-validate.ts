// Validation of specs given as data: every error names the place in the spec.

/** One thing wrong with a spec. */
export interface SpecProblem {
  /** Path in the spec, 'fields.55.sub.fields.9F02.prefix'. */
  readonly path: string;
  readonly problem: string;
}

const encodings = [
  'ascii',
  'utf8',
  'ebcdic',
  'ebcdic1047',
  'bcd',
  'nibble',
  'binary',
  'hex-ascii',
  'hex-ebcdic',
  'xn',
  'zoned',
];
const prefixEncodings = [
  'ascii',
  'ebcdic',
  'ebcdic1047',
  'bcd',
  'binary',
  'hex-ascii',
  'hex-ebcdic',
  'hex-digit',
  'ber',
];
const oneOf: Readonly<Record<string, readonly string[]>> = {
  data: encodings,
  odd: ['left0', 'leftF', 'right0', 'rightF'],
  charset: ['n', 'a', 'an', 'as', 'ns', 'ans', 'hex', 'z'],
  signData: ['ascii', 'ebcdic', 'ebcdic1047'],
  digitData: ['ascii', 'ebcdic', 'ebcdic1047', 'bcd'],
  sensitive: [
    'pan',
    'expiry',
    'track1',
    'track2',
    'track3',
    'pin',
    'secret',
    'emv',
    'text',
    'none',
  ],
};
const fieldKeys = new Set([
  'name',
  'data',
  'len',
  'prefix',
  'max',
  'odd',
  'sep',
  'pad',
  'charset',
  'frame',
  'head',
  'sub',
  'signData',
  'digits',
  'digitData',
  'signs',
  'sensitive',
]);

type Unknown = { readonly [key: string]: unknown };

function isObject(value: unknown): value is Unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 0x8000_0000;
}

/** Largest fixed length, frame or block: what a spec may make an encoder allocate. */
const sizeMax = 0xff_ffff;
/** Largest bitmap, and number of bitmaps in a row. */
const bitmapBytesMax = 64;
const bitmapsMax = 24;
/** Deepest nesting of subfields that is accepted. */
const depthMax = 16;

class Validator {
  readonly problems: SpecProblem[] = [];
  readonly depthMax: number;

  constructor(depth: number) {
    this.depthMax = depth;
  }

  say(path: string, problem: string): void {
    this.problems.push({ path, problem });
  }

  count(spec: Unknown, key: string, path: string, least: number, most = sizeMax): void {
    const value = spec[key];
    if (value === undefined) return;
    if (!isCount(value) || value < least || value > most) {
      this.say(`${path}.${key}`, `must be a whole number from ${least} to ${most}`);
    }
  }

  member(spec: Unknown, key: string, path: string, allowed: readonly string[]): void {
    const value = spec[key];
    if (value === undefined) return;
    if (typeof value !== 'string' || !allowed.includes(value)) {
      this.say(`${path}.${key}`, `must be one of ${allowed.join(', ')}`);
    }
  }

  text(spec: Unknown, key: string, path: string): void {
    const value = spec[key];
    if (value !== undefined && typeof value !== 'string') {
      this.say(`${path}.${key}`, 'must be text');
    }
  }

  boolean(spec: Unknown, key: string, path: string): void {
    const value = spec[key];
    if (value !== undefined && typeof value !== 'boolean') {
      this.say(`${path}.${key}`, 'must be true or false');
    }
  }

  prefix(value: unknown, path: string): void {
    if (!isObject(value)) return this.say(path, 'must be an object');
    if (value['data'] === undefined) this.say(`${path}.data`, 'is missing');
    this.member(value, 'data', path, prefixEncodings);
    this.member(value, 'counts', path, ['units', 'bytes', 'nibbles']);
    this.boolean(value, 'inclusive', path);
    if (value['data'] === 'ber') return this.count(value, 'size', path, 0);
    if (value['size'] === undefined) this.say(`${path}.size`, 'is missing');
    this.count(value, 'size', path, 1, 9);
  }

  bitmap(value: unknown, path: string): void {
    if (!isObject(value)) return this.say(path, 'must be an object');
    if (value['data'] === undefined) this.say(`${path}.data`, 'is missing');
    this.member(value, 'data', path, ['binary', 'hex-ascii', 'hex-ebcdic']);
    if (value['bytes'] === undefined) this.say(`${path}.bytes`, 'is missing');
    this.count(value, 'bytes', path, 1, bitmapBytesMax);
    for (const key of ['chain', 'always']) this.count(value, key, path, 0, bitmapsMax);
    this.count(value, 'tertiaryIn', path, 1, 192);
  }

  pad(value: unknown, path: string): void {
    if (!isObject(value)) return this.say(path, 'must be an object');
    this.member(value, 'side', path, ['left', 'right']);
    if (value['side'] === undefined) this.say(`${path}.side`, 'is missing');
    const char = value['char'];
    if (typeof char !== 'string' || char.length !== 1) {
      this.say(`${path}.char`, 'must be one character');
    }
  }

  head(value: unknown, path: string): void {
    if (!isObject(value)) return this.say(path, 'must be an object');
    if (value['bytes'] === undefined) this.say(`${path}.bytes`, 'is missing');
    this.count(value, 'bytes', path, 1);
    this.member(value, 'data', path, ['binary', 'ascii', 'ebcdic', 'ebcdic1047']);
  }

  fields(value: unknown, path: string, depth: number, keyPattern?: RegExp): void {
    if (!isObject(value)) return this.say(path, 'must be an object of elements');
    for (const [key, field] of Object.entries(value)) {
      if (keyPattern !== undefined && !keyPattern.test(key)) {
        this.say(`${path}.${key}`, 'is no element number');
      }
      this.field(field, `${path}.${key}`, depth);
    }
  }

  field(value: unknown, path: string, depth: number): void {
    if (!isObject(value)) return this.say(path, 'must be an object');
    for (const key of Object.keys(value)) {
      if (!fieldKeys.has(key)) this.say(`${path}.${key}`, 'is no property of an element');
    }
    for (const [key, allowed] of Object.entries(oneOf)) this.member(value, key, path, allowed);
    this.count(value, 'len', path, 0);
    this.count(value, 'max', path, 0, 0x7fff_ffff);
    for (const key of ['frame', 'digits']) this.count(value, key, path, 0);
    this.text(value, 'name', path);
    this.text(value, 'signs', path);
    if (value['prefix'] !== undefined) this.prefix(value['prefix'], `${path}.prefix`);
    if (value['pad'] !== undefined) this.pad(value['pad'], `${path}.pad`);
    if (value['head'] !== undefined) this.head(value['head'], `${path}.head`);
    const sep = value['sep'];
    if (sep !== undefined && (typeof sep !== 'string' || !/^[0-9A-Fa-f]$/.test(sep))) {
      this.say(`${path}.sep`, 'must be one hex digit');
    }
    if (value['sub'] !== undefined) return this.sub(value['sub'], `${path}.sub`, depth + 1);
    if (value['data'] === undefined) this.say(`${path}.data`, 'is missing');
    if (value['data'] === 'xn' && value['digits'] === undefined && value['prefix'] === undefined) {
      this.say(`${path}.digits`, 'is missing');
    }
    if (value['prefix'] !== undefined && value['len'] !== undefined) {
      this.say(path, 'has both a fixed length and a prefix');
    }
  }

  sub(value: unknown, path: string, depth: number): void {
    if (!isObject(value)) return this.say(path, 'must be an object');
    if (depth > this.depthMax) return this.say(path, `is nested deeper than ${this.depthMax}`);
    switch (value['kind']) {
      case 'positional': {
        this.fields(value['fields'], `${path}.fields`, depth);
        const { order, fields } = value;
        if (!Array.isArray(order)) return this.say(`${path}.order`, 'must be a list of keys');
        for (const key of order) {
          if (!isObject(fields) || !Object.hasOwn(fields, String(key))) {
            this.say(`${path}.order`, `names ${String(key)}, which fields does not define`);
          }
        }
        return this.boolean(value, 'optionalTail', path);
      }
      case 'bitmap':
        this.bitmap(value['bitmap'], `${path}.bitmap`);
        return this.fields(value['fields'], `${path}.fields`, depth, /^[1-9]\d*$/);
      case 'tlv':
        return this.tlv(value, path, depth);
      case 'datasets':
        if (isObject(value['datasets'])) {
          for (const [id, elements] of Object.entries(value['datasets'])) {
            this.fields(elements, `${path}.datasets.${id}`, depth);
          }
        }
        return this.fields(value['elements'], `${path}.elements`, depth);
      default:
        return this.say(`${path}.kind`, 'must be one of positional, bitmap, tlv, datasets');
    }
  }

  tlv(value: Unknown, path: string, depth: number): void {
    const { tag, unknown, length } = value;
    if (!isObject(tag)) this.say(`${path}.tag`, 'must be an object');
    else {
      if (tag['data'] === undefined) this.say(`${path}.tag.data`, 'is missing');
      this.member(tag, 'data', `${path}.tag`, ['ber', 'ascii', 'ebcdic', 'ebcdic1047', 'binary']);
      this.count(tag, 'len', `${path}.tag`, 1, 64);
      this.boolean(tag, 'stripZeros', `${path}.tag`);
      if (tag['data'] !== 'ber' && tag['len'] === undefined)
        this.say(`${path}.tag.len`, 'is missing');
    }
    this.fields(value['fields'], `${path}.fields`, depth);
    this.member(value, 'unknown', path, ['error', 'skip', 'keep']);
    this.member(value, 'repeat', path, ['list', 'error']);
    this.boolean(value, 'lengthFirst', path);
    if (length !== undefined) this.prefix(length, `${path}.length`);
    if (value['value'] !== undefined) this.field(value['value'], `${path}.value`, depth);
    const prefixed = isObject(value['fields'])
      ? Object.values(value['fields']).some((f) => isObject(f) && f['prefix'] !== undefined)
      : false;
    const needsLength = unknown === 'skip' || unknown === 'keep' || value['lengthFirst'] === true;
    const ber = isObject(tag) && tag['data'] === 'ber';
    if (needsLength && length === undefined && !prefixed && !ber) {
      this.say(`${path}.length`, 'is missing');
    }
  }
}

/**
 * Everything wrong with a spec given as data; empty when it can be compiled.
 *
 * @example specProblems({ mti: { data: 'ascii', len: 4 } })[0].path // 'bitmap'
 */
export function specProblems(
  value: unknown,
  options: { readonly maxDepth?: number } = {},
): SpecProblem[] {
  const validator = new Validator(options.maxDepth ?? depthMax);
  if (!isObject(value)) return [{ path: '', problem: 'must be an object' }];
  validator.text(value, 'name', 'spec');
  validator.text(value, 'description', 'spec');
  validator.member(value, 'version', 'spec', ['1987', '1993', '2003']);
  validator.field(value['mti'], 'mti', 0);
  validator.bitmap(value['bitmap'], 'bitmap');
  validator.fields(value['fields'], 'fields', 0, /^(?:[1-9]|[1-9]\d|1\d\d)$/);
  if (value['header'] !== undefined) validator.head(value['header'], 'header');
  return validator.problems;
}
