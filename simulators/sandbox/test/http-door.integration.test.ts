// The HTTP door of a running switch: the same payments, once each however often they are asked for, and nothing of a
// card in any answer or log.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { validate } from '@apidevtools/swagger-parser';
import { newApiKey } from '@chipswitch/switch';
import { textOf } from '@chipswitch/transaction';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stand, openStand, purchase, visa } from './switch-stand.ts';

const { pan } = visa.applications[0];
const shop = newApiKey('shop');
const rival = newApiKey('rival');
const slow = newApiKey('slow');

let stand: Stand;
beforeAll(async () => {
  stand = await openStand({
    answerMs: 1_500,
    http: {
      port: 0,
      guessesMax: 5,
      apiKeys: [
        {
          id: 'shop',
          sha256: shop.sha256,
          terminals: ['TERM0001', 'TERM0009'],
          requestsPerSecondMax: 1_000,
        },
        { id: 'rival', sha256: rival.sha256, terminals: ['TERM0002'], requestsPerSecondMax: 1_000 },
        { id: 'slow', sha256: slow.sha256, terminals: ['TERM0001'], requestsPerSecondMax: 2 },
      ],
    },
  });
});
afterAll(() => stand.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: { readonly [name: string]: unknown };
}

const url = (path: string): string => `http://127.0.0.1:${stand.running.httpPort}${path}`;

async function call(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url(path), init);
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, text, body: JSON.parse(text) as Answer['body'] };
}

let lastKey = 0;
const freshKey = (): string => `order-${++lastKey}`;

interface Call {
  readonly key?: string | null;
  readonly apiKey?: string;
  readonly body?: unknown;
}

