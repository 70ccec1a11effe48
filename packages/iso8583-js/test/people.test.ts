// What people see: dumps, masks, differences, redacted messages, message types, plausibility, doctor.
import { concatBytes, fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adviceMti,
  decodeMessage,
  describeMessage,
  describeMti,
  diagnoseMessage,
  diffMessages,
  encodeFrame,
  encodeMessage,
  iso1987Ascii,
  iso1987Binary,
  maskMessage,
  meaningOf,
  parseMti,
  redactMessage,
  repeatMti,
  responseMti,
  validateMessage,
} from '../src/index.ts';

const pan = '4111111111111111';
const message = {
  mti: '0200',
  de2: pan,
  de3: '000000',
  de4: '000000012345',
  de7: '1122131411',
  de11: '148893',
  de14: '2912',
  de35: `${pan}=29122011234567890`,
  de41: 'TERM0001',
  de45: `B${pan}^SURNAME/NAME^2912201`,
  de48: `CARD ${pan.replaceAll(/(.{4})/g, '$1 ')}OK`,
  de52: fromHex('1122334455667788'),
  de55: fromHex(
    `5A08${pan}57114111111111111111D291220112345678905F2009534F4D454F4E4520589F02060000000123459C0100`,
  ),
  de62: `${pan}D2912201`,
};

function wireOf(spec: typeof iso1987Binary): Uint8Array {
  const encoded = encodeMessage(spec, message);
  if (!encoded.ok) throw new Error(`the message of the tests: ${encoded.error.path}`);
  return encoded.bytes;
}

/** The digits of the PAN that may never be seen, and other secrets. */
const secrets = [pan.slice(6, 12), '29122011234567890', 'SURNAME', '1122334455667788', '534F4D45'];

describe('a described message', () => {
  it.each([
    ['packed', iso1987Binary],
    ['ASCII', iso1987Ascii],
  ])('shows every byte once, %s', (_name, spec) => {
    const bytes = wireOf(spec);
    const { elements, error } = describeMessage(spec, bytes);
    expect(error).toBeUndefined();
    let at = 0;
    for (const element of elements) {
      expect(element.offset).toBe(at);
      expect(element.bytes).toHaveLength(element.length * 2);
      at += element.length;
    }
    expect(at).toBe(bytes.length);
  });

  it.each(Object.entries({ iso1987Binary, iso1987Ascii }))(
    'hides cardholder data, %s',
    (_name, spec) => {
      const bytes = wireOf(spec);
      const shown = JSON.stringify(describeMessage(spec, bytes));
      for (const secret of secrets) {
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain(toHex(new TextEncoder().encode(secret)));
      }
      expect(shown).toContain('411111******1111');
    },
  );

  it('shows everything when told to', () => {
    const shown = JSON.stringify(
      describeMessage(iso1987Binary, wireOf(iso1987Binary), { unmasked: true }),
    );
    for (const secret of secrets) expect(shown).toContain(secret);
  });

  it('opens DE 55 at the right place in both forms', () => {
    for (const spec of [iso1987Binary, iso1987Ascii]) {
      const bytes = wireOf(spec);
      const { elements } = describeMessage(spec, bytes);
      const icc = elements.find((element) => element.path === '55');
      const amount = icc?.children?.find((child) => child.path === '55.9F02');
      const at = amount?.offset ?? 0;
      const wire = bytes.subarray(at, at + (amount?.length ?? 0));
      const text = spec === iso1987Ascii ? new TextDecoder().decode(wire) : toHex(wire);
      expect(text).toBe('9F0206000000012345');
      expect(amount?.value).toBe('000000012345');
    }
  });

  it('ends with the error that decoding gives, and shows what came before', () => {
    const bytes = wireOf(iso1987Binary).subarray(0, 40);
    const description = describeMessage(iso1987Binary, bytes);
    const decoded = decodeMessage(iso1987Binary, bytes);
    expect(description.error).toEqual(decoded.ok ? undefined : decoded.error);
    expect(description.elements.at(-1)?.path).toBe('14');
  });

  it('says what codes mean', () => {
    const { elements } = describeMessage(iso1987Binary, wireOf(iso1987Binary));
    expect(elements.find((element) => element.path === '0')?.meaning).toBe(
      'financial request (1987, acquirer)',
    );
    expect(elements.find((element) => element.path === '3')?.meaning).toMatch(
      /^Goods and services/,
    );
    expect(meaningOf('0110', 22, '051')).toBe('chip, PIN can be entered');
    expect(meaningOf('1210', 39, '116')).toBe('Not sufficient funds');
    expect(meaningOf('1210', 39, '199')).toBe('Declined');
    expect(meaningOf('2210', 39, '1016')).toBe('Not sufficient funds');
    expect(meaningOf('0210', 39, 'ZZ')).toBeUndefined();
  });
});

