// A face by injection: what is open, what is closed, and how everything that cannot be used is answered.
import { SettingError } from '@chipswitch/program';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import {
  type HttpServiceParts,
  ProblemError,
  createHttpService,
  httpAddressOf,
  openRoute,
} from '../src/index.ts';

const token = 'a-token-of-tests-1';

function faceWith(parts: Partial<HttpServiceParts> = {}): FastifyInstance {
  const app = createHttpService({ access: { token }, ...parts });
  app.get('/open', openRoute, () => ({ ok: true }));
  app.get('/closed', () => ({ ok: true }));
  app.get('/own', () => {
    throw new ProblemError({ code: 'too-early', status: 425, title: 'It is too early.' });
  });
  app.get('/broken', () => {
    throw new Error('card 4761739001010119');
  });
  const body = {
    type: 'object',
    additionalProperties: false,
    required: ['amount'],
    properties: { amount: { type: 'string', maxLength: 12 } },
  };
  app.post('/body', { schema: { body } }, () => ({ ok: true }));
  return app;
}

const authorization = `Bearer ${token}`;
const json = { authorization, 'content-type': 'application/json' };

describe('the door', () => {
  it.each([
    ['/open', {}, 200],
    ['/closed', {}, 401],
    ['/closed', { authorization: 'Bearer another-token-of-2' }, 401],
    ['/closed', { authorization: `Basic ${token}` }, 401],
    ['/closed', { authorization }, 200],
    ['/%63losed', {}, 401],
    ['/nowhere', {}, 401],
    ['/nowhere', { authorization }, 404],
  ])('%s with %o: %i', async (url, headers, status) => {
    const answer = await faceWith().inject({ url, headers });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    if (status !== 200) {
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.json()).toMatchObject({ status, type: expect.stringContaining('urn:') });
    }
  });
  it.each([
    ['127.0.0.1:8090', 200],
    ['localhost', 200],
    ['evil.example', 403],
    ['127.0.0.1.example', 403],
  ])('without a token Host %s: %i', async (host, status) => {
    const answer = await faceWith({ access: {} }).inject({ url: '/closed', headers: { host } });
    expect(answer.statusCode).toBe(status);
  });
  it('who has guessed too often waits, also with the right token', async () => {
    const app = faceWith({ guessesMax: 2 });
    const wrong = { authorization: 'Bearer another-token-of-2' };
    const codes: number[] = [];
    for (const headers of [wrong, wrong, { authorization }]) {
      codes.push((await app.inject({ url: '/closed', headers })).statusCode);
    }
    expect(codes).toEqual([401, 401, 429]);
  });
});

describe('what cannot be used', () => {
  it.each([
    ['no JSON', json, '{"amount":', 400, 'invalid-body'],
    ['an empty body', json, '', 400, 'invalid-body'],
    ['another member', json, '{"amount":"1","4761739001010119":1}', 400, 'invalid-body'],
    ['a missing member', json, '{}', 400, 'invalid-body'],
    ['__proto__', json, '{"amount":"1","__proto__":{"a":1}}', 400, 'invalid-body'],
    ['too much', json, JSON.stringify({ amount: '1'.repeat(2_000) }), 413, 'body-too-large'],
    [
      'another type',
      { authorization, 'content-type': 'text/xml' },
      '<a/>',
      415,
      'unsupported-media-type',
    ],
  ])('%s', async (_, headers, payload, status, code) => {
    const answer = await faceWith().inject({ method: 'POST', url: '/body', headers, payload });
    expect(answer.json()).toMatchObject({ status, code });
    expect(answer.body).not.toContain('4761');
  });
  it('a problem of the face’s own', async () => {
    const answer = await faceWith().inject({ url: '/own', headers: { authorization } });
    expect(answer.json()).toEqual({
      type: 'urn:chipswitch:problem:too-early',
      title: 'It is too early.',
      status: 425,
      code: 'too-early',
      instance: expect.any(String) as string,
    });
  });
  it('a fault inside is told to the log, and to nobody else', async () => {
    const faults: string[] = [];
    const app = faceWith({ onFault: ({ route, error }) => faults.push(`${route} ${error.name}`) });
    const answer = await app.inject({ url: '/broken', headers: { authorization } });
    expect([answer.statusCode, answer.body.includes('4761')]).toEqual([500, false]);
    expect(faults).toEqual(['/broken Error']);
  });
  it('a fault that the face knows is the problem it says', async () => {
    const app = faceWith({ problemOfFault: () => 'database-unavailable' });
    const answer = await app.inject({ url: '/broken', headers: { authorization } });
    expect(answer.json()).toMatchObject({ status: 503, code: 'database-unavailable' });
  });
});

describe('address settings', () => {
  it.each([
    [{}, { host: '127.0.0.1', port: 9 }],
    [
      { A_HOST: '::1', A_PORT: '0' },
      { host: '::1', port: 0 },
    ],
    [{ A_TOKEN: token }, { host: '127.0.0.1', port: 9, token }],
    [
      { A_HOST: '0.0.0.0', A_TOKEN: token },
      { host: '0.0.0.0', port: 9, token },
    ],
  ])('%o', (environment, address) => {
    expect(httpAddressOf(environment, 'A', 9)).toEqual(address);
  });
  it.each([
    [{ A_HOST: '0.0.0.0' }, 'A_TOKEN'],
    [{ A_PORT: '65536' }, 'A_PORT'],
    [{ A_PORT: '1e3' }, 'A_PORT'],
    [{ A_TOKEN: 'short' }, 'A_TOKEN'],
    [{ A_TOKEN: 'with a blank in the middle' }, 'A_TOKEN'],
  ])('%o is refused by name: %s', (environment, name) => {
    let refused: unknown;
    try {
      httpAddressOf(environment, 'A', 9);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(SettingError);
    expect((refused as SettingError).message).toContain(name);
  });
});

describe('clients with keys of their own', () => {
  const access = { isKnown: (key: string): boolean => key === 'key-of-one' };
  it.each([
    ['one that is known', { authorization: 'Bearer key-of-one' }, 200],
    ['one that is not', { authorization: 'Bearer key-of-two' }, 401],
    ['none', {}, 401],
    ['none, on this machine', { host: 'localhost' }, 401],
  ])('%s', async (_name, headers, status) => {
    const answer = await faceWith({ access }).inject({ url: '/closed', headers });
    expect(answer.statusCode).toBe(status);
  });
});

describe('a body', () => {
  it.each([
    ['a number for a text is made fit', false, 200],
    ['a number for a text is refused where bodies are exact', true, 400],
  ])('%s', async (_name, isExact, status) => {
    const post = { method: 'POST', url: '/body', headers: json, payload: '{"amount":12}' } as const;
    expect((await faceWith({ isExact }).inject(post)).statusCode).toBe(status);
  });
  it.each(['text/plain', 'text/html', 'application/x-www-form-urlencoded'])(
    'of type %s is refused',
    async (type) => {
      const headers = { authorization, 'content-type': type };
      const post = { method: 'POST', url: '/body', headers, payload: '{"amount":"12"}' } as const;
      expect((await faceWith().inject(post)).statusCode).toBe(415);
    },
  );
});