function post(
  path: string,
  { key = freshKey(), apiKey = shop.key, body = {} }: Call,
): Promise<Answer> {
  return call(path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      ...(key === null ? {} : { 'idempotency-key': key }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const get = (path: string, apiKey = shop.key): Promise<Answer> =>
  call(path, { headers: { authorization: `Bearer ${apiKey}` } });

const moto = {
  kind: 'purchase',
  terminalId: 'TERM0001',
  amountMinor: '31100',
  currency: 'CNY',
  entry: 'moto',
  card: { number: pan, expiry: '2812' },
} as const;

const idOf = ({ body }: Answer): string => String(body['id']);

/** What the host was asked for this amount: its book has a line for each authorization and reversal. */
const atHost = (amountMinor: number): string[] =>
  stand.book.entries
    .filter((entry) => entry.amountMinor === String(amountMinor))
    .map(({ effect }) => effect);

/** How often the host was asked for a payment; what is undone meanwhile comes when it comes. */
const asksAtHost = (): number =>
  stand.book.entries.filter(({ mti }) => /^0[12]00$/.test(mti)).length;

describe('a payment', () => {
  it('is approved, and shown without its card', async () => {
    const paid = await post('/v1/payments', { body: moto });
    expect(paid.status).toBe(201);
    expect(paid.body).toMatchObject({
      kind: 'purchase',
      outcome: 'approved',
      responseCode: '00',
      amountMinor: '31100',
      approvedMinor: '31100',
      currency: 'CNY',
      card: `${pan.slice(0, 6)}******${pan.slice(-4)}`,
      terminalId: 'TERM0001',
    });
    expect(paid.headers.get('location')).toBe(`/v1/payments/${String(paid.body['id'])}`);
    expect(paid.text).not.toContain(pan);
    const shown = await get(`/v1/payments/${String(paid.body['id'])}`);
    expect(shown.body).toEqual(paid.body);
  });
  it.each([
    ['a number', { amountMinor: 31_200 }],
    ['track 2 and a stripe', { entry: 'stripe', card: { track2: `${pan}D28121011234567F` } }],
    ['a pre-authorization', { kind: 'preauthorisation', amountMinor: '31300' }],
    ['cash in it', { kind: 'cash-back', amountMinor: '31400', cashMinor: '1000' }],
    ['the status of an account', { kind: 'account-status', amountMinor: 0 }],
    ['a refund of nothing in particular', { kind: 'refund', amountMinor: '31500' }],
  ])('with %s is approved', async (_name, more) => {
    const paid = await post('/v1/payments', { body: { ...moto, ...more } });
    expect(paid.body).toMatchObject({ outcome: 'approved', responseCode: '00' });
  });
  it('that the host declines is a payment that was declined', async () => {
    const paid = await post('/v1/payments', { body: { ...moto, amountMinor: '31251' } });
    expect(paid.status).toBe(201);
    expect(paid.body).toMatchObject({ outcome: 'declined', responseCode: '51' });
  });
});

describe('the Idempotency-Key', () => {
  it('with the same body gives the same payment, and one effect', async () => {
    const key = freshKey();
    const body = { ...moto, amountMinor: '32100' };
    const first = await post('/v1/payments', { key, body });
    const { card, ...rest } = body;
    const again = await post('/v1/payments', { key, body: { card: { ...card }, ...rest } });
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(atHost(32_100)).toHaveLength(1);
  });
  it('says nothing different whether the amount is text or a number', async () => {
    const key = freshKey();
    const first = await post('/v1/payments', { key, body: { ...moto, amountMinor: '32200' } });
    const again = await post('/v1/payments', { key, body: { ...moto, amountMinor: 32_200 } });
    expect(idOf(again)).toBe(idOf(first));
  });
  it.each([
    ['another amount', { amountMinor: '32301' }],
    ['another card', { card: { number: '4111111111111111', expiry: '2812' } }],
    ['another expiry', { card: { number: pan, expiry: '2912' } }],
    ['another kind', { kind: 'preauthorisation' }],
  ])('with %s is refused', async (_name, more) => {
    const key = freshKey();
    await post('/v1/payments', { key, body: { ...moto, amountMinor: '32300' } });
    const other = await post('/v1/payments', {
      key,
      body: { ...moto, amountMinor: '32300', ...more },
    });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });
  it('is the client’s own: another client’s is another payment', async () => {
    const key = freshKey();
    const mine = await post('/v1/payments', { key, body: { ...moto, amountMinor: '32400' } });
    const theirs = await post('/v1/payments', {
      key,
      apiKey: rival.key,
      body: { ...moto, terminalId: 'TERM0002', amountMinor: '32400' },
    });
    expect(idOf(theirs)).not.toBe(idOf(mine));
    expect((await get(`/v1/payments/${idOf(mine)}`, rival.key)).status).toBe(404);
  });
  it('ten times in parallel is one payment; the others hear that it is being worked on', async () => {
    const key = freshKey();
    const body = { ...moto, amountMinor: '900105' };
    const all = await Promise.all(
      Array.from({ length: 10 }, () => post('/v1/payments', { key, body })),
    );
    const statuses = all.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    expect(all.find(({ status }) => status === 409)?.body['code']).toBe('request-in-flight');
    expect(atHost(900_105)).toHaveLength(1);
    const again = await post('/v1/payments', { key, body });
    expect(again.body).toEqual(all.find(({ status }) => status === 201)?.body);
  });
  it('is asked for again when the connection broke: the approval stands', async () => {
    const key = freshKey();
    const body = { ...moto, amountMinor: '900106' };
    const broken = new AbortController();
    const lost = fetch(url('/v1/payments'), {
      method: 'POST',
      signal: broken.signal,
      headers: {
        authorization: `Bearer ${shop.key}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    });
    await expect.poll(() => stand.running.status().livePayments).toBeGreaterThan(0);
    broken.abort();
    await expect(lost).rejects.toThrow();
    await expect.poll(() => atHost(900_106).length).toBe(1);
    await expect
      .poll(async () => (await post('/v1/payments', { key, body })).body['outcome'])
      .toBe('approved');
    expect(atHost(900_106)).toHaveLength(1);
  });
  it('is needed', async () => {
    const bare = await post('/v1/payments', { key: null, body: moto });
    expect(bare.status).toBe(400);
  });
  it.each([
    ['with a blank', 'a b'],
    ['too long', 'k'.repeat(256)],
  ])('%s is none', async (_name, key) => {
    const asked = await post('/v1/payments', { key, body: moto });
    expect(asked).toMatchObject({ status: 400, body: { code: 'idempotency-key-missing' } });
  });
});

describe('what is about a payment', () => {
  const made = async (more: object): Promise<string> =>
    idOf(await post('/v1/payments', { body: { ...moto, ...more } }));
  it('a part is refunded, then no more than the rest', async () => {
    const id = await made({ amountMinor: '33100' });
    const part = await post(`/v1/payments/${id}/refund`, { body: { amountMinor: '3000' } });
    expect(part.body).toMatchObject({ kind: 'refund', outcome: 'approved', about: id });
    const more = await post(`/v1/payments/${id}/refund`, {});
    expect(more.body).toMatchObject({ outcome: 'declined', responseCode: '64' });
  });
  it('is voided as a whole, once', async () => {
    const id = await made({ amountMinor: '33200' });
    const voided = await post(`/v1/payments/${id}/void`, {});
    expect(voided.body).toMatchObject({ kind: 'void', outcome: 'approved', amountMinor: '33200' });
    const again = await post(`/v1/payments/${id}/void`, {});
    expect(again.body).toMatchObject({ outcome: 'declined' });
  });
  it('a hold is completed with another amount', async () => {
    const id = await made({ kind: 'preauthorisation', amountMinor: '33300' });
    const done = await post(`/v1/payments/${id}/completion`, { body: { amountMinor: 33_000 } });
    expect(done.body).toMatchObject({ kind: 'completion', outcome: 'approved' });
  });
  it('a hold is voided', async () => {
    const id = await made({ kind: 'preauthorisation', amountMinor: '33400' });
    expect((await post(`/v1/payments/${id}/void`, {})).body).toMatchObject({ kind: 'hold-void' });
  });
  it('is reversed, and stays so however often it is asked', async () => {
    const id = await made({ amountMinor: '33500' });
    const key = freshKey();
    const undone = await post(`/v1/payments/${id}/reversal`, { key });
    expect(undone).toMatchObject({ status: 201, body: { id, outcome: 'undone' } });
    expect((await post(`/v1/payments/${id}/reversal`, { key })).body).toMatchObject({ id });
    expect((await get(`/v1/payments/${id}`)).body).toMatchObject({ outcome: 'undone' });
    await expect.poll(() => atHost(33_500)).toContain('reversed');
  });
  it.each([
    ['a purchase', {}, 'completion'],
    ['a refund', { kind: 'refund' }, 'refund'],
    ['the status of an account', { kind: 'account-status', amountMinor: 0 }, 'refund'],
  ])('%s has no %s', async (_name, more, action) => {
    const id = await made({ amountMinor: '33600', ...more });
    const asked = await post(`/v1/payments/${id}/${action}`, {});
    expect(asked).toMatchObject({ status: 422, body: { code: 'not-possible' } });
  });
  it.each(['refund', 'void', 'completion', 'reversal'])(
    '%s of another client’s payment is not found',
    async (action) => {
      const id = await made({ amountMinor: '33700' });
      expect((await post(`/v1/payments/${id}/${action}`, { apiKey: rival.key })).status).toBe(404);
    },
  );
});

describe('who may ask', () => {
  it.each([
    ['no key', {}],
    ['a key of nobody', { authorization: `Bearer ${newApiKey('shop').key}` }],
    ['a key with one letter more', { authorization: `Bearer ${shop.key}x` }],
    ['no bearer', { authorization: `Basic ${shop.key}` }],
  ])('%s: 401, whatever the body says', async (_name, headers) => {
    const asked = await call('/v1/payments', { method: 'POST', headers, body: '' });
    expect(asked).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    expect(asked.headers.get('www-authenticate')).toBe('Bearer');
  });
  it('a terminal of another client is none of this key’s', async () => {
    const asked = await post('/v1/payments', { body: { ...moto, terminalId: 'TERM0002' } });
    expect(asked).toMatchObject({ status: 400, body: { errors: [{ parameter: 'terminalId' }] } });
  });
  it('a blocked terminal is refused by its code', async () => {
    const asked = await post('/v1/payments', { body: { ...moto, terminalId: 'TERM0009' } });
    expect(asked).toMatchObject({
      status: 422,
      body: { code: 'refused', errors: [{ parameter: 'responseCode', detail: '58' }] },
    });
  });
  it('a key that asks too often waits; its reversals do not', async () => {
    const apiKey = slow.key;
    const asked = await Promise.all(
      Array.from({ length: 6 }, () =>
        post('/v1/payments', { apiKey, body: { ...moto, amountMinor: '34100' } }),
      ),
    );
    const limited = asked.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThanOrEqual(3);
    expect(limited[0].body['code']).toBe('too-many-requests');
    const id = idOf(asked.find(({ status }) => status === 201) ?? limited[0]);
    const undone = await Promise.all(
      Array.from({ length: 6 }, () => post(`/v1/payments/${id}/reversal`, { apiKey })),
    );
    expect(undone.every(({ status }) => status === 201)).toBe(true);
  });
});

describe('bad input', () => {
  it.each([
    ['no JSON', '{"kind":', 400],
    ['a list', '[]', 400],
    ['null', 'null', 400],
    ['nothing', '', 400],
    ['a prototype', `{"__proto__":{"isAdmin":true},${JSON.stringify(moto).slice(1)}`, 400],
    [
      'a constructor’s prototype',
      `{"constructor":{"prototype":{"a":1}},${JSON.stringify(moto).slice(1)}`,
      400,
    ],
    [
      'a prototype in the card',
      JSON.stringify(moto).replace('"card":{', '"card":{"__proto__":{"x":1},'),
      400,
    ],
    ['an unknown property', JSON.stringify({ ...moto, discount: 1 }), 400],
    ['an unknown kind', JSON.stringify({ ...moto, kind: 'gift' }), 400],
    ['a kind that needs an original', JSON.stringify({ ...moto, kind: 'completion' }), 400],
    ['a kind that every object has', JSON.stringify({ ...moto, kind: 'constructor' }), 400],
    ['an amount below zero', JSON.stringify({ ...moto, amountMinor: -1 }), 400],
    ['half a minor unit', JSON.stringify({ ...moto, amountMinor: 1.5 }), 400],
    ['an amount of 13 digits', JSON.stringify({ ...moto, amountMinor: '1000000000000' }), 400],
    [
      'an amount beyond what a number holds',
      JSON.stringify(moto).replace('"31100"', '9007199254740993'),
      400,
    ],
    ['an amount in words', JSON.stringify({ ...moto, amountMinor: 'ten' }), 400],
    ['true as an amount', JSON.stringify({ ...moto, amountMinor: true }), 400],
    ['nothing for a purchase', JSON.stringify({ ...moto, amountMinor: 0 }), 422],
    ['a card number as a number', JSON.stringify(moto).replace(`"${pan}"`, pan), 400],
    ['no card number', JSON.stringify({ ...moto, card: {} }), 400],
    [
      'a month that is none',
      JSON.stringify({ ...moto, card: { number: pan, expiry: '2813' } }),
      400,
    ],
    ['a currency that is none', JSON.stringify({ ...moto, currency: 'XXQ' }), 400],
    ['half a byte of hex', JSON.stringify({ ...moto, card: { number: pan, iccData: '9F2' } }), 400],
    [
      'more cash than amount',
      JSON.stringify({ ...moto, kind: 'cash-back', cashMinor: '99999' }),
      400,
    ],
    ['1 MB', JSON.stringify({ ...moto, note: 'x'.repeat(1 << 20) }), 413],
  ])('%s is refused and asks no host', async (_name, body, status) => {
    const before = asksAtHost();
    const asked = await post('/v1/payments', { body });
    expect(asked.status).toBe(status);
    expect(asked.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(asked.body).toMatchObject({
      status,
      type: `urn:chipswitch:problem:${String(asked.body['code'])}`,
    });
    expect(asked.text).not.toContain(pan);
    expect(asksAtHost()).toBe(before);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });
  it('a card number whose check digit is wrong is declined with 14 and nothing is kept', async () => {
    const number = `${pan.slice(0, -1)}${(Number(pan.at(-1)) + 1) % 10}`;
    const asked = await post('/v1/payments', {
      body: { ...moto, card: { number, expiry: '2812' } },
    });
    expect(asked).toMatchObject({ status: 422, body: { errors: [{ detail: '14' }] } });
    expect(asked.text).not.toContain(number);
  });
  it.each([
    ['another form of body', 'text/plain', 415],
    ['a form', 'application/x-www-form-urlencoded', 415],
  ])('%s is refused', async (_name, type, status) => {
    const asked = await call('/v1/payments', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${shop.key}`,
        'content-type': type,
        'idempotency-key': freshKey(),
      },
      body: JSON.stringify(moto),
    });
    expect(asked.status).toBe(status);
  });
  it.each(['/v1/payments/1', `/v1/payments/${pan}`, '/v1/payments/%ZZ', '/v1/payments/pay_x'])(
    '%s: a problem that repeats nothing',
    async (path) => {
      const asked = await get(path);
      expect([400, 404]).toContain(asked.status);
      expect(asked.text).not.toContain(pan);
    },
  );
  it('a request that comes byte by byte is cut, and others are served meanwhile', async () => {
    const socket = connect({ host: '127.0.0.1', port: stand.running.httpPort ?? 0 });
    let isClosed = false;
    socket.on('close', () => {
      isClosed = true;
    });
    socket.resume();
    socket.on('error', () => undefined); // It is cut: `isClosed` tells.
    const head = `POST /v1/payments HTTP/1.1\r\nHost: x\r\n`;
    const drip = (async () => {
      for (const letter of head + 'x'.repeat(500)) {
        if (isClosed) return;
        socket.write(letter);
        await sleep(100);
      }
    })();
    const paid = await post('/v1/payments', { body: { ...moto, amountMinor: '35100' } });
    expect(paid.body['outcome']).toBe('approved');
    await expect.poll(() => isClosed, { timeout: 15_000 }).toBe(true);
    await drip;
  });
  it('nothing of a card or a key is in the log', async () => {
    const log = JSON.stringify(stand.log);
    for (const secret of [pan, shop.key, rival.key, '28121011234567'])
      expect(log).not.toContain(secret);
  });
});

describe('openapi.json', () => {
  it('is a valid OpenAPI 3.1 document, for anybody', async () => {
    const { status, text } = await call('/openapi.json', {});
    expect(status).toBe(200);
    const document = (await validate(JSON.parse(text))) as { openapi: string; paths: object };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual([
      '/v1/payments',
      '/v1/payments/{id}',
      '/v1/payments/{id}/refund',
      '/v1/payments/{id}/void',
      '/v1/payments/{id}/completion',
      '/v1/payments/{id}/reversal',
    ]);
  });
  it('says how to ask again', async () => {
    const { text } = await call('/openapi.json', {});
    expect(text).toContain('A connection that breaks does not undo an approval');
  });
});

describe('both doors', () => {
  it('the same terminal pays over TCP and HTTP, each payment once', async () => {
    const link = stand.link();
    const [http, tcp] = await Promise.all([
      post('/v1/payments', { body: { ...moto, amountMinor: '36100' } }),
      link.exchange(purchase(36_200), 3_000),
    ]);
    expect(http.body['outcome']).toBe('approved');
    expect(tcp.ok && textOf(tcp.message, 39)).toBe('00');
    expect([atHost(36_100).length, atHost(36_200).length]).toEqual([1, 1]);
  });
  it.each([
    ['an address that others reach, without TLS', { host: '0.0.0.0' }, 'config.http.tls'],
    ['a key whose hash is none', { apiKeys: [{ id: 'x', sha256: 'ab', terminals: [] }] }, 'sha256'],
  ])('%s is refused at the start', async (_name, more, place) => {
    const http = { port: 0, apiKeys: [], ...more };
    await expect(openStand({ instance: 'http-2', http })).rejects.toThrow(place);
  });
});
