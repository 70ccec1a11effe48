// Points of P-256 and P-521 for checking signatures (EMV Book E section 8.8; FIPS 186-5).
//
// Public data only: nothing here runs in constant time. Private keys go through node:crypto.

/** A curve y² = x³ - 3x + b over a prime field whose prime is 3 modulo 4. */
export interface Curve {
  readonly name: 'P-256' | 'P-521';
  readonly p: bigint;
  readonly n: bigint;
  readonly b: bigint;
  readonly g: Point;
  /** Bytes of a coordinate and of a scalar. */
  readonly length: number;
}

/** A point other than infinity. */
export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

const p256: Curve = {
  name: 'P-256',
  p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  g: {
    x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  },
  length: 32,
};

const p521: Curve = {
  name: 'P-521',
  p: 2n ** 521n - 1n,
  n: 0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  b: 0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  g: {
    x: 0x00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
    y: 0x011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
  },
  length: 66,
};

/** The two curves of Book E. */
export const curves = { 'P-256': p256, 'P-521': p521 } as const;

/** Bytes as a number, most significant first. */
export function bytesToNumber(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

/** A number as exactly so many bytes. */
export function numberToBytes(value: bigint, length: number): Uint8Array {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex'));
}

function mod(value: bigint, p: bigint): bigint {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
}

function power(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n;
  let square = mod(base, p);
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}

/**
 * The point of an x coordinate; of the two take the one with the smaller y (Book E section 8.8.4).
 *
 * @returns undefined when x is not on the curve.
 */
export function findPoint(curve: Curve, x: bigint): Point | undefined {
  const { p, b } = curve;
  if (x < 0n || x >= p) return undefined;
  const right = mod(x * x * x - 3n * x + b, p);
  const y = power(right, (p + 1n) / 4n, p);
  if ((y * y) % p !== right) return undefined;
  return { x, y: y < p - y ? y : p - y };
}

/** Jacobian coordinates: x = X/Z², y = Y/Z³; Z is 0 at infinity. */
type Jacobian = readonly [x: bigint, y: bigint, z: bigint];

const infinity: Jacobian = [1n, 1n, 0n];

function double([x, y, z]: Jacobian, p: bigint): Jacobian {
  if (z === 0n || y === 0n) return infinity;
  const zz = (z * z) % p;
  const yy = (y * y) % p;
  const s = (4n * x * yy) % p;
  const m = (3n * (x - zz) * (x + zz)) % p;
  const x3 = mod(m * m - 2n * s, p);
  return [x3, mod(m * (s - x3) - 8n * yy * yy, p), (2n * y * z) % p];
}

function add(a: Jacobian, b: Jacobian, p: bigint): Jacobian {
  if (a[2] === 0n) return b;
  if (b[2] === 0n) return a;
  const za = (a[2] * a[2]) % p;
  const zb = (b[2] * b[2]) % p;
  const ua = mod(a[0] * zb, p);
  const ub = mod(b[0] * za, p);
  const sa = mod(a[1] * zb * b[2], p);
  const sb = mod(b[1] * za * a[2], p);
  const h = mod(ub - ua, p);
  const r = mod(sb - sa, p);
  if (h === 0n) return r === 0n ? double(a, p) : infinity;
  const hh = (h * h) % p;
  const hhh = (h * hh) % p;
  const v = (ua * hh) % p;
  const x3 = mod(r * r - hhh - 2n * v, p);
  return [x3, mod(r * (v - x3) - sa * hhh, p), mod(h * a[2] * b[2], p)];
}

function toAffine([x, y, z]: Jacobian, p: bigint): Point | undefined {
  if (z === 0n) return undefined;
  const inverse = power(z, p - 2n, p);
  const square = (inverse * inverse) % p;
  return { x: mod(x * square, p), y: mod(y * square * inverse, p) };
}

/**
 * `a` times the base point plus `c` times a point, both in one pass.
 *
 * @returns undefined when the sum is the point at infinity.
 */
export function combine(curve: Curve, a: bigint, c: bigint, point: Point): Point | undefined {
  const { p, g } = curve;
  const base: Jacobian = [g.x, g.y, 1n];
  const other: Jacobian = [point.x, point.y, 1n];
  const both = add(base, other, p);
  let sum: Jacobian = infinity;
  const bits = Math.max(a.toString(2).length, c.toString(2).length);
  for (let i = BigInt(bits - 1); i >= 0n; i--) {
    sum = double(sum, p);
    const inA = (a >> i) & 1n;
    const inC = (c >> i) & 1n;
    if (inA === 1n) sum = add(sum, inC === 1n ? both : base, p);
    else if (inC === 1n) sum = add(sum, other, p);
  }
  return toAffine(sum, p);
}
