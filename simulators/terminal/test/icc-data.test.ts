// What of a card's data goes into messages, and what of a host's goes to the card.
import { fromHex, toHex } from '@chipswitch/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardDataOf, iccData, readIssuerResponse, requestTags } from '../src/icc-data.ts';
import { buildRequest } from '../src/messages.ts';
import { encodePosMessage } from '../src/terminal-link.ts';

function data(objects: Record<string, string>): Map<number, Uint8Array> {
  return new Map(
    Object.entries(objects).map(([tag, value]) => [Number.parseInt(tag, 16), fromHex(value)]),
  );
}

describe('the card in a message', () => {
  it.each([
    [
      'everything',
      {
        '5A': '4761739001010119',
        '57': '4761739001010119D49122010000000000',
        '5F24': '491231',
        '5F34': '01',
      },
      {
        pan: '4761739001010119',
        expiry: '4912',
        sequenceNumber: '001',
        track2: '4761739001010119D49122010000000000',
      },
    ],
    [
      'track 2 alone',
      { '57': '374245455400126D49122010000000000F' },
      { pan: '374245455400126', expiry: '4912', sequenceNumber: undefined },
    ],
    [
      'a track that is none',
      { '5A': '4761739001010119', '57': '4761739001010119C49120' },
      { track2: undefined },
    ],
    [
      'a track of another number',
      { '5A': '4761739001010119', '57': '5413330089600044D4912201' },
      { pan: '4761739001010119', track2: undefined },
    ],
    ['a date that is none', { '5A': '4761739001010119', '5F24': 'AB1231' }, { expiry: undefined }],
    [
      'a sequence number that is none',
      { '5A': '4761739001010119', '5F34': 'FF' },
      { sequenceNumber: undefined },
    ],
  ])('%s', (_, objects, expected) => {
    expect(cardDataOf(data(objects))).toMatchObject(expected);
  });

  it.each([
    ['no number', {}],
    ['a number too short', { '5A': '4761' }],
    ['letters in the number', { '5A': '4761739001AB0119' }],
  ])('%s: none', (_, objects) => {
    expect(cardDataOf(data(objects))).toBeUndefined();
  });

  it('whatever a card says fits the dialect, or there is no message', () => {
    // Mostly digits and separators, so that many of them nearly are what they should be.
    const nibbles = fc.array(fc.constantFrom(...'0123456789D0123456789FDA'.split('')), {
      maxLength: 44,
    });
    const bytes = nibbles.map((list) =>
      fromHex(list.length % 2 === 0 ? list.join('') : `${list.join('')}F`),
    );
    fc.assert(
      fc.property(bytes, bytes, bytes, bytes, (pan, track2, expiry, sequence) => {
        const map = new Map([
          [0x5a, pan.length === 0 ? fromHex('4761739001010119') : pan],
          [0x57, track2],
          [0x5f24, expiry],
          [0x5f34, sequence],
        ]);
        const card = cardDataOf(map);
        if (!card) return;
        const message = buildRequest('purchase', {
          terminal: { terminalId: 'T0000001', acceptorId: 'M00000000000001', currency: '156' },
          stan: '000001',
          localTime: '111500',
          localDate: '1122',
          amountMinor: 1n,
          card,
          entryMode: '051',
          batch: '000001',
          iccData: iccData(map, requestTags),
        });
        expect(encodePosMessage(message).length).toBeGreaterThan(60);
      }),
    );
  });
});

describe('DE 55', () => {
  it('is at most 255 bytes: what comes last is left out', () => {
    const map = new Map(requestTags.map((tag) => [tag, new Uint8Array(20).fill(1)] as const));
    const bytes = iccData(map, requestTags);
    expect(bytes.length).toBeLessThanOrEqual(255);
    expect(toHex(bytes).startsWith('9F2614')).toBe(true);
  });

  it.each([
    [
      '8A023030910A11223344556677883030',
      { arc: '00', issuerAuthenticationData: fromHex('11223344556677883030') },
    ],
    ['72099F1804000000018600', { scripts: fromHex('72099F1804000000018600') }],
    ['71038601007203860101', { scripts: fromHex('71038601007203860101') }],
    ['8906413132333435', { authorizationCode: 'A12345' }],
    ['8A0130', {}],
    ['', {}],
  ])('%s', (hex, expected) => {
    expect(readIssuerResponse(fromHex(hex))).toEqual(expected);
  });

  it.each(['91', '910A00', '9F', '72FF00'])('%s is none', (hex) => {
    expect(readIssuerResponse(fromHex(hex))).toBeUndefined();
  });
});