describe('a message for others', () => {
  it('keeps its form when redacted', () => {
    for (const spec of [iso1987Binary, iso1987Ascii]) {
      const redacted = redactMessage(spec, message);
      const encoded = encodeMessage(spec, redacted);
      expect(encoded.ok && encoded.bytes.length).toBe(wireOf(spec).length);
      const shown = JSON.stringify(redacted);
      expect(redacted.de2).toBe('4111110000001111');
      for (const secret of secrets.filter((one) => /^\d{6}$/.test(one)))
        expect(shown).not.toContain(secret);
      expect(toHex(redacted.de52 ?? new Uint8Array(1))).toBe('0'.repeat(16));
      expect(message.de2).toBe(pan);
    }
  });

  it('is masked as JSON, DE 55 by tag', () => {
    const masked = maskMessage(iso1987Binary, message);
    expect(masked).toMatchObject({
      de2: '411111******1111',
      de4: '000000012345',
      de14: '****',
      de52: '****************',
      de55: { '5A': '411111******1111', '9F02': '000000012345' },
    });
    for (const secret of secrets) expect(JSON.stringify(masked)).not.toContain(secret);
  });

  it('shows differences masked, and which of them an answer has by nature', () => {
    const answer = {
      ...message,
      mti: '0210',
      de4: '000000012300',
      de39: '00',
      de2: '4111111111112222',
    };
    const differences = diffMessages(iso1987Binary, message, answer);
    expect(differences.map(({ path, kind, expected }) => [path, kind, expected])).toEqual([
      ['0', 'changed', true],
      ['2', 'changed', false],
      ['4', 'changed', false],
      ['39', 'added', true],
    ]);
    expect(differences[1]).toMatchObject({ before: '411111******1111', after: '411111******2222' });
    expect(diffMessages(iso1987Binary, message, message)).toEqual([]);
  });

  it('compares DE 55 tag by tag', () => {
    const other = { ...message, de55: fromHex('9F0206000000012399') };
    const differences = diffMessages(
      iso1987Binary,
      { ...message, de55: fromHex('9F02060000000123459C0100') },
      other,
    );
    expect(differences.map(({ path, kind }) => [path, kind])).toEqual([
      ['55.9C', 'removed'],
      ['55.9F02', 'changed'],
    ]);
  });
});

describe('message types', () => {
  it.each([
    ['0100', '0110', '0101', '0120'],
    ['0101', '0110', '0101', '0120'],
    ['0420', '0430', '0421', '0420'],
    ['0421', '0430', '0421', '0420'],
    ['0202', '0212', '0203', '0222'],
    ['1804', '1814', '1805', '1824'],
    ['0540', '0550', '0541', undefined],
    ['0110', undefined, undefined, undefined],
    ['02X0', undefined, undefined, undefined],
    ['080', undefined, undefined, undefined],
  ])('%s is answered, repeated and advised by', (mti, response, repeat, advice) => {
    expect([responseMti(mti), repeatMti(mti), adviceMti(mti)]).toEqual([response, repeat, advice]);
  });

  it('have parts and words', () => {
    expect(parseMti('1421')).toEqual({
      mti: '1421',
      version: '1993',
      class: 'reversal',
      function: 'advice',
      origin: 'acquirer-repeat',
    });
    expect(parseMti('3999')).toMatchObject({
      version: undefined,
      class: undefined,
      function: undefined,
      origin: undefined,
    });
    expect(describeMti('3999')).toBe(
      'reserved class 9 reserved function 9 (reserved version 3, reserved origin 9)',
    );
    expect(describeMti('abc')).toBe('not a message type');
  });
});

