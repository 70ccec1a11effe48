// Describing TLV and reading issuers' answers: offsets, names, masking, what is told when it breaks off.
import { fromHex } from '@chipswitch/bytes';
import { encodeTlv } from '@chipswitch/tlv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DescribedObject,
  decodeIssuerResponse,
  describeTlv,
  describeTlvUnmasked,
  formatDescription,
} from '../src/index.ts';

const record = fromHex(
  '703357114761739001010119D221220117589288895F200C455850495245442F434152449F1F0E3137353839303936303030303030',
);

describe('describing', () => {
  it('a record: offsets, names, children, everything sensitive masked', () => {
    const { objects, error } = describeTlv(record);
    expect(error).toBeUndefined();
    expect(objects[0]).toMatchObject({ tag: '70', offset: 0, valueOffset: 2, lengthBytes: 51 });
    const children = objects[0].children!;
    expect(children.map((child) => [child.tag, child.offset, child.masked])).toEqual([
      ['57', 2, true],
      ['5F20', 21, true],
      ['9F1F', 36, true],
    ]);
    expect(children[0].value).toBe('476173******0119******************');
    expect(children[0].text).toEqual([
      'PAN 476173******0119',
      'Expiry 2022-12',
      'Service code 201',
    ]);
    expect(children[1]).toMatchObject({ value: '*'.repeat(24), text: [], nameZh: '持卡人姓名' });
    expect(children.every((child) => child.data === undefined)).toBe(true);
  });

  it('unmasked only where asked by name', () => {
    const [track] = describeTlvUnmasked(record).objects[0].children!;
    expect(track).toMatchObject({ value: '4761739001010119D22122011758928889', masked: false });
    expect(track.data).toMatchObject({ type: 'track2', pan: '4761739001010119' });
  });

  it('the AID and the currency come from the input itself', () => {
    const bytes = encodeTlv([
      [0x84, fromHex('A0000000031010')],
      [0x9f10, fromHex('06010A03A40000')],
      [0x5f2a, fromHex('0978')],
      [0x9f02, fromHex('000000001234')],
      [0x9f6e, fromHex('238C0000')],
    ]);
    const { objects } = describeTlv(bytes);
    expect(objects[1].data).toMatchObject({ format: 'visa-0-1-3', cvn: '0A' });
    expect(objects[3].text).toEqual(['12.34 EUR']);
    expect(objects[4].name).toBe('Form Factor Indicator (FFI)');
  });

  it('context can give them from outside', () => {
    const context = {
      aid: 'A0000000041010',
      objects: new Map([[0x5f2a, fromHex('0392')]]),
    };
    const { objects } = describeTlv(fromHex('9F02060000000012349F6B0212349F5B029A03'), { context });
    expect(objects[0].text).toEqual(['1234 JPY']);
    expect(objects[1]).toMatchObject({ name: 'Track 2 Data', masked: true });
    expect(objects[2]).toMatchObject({ name: 'DSDOL', data: { dataLength: 3 } });
  });

  it('remarks and unreadable values', () => {
    const [date, aip] = describeTlv(fromHex('9A022212820159')).objects;
    expect(date).toMatchObject({ error: { code: 'length' }, remarks: ['length 2, expected 3'] });
    expect(aip.error).toEqual({ code: 'length' });
    const [misplaced] = describeTlv(fromHex('6F059F36020001')).objects[0].children!;
    expect(misplaced.remarks).toEqual(['not expected in template 6F']);
    const [privately] = describeTlv(fromHex('E1059F36020001')).objects[0].children!;
    expect(privately.remarks).toEqual([]);
  });

  it('what was read before an error is described, and where it broke', () => {
    const description = describeTlv(fromHex('9A0322121570049F3602'));
    expect(description.objects.map((object) => object.tag)).toEqual(['9A']);
    expect(description.error).toMatchObject({ code: 'value-truncated', offset: 7 });
    const lines = formatDescription(description);
    expect(lines[0]).toBe('9A Transaction Date [3] 221215');
    expect(lines[1]).toBe('  - 2022-12-15');
    expect(lines.at(-1)).toBe('! value-truncated: byte 7');
    expect(formatDescription(describeTlv(fromHex('70029F36')), 'zh')).toEqual([
      '70 记录模板 [2]',
      '! length-truncated: 70 > byte 4',
    ]);
  });

  it('H3: the number that the input states is hidden in every object, others where something marks them', () => {
    const pan = '4761739001010119';
    const masked = '476173******0119';
    const objects = (hex: string, numbers: string[] = []) =>
      describeTlv(fromHex(hex), { numbers }).objects.map(({ value, masked: isMasked, text }) => [
        value,
        isMasked,
        text.length,
      ]);
    for (const tag of ['91', '9F6E', '9F26', '9F10', '8C', '9F1C', 'DF01', '5008']) {
      const object = `${tag.padEnd(4, '08').slice(0, tag.length)}${tag === '5008' ? '' : '08'}${pan}`;
      expect(objects(`5A08${pan}${object}`)[1]).toEqual([masked, true, 0]);
      expect(objects(object, [pan])[0]).toEqual([masked, true, 0]);
    }
    expect(objects(`720F860D04DA9F5808${pan}`)).toEqual([[undefined, false, 0]]);
    const [template] = describeTlv(fromHex(`720F860D04DA9F5808${pan}`)).objects;
    expect(template.children![0].value).toBe(`04DA9F5808${masked}`);
    expect(objects(`9F2608${pan}`)[0]).toEqual([pan, false, 0]);
    const [open] = describeTlvUnmasked(fromHex(`5A08${pan}9108${pan}`), {
      numbers: [pan],
    }).objects.slice(1);
    expect(open.value).toBe(pan);
  });

  it('what stands in a sensitive template is masked, whatever it is', () => {
    const [template] = describeTlv(fromHex('BF4E0B9F3602000181045A5A5A5A')).objects;
    for (const child of template.children!) {
      expect(child).toMatchObject({ masked: true, text: [] });
      expect(child.value).toMatch(/^\*+$/);
      expect(child.data).toBeUndefined();
    }
    const [open] = describeTlvUnmasked(fromHex('BF4E059F36020001')).objects;
    expect(open.children![0]).toMatchObject({ masked: false, value: '0001', text: ['1'] });
  });

  it('a value that does not fit its harmless meaning is masked as the other one', () => {
    const track = '4761739001010119D22122011758928889';
    const context = { aid: 'A0000000031010' };
    const [limit] = describeTlv(fromHex('9F6B06000000005000'), { context }).objects;
    expect(limit).toMatchObject({ name: 'Card CVM Limit', masked: false, text: ['5000'] });
    const [odd] = describeTlv(fromHex(`9F6B11${track}`), { context }).objects;
    expect(odd).toMatchObject({ masked: true, value: '476173******0119******************' });
    const id = Buffer.from('110101199003071234').toString('hex');
    const [document] = describeTlv(fromHex(`9F6112${id}`)).objects;
    expect(document).toMatchObject({ masked: true, value: '*'.repeat(36), text: [] });
  });

  it('a scope gives tags their meaning there', () => {
    const [indicator] = describeTlv(fromHex('85054350563031'), { scope: 'cpm' }).objects;
    expect(indicator).toMatchObject({ name: 'Payload Format Indicator', text: ['"CPV01"'] });
    expect(describeTlv(fromHex('8500')).objects[0].name).toBe('Proprietary Information');
  });

  it('lines in Chinese', () => {
    expect(formatDescription(describeTlv(fromHex('9A03221215')), 'zh')[0]).toBe(
      '9A 交易日期 [3] 221215',
    );
  });

  it('no digits of a card get out, whatever stands around them', () => {
    const pan = '4761739001010119';
    const carriers = [
      [0x5a, fromHex(pan)],
      [0x57, fromHex(`${pan}D22122011758928889`)],
      [0x56, new TextEncoder().encode(`B${pan}^CARD/TEST^2212201`)],
      [0x9f6b, fromHex(`${pan}D2212201`)],
      [0x9f20, fromHex('1758928889')],
      [0x99, fromHex('041234FFFFFFFFFF')],
    ] as const;
    const shown = (objects: readonly DescribedObject[]): string => JSON.stringify(objects);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...carriers]),
        fc.boolean(),
        fc.nat(3),
        (picked, inside, cut) => {
          const bytes = inside ? encodeTlv([[0x70, picked]]) : encodeTlv(picked);
          const description = describeTlv(bytes.subarray(0, Math.max(0, bytes.length - cut)));
          const text = shown(description.objects) + formatDescription(description).join('\n');
          expect(text).not.toMatch(/47617390|7390010|34373631|1758928889|041234|CARD/);
        },
      ),
    );
  });

  it('never throws on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const description = describeTlv(bytes);
        expect(formatDescription(description, 'zh').every((line) => line.length > 0)).toBe(true);
        describeTlvUnmasked(bytes);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("issuers' answers", () => {
  it.each([
    ['', { scripts: [] }],
    [
      '89063130363630398A023030910A50FC6205038200003030',
      {
        authorisationCode: '106609',
        responseCode: '00',
        arpc: '50FC620503820000',
        arc: '3030',
        scripts: [],
      },
    ],
    [
      '89063632373132337211860F04DA9F6B0A000000050000919863528A0230309108A584F94900820000',
      {
        arpc: 'A584F949',
        csu: '00820000',
        csuSet: ['issuer-approves', 'counters-reset-to-zero'],
        scripts: [{ template: '72', commands: ['04DA9F6B0A00000005000091986352'] }],
      },
    ],
    [
      '72179F180400004000860E04DA9F580900C7356286E3779889',
      { scripts: [{ template: '72', id: '00004000', commands: ['04DA9F580900C7356286E3779889'] }] },
    ],
    [
      '710B9F180400000001860280FF7106860100860101',
      {
        scripts: [
          { template: '71', id: '00000001', commands: ['80FF'] },
          { template: '71', commands: ['00', '01'] },
        ],
      },
    ],
    ['8A0230308A023531', { responseCode: '00' }],
    ['9F77008A023531', { responseCode: '51' }],
  ])('%s', (hex, data) => {
    const result = decodeIssuerResponse(fromHex(hex));
    expect(result).toMatchObject({ ok: true, data });
  });

  it.each([
    [
      '00960000',
      ['issuer-approves', 'update-pin-try-counter', 'csu-by-proxy', 'counters-reset-to-zero'],
    ],
    ['00680000', ['card-block', 'application-block', 'go-online-next']],
    ['00010000', ['counters-set-to-upper-limits']],
    ['80030000', ['proprietary-data-included', 'counters-add-transaction']],
    ['00000000', []],
  ])('K5: a card status update %s comes with its names', (csu, csuSet) => {
    const result = decodeIssuerResponse(fromHex(`910811223344${csu}`));
    expect(result).toEqual({ ok: true, data: { arpc: '11223344', csu, csuSet, scripts: [] } });
  });

  it('K5: an answer by method 1 has no names of a card status update', () => {
    const result = decodeIssuerResponse(fromHex('910A50FC6205038200003030'));
    expect(result).toEqual({
      ok: true,
      data: { arpc: '50FC620503820000', arc: '3030', scripts: [] },
    });
  });

  it.each([
    ['8A0230', 'value-truncated'],
    ['7204860F04DA', 'value-truncated'],
    ['91055566778899', 'length'],
  ])('%s is refused: %s', (hex, code) => {
    expect(decodeIssuerResponse(fromHex(hex))).toMatchObject({ ok: false, error: { code } });
  });
});

describe('values that nobody can name', () => {
  it.each([
    ['packed', 'DF01084761739001010119'],
    ['as characters', 'DF011034373631373339303031303130313139'],
    ['inside other digits', 'DF010A12476173900101011934'],
    ['under a name whose length it has not', '9F02084761739001010119'],
  ])('an account number %s is not shown', (_how, hex) => {
    const [object] = describeTlv(fromHex(hex)).objects;
    expect(object.masked).toBe(true);
    expect(JSON.stringify(object)).not.toMatch(/4761739001010119|34373631373339/);
    expect(describeTlvUnmasked(fromHex(hex)).objects[0].value).toContain('7');
  });
  it.each(['DF010401020304', 'DF01084761739001010118', 'DF0108ABCDEF0123456789'])(
    '%s holds none and is shown',
    (hex) => {
      const [object] = describeTlv(fromHex(hex)).objects;
      expect(object).toMatchObject({ masked: false, value: hex.slice(6) });
    },
  );
});