describe('the rules of messages', () => {
  it.each([
    ['nothing wrong', message, []],
    ['an unknown message type', { mti: '3999' }, ['0 bad-mti']],
    ['a message type of 1993', { mti: '1804' }, ['0 other-version', '11 missing', '70 missing']],
    ['a currency that cannot be', { ...message, de49: '84A' }, ['49 bad-value']],
    [
      'an advice without account',
      { mti: '0220', de3: '000000', de4: '000000012345', de11: '148893' },
      ['2 missing'],
    ],
    [
      'a date of the 1993 version',
      { mti: '1814', de11: '1', de39: '800', de12: '261130991212' },
      ['0 other-version'],
    ],
    ['missing elements', { mti: '0400', de3: '000000', de4: '1', de11: '1' }, ['90 missing']],
    ['a wrong check digit', { ...message, de2: '4111111111111112' }, ['2 bad-check-digit']],
    [
      'dates that are none',
      { ...message, de7: '1332256161', de14: '2913' },
      ['7 bad-date', '7 bad-time', '14 bad-date'],
    ],
    ['a PIN in an answer', { ...message, mti: '0210', de39: '00' }, ['52 unexpected']],
  ])('of a message: %s', (_name, value, issues) => {
    expect(validateMessage(iso1987Ascii, value).map(({ path, code }) => `${path} ${code}`)).toEqual(
      issues,
    );
  });

  it('ask for more when they are strict, and know what the caller knows of currencies', () => {
    const thin = { mti: '0200', de3: '000000', de11: '000001', de49: '999' };
    const severities = (strict: boolean): string[] =>
      validateMessage(iso1987Ascii, thin, { strict, isCurrency: (code) => code !== '999' }).map(
        ({ path, severity }) => `${path} ${severity}`,
      );
    expect(severities(false)).toEqual(['2 warning', '4 warning', '49 error']);
    expect(severities(true)).toEqual([
      '2 error',
      '4 error',
      '7 error',
      '22 error',
      '41 error',
      '49 error',
    ]);
  });
});

describe('the doctor', () => {
  const tpdu = fromHex('6000010002');
  it.each([
    ['iso1987Ascii', 'ascii4', encodeFrame({ length: 'ascii4' }, wireOf(iso1987Ascii))],
    ['iso1987Ascii', undefined, wireOf(iso1987Ascii)],
    ['iso1987Binary', 'binary2', encodeFrame({ length: 'binary2' }, wireOf(iso1987Binary))],
    [
      'iso1987Binary',
      'binary2+tpdu',
      encodeFrame({ length: 'binary2', tpdu: true }, wireOf(iso1987Binary), { tpdu }),
    ],
  ])('finds %s in %s', (spec, framing, bytes) => {
    const [best, second] = diagnoseMessage(bytes);
    expect(best).toMatchObject({ specName: spec, error: undefined, roundTrip: true, doubts: [] });
    expect(best.framing?.name).toBe(framing);
    expect(bytes.subarray(best.bodyOffset, best.bodyOffset + best.body.length)).toEqual(best.body);
    expect(best.score).toBeGreaterThan(second.score);
  });

  it('shows where the runner-up went wrong', () => {
    const bytes = wireOf(iso1987Binary);
    const runnerUp = diagnoseMessage(bytes).find(({ error }) => error !== undefined);
    expect(runnerUp).toMatchObject({ ok: false, roundTrip: false });
    expect(runnerUp?.error?.byte).toBeLessThanOrEqual(bytes.length);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        for (const one of diagnoseMessage(concatBytes(fromHex('0800'), noise))) {
          expect(one.score).toBeGreaterThanOrEqual(0);
          expect(one.score).toBeLessThanOrEqual(100);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('DE 55 with an account number where no tag says so', () => {
  const hidden = fromHex('DF01084761739001010119700A5A084761739001010119');
  const message = { mti: '0200', de3: '000000', de55: hidden } as const;
  it('shows it in no description and in no redacted message', () => {
    const packed = encodeMessage(iso1987Binary, message);
    if (!packed.ok) throw new Error(packed.error.code);
    const described = JSON.stringify(describeMessage(iso1987Binary, packed.bytes));
    expect(described).toContain('DF01');
    expect(described).not.toMatch(/4761739001010119/);
    const redacted = redactMessage(iso1987Binary, message);
    expect(toHex((redacted as { de55: Uint8Array }).de55)).not.toContain('4761739001010119');
  });
});
