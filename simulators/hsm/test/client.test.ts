// The payShield client over real sockets: pipelining, every fault of an HSM, failover, limits.
import { type AddressInfo, createServer } from 'node:net';
import { type PayshieldClientSettings, createPayshieldClient } from '@chipswitch/payshield';
import { afterEach, describe, expect, it } from 'vitest';
import { type Fault, type HsmServer, type HsmServerSettings, startHsm } from '../src/index.ts';

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function hsmOn(settings: HsmServerSettings = {}): Promise<HsmServer> {
  const server = await startHsm(settings);
  closing.push(() => server.close());
  return server;
}

function clientOf(
  servers: readonly { readonly port: number }[],
  settings: Partial<PayshieldClientSettings> = {},
): ReturnType<typeof createPayshieldClient> {
  const client = createPayshieldClient({
    hsms: servers.map(({ port }) => ({ host: '127.0.0.1', port })),
    connectionsPerHsm: 1,
    timeoutMs: 400,
    reconnectDelayMs: 10,
    ...settings,
  });
  closing.push(() => client.close());
  return client;
}

const ping = { data: 'PING' };
const zpk = 'U247078713614BE11F819054C5FFB08FF';
const translation = {
  sourceZpk: 'T971803BA969012152827CC97A98D18D50BE6559CDFF6F7E1',
  destinationZpk: zpk,
  maximumPinLength: 12,
  sourcePinBlock: 'F2B66A1070EADC47',
  sourcePinBlockFormat: '05',
  destinationPinBlockFormat: '01',
  pan: '001000000376',
};

async function outcome(answer: Promise<unknown>): Promise<string> {
  const result = (await answer) as
    | { ok: true }
    | { ok: false; error: { code: string; detail?: string } };
  return result.ok ? 'ok' : `${result.error.code} ${result.error.detail ?? ''}`.trim();
}

describe('commands', () => {
  it.each([0, 1, 4, 12])('pipeline under a header of %i characters', async (headerLength) => {
    const server = await hsmOn({ headerLength });
    const client = clientOf([server], { headerLength, timeoutMs: 2000 });
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => client.send('B2', { data: `N${i}` })),
    );
    const echoed = answers.map((a) => (a.ok ? a.response.fields['data'] : a.error.code));
    expect(echoed).toEqual(Array.from({ length: 200 }, (_, i) => `N${i}`));
  });
  it('are answered out of order as well as in order', async () => {
    const server = await hsmOn();
    const client = clientOf([server], { timeoutMs: 2000 });
    server.setFaults([{ fault: { kind: 'late', delayMs: 60 }, times: 1 }]);
    const order: string[] = [];
    await Promise.all(
      ['first', 'second'].map(async (data) => {
        await client.send('B2', { data });
        order.push(data);
      }),
    );
    expect(order).toEqual(['second', 'first']);
  });
  it('translate a PIN, and tell a business answer from a fault', async () => {
    const server = await hsmOn();
    const client = clientOf([server], { timeoutMs: 2000 });
    const translated = await client.send('CC', translation);
    expect(translated.ok && translated.response.fields['pinLength']).toBe('05');
    const cvv = { cvk: '0A61E674E88C6A7EEABC38C2B2BB492F', pan: '4123456789012345', cvv: '999' };
    const wrong = client.send('CY', { ...cvv, expirationDate: '8701', serviceCode: '101' });
    expect(await outcome(wrong)).toBe('not-verified');
    // A business answer is never sent again.
    expect(server.answered.get('CY')).toBe(1);
    const odd = client.send('CC', { ...translation, sourceZpk: `U${'0'.repeat(32)}` });
    expect(await outcome(odd)).toBe('key-parity first-key');
    const bad = client.send('CC', { ...translation, pan: '1' });
    expect(await outcome(bad)).toBe('input CC > pan');
  });
  it('are refused when they are no commands', async () => {
    const client = clientOf([await hsmOn()]);
    expect(await outcome(client.send('QQ', {}))).toBe('input QQ');
  });
});

describe('an HSM that misbehaves once is asked again over another link', () => {
  const once: readonly Fault[] = [
    { kind: 'drop' },
    { kind: 'silent' },
    { kind: 'wrong-header' },
    { kind: 'wrong-code' },
    { kind: 'truncated' },
    { kind: 'garbage' },
    { kind: 'late', delayMs: 1000 },
  ];
  it.each(once)('$kind', async (fault) => {
    const server = await hsmOn();
    const client = clientOf([server, await hsmOn()]);
    expect(await outcome(client.send('B2', ping))).toBe('ok');
    server.setFaults([{ fault }]);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => outcome(client.send('B2', ping))),
    );
    expect(answers).toEqual(Array.from({ length: 6 }, () => 'ok'));
    expect(client.statistics.retried).toBeGreaterThan(0);
  });
});

describe('an HSM that misbehaves always gives a named error, in time', () => {
  const always: readonly (readonly [Fault, RegExp])[] = [
    [{ kind: 'drop' }, /^unavailable (link-lost|no-link)$/],
    [{ kind: 'silent' }, /^unavailable timeout$/],
    [{ kind: 'late', delayMs: 2000 }, /^unavailable timeout$/],
    [{ kind: 'wrong-header' }, /^unavailable header-mismatch$/],
    [{ kind: 'wrong-code' }, /^unavailable response-mismatch$/],
    [{ kind: 'truncated' }, /^unavailable link-lost$/],
    [{ kind: 'garbage' }, /^unavailable frame$/],
    [{ kind: 'error', errorCode: '41' }, /^unavailable internal-error$/],
    [{ kind: 'error', errorCode: '12' }, /^unavailable no-keys-loaded$/],
    [{ kind: 'error', errorCode: '68' }, /^not-allowed command-disabled$/],
    [{ kind: 'error', errorCode: 'ZZ' }, /^unavailable hsm-zz$/],
    [{ kind: 'error', errorCode: '\0\0' }, /^unavailable field-value$/],
  ];
  it.each(always)('%o', async (fault, expected) => {
    const server = await hsmOn();
    server.setFaults([{ fault }]);
    const client = clientOf([server], { attemptsMax: 1 });
    expect(await outcome(client.send('B2', ping))).toMatch(expected);
  });
  it('and the link comes back by itself', async () => {
    const server = await hsmOn();
    const client = clientOf([server]);
    expect(await outcome(client.send('B2', ping))).toBe('ok');
    server.dropConnections();
    const answers = [
      await outcome(client.send('B2', ping)),
      await outcome(client.send('B2', ping)),
    ];
    expect(answers).toEqual(['ok', 'ok']);
  });
});

describe('a late answer', () => {
  it('is counted and given to nobody', async () => {
    const server = await hsmOn();
    server.setFaults([{ fault: { kind: 'late', delayMs: 700 }, times: 1 }]);
    const client = clientOf([server], { attemptsMax: 1 });
    expect(await outcome(client.send('B2', { data: 'OLD' }))).toBe('unavailable timeout');
    const next = await client.send('B2', { data: 'NEW' });
    expect(next.ok && next.response.fields['data']).toBe('NEW');
    while (client.statistics.late === 0) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    expect(await outcome(client.send('B2', ping))).toBe('ok');
  });
  it('without headers closes the link, since nothing tells it apart', async () => {
    const server = await hsmOn({ headerLength: 0 });
    server.setFaults([{ fault: { kind: 'late', delayMs: 700 }, times: 1 }]);
    const client = clientOf([server], { headerLength: 0, attemptsMax: 1 });
    expect(await outcome(client.send('B2', { data: 'OLD' }))).toBe('unavailable timeout');
    const next = await client.send('B2', { data: 'NEW' });
    expect(next.ok && next.response.fields['data']).toBe('NEW');
  });
});

describe('limits', () => {
  it('a full queue refuses at once', async () => {
    const server = await hsmOn();
    server.setFaults([{ fault: { kind: 'silent' } }]);
    const limits = { inFlightPerConnection: 1, queueLengthMax: 2, attemptsMax: 1 };
    const client = clientOf([server], limits);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => outcome(client.send('B2', ping))),
    );
    expect(answers.filter((answer) => answer === 'unavailable queue-full')).toHaveLength(3);
    expect(answers.every((answer) => answer.startsWith('unavailable'))).toBe(true);
  });
  it('without any HSM a command ends as no-link', async () => {
    const probe = createServer();
    const port = await new Promise<number>((resolve) => {
      probe.listen(0, '127.0.0.1', () => resolve((probe.address() as AddressInfo).port));
    });
    await new Promise((resolve) => {
      probe.close(resolve);
    });
    const client = clientOf([{ port }]);
    expect(await outcome(client.send('B2', ping))).toBe('unavailable no-link');
  });
  it('closing ends what waits and what is on its way', async () => {
    const server = await hsmOn();
    server.setFaults([{ fault: { kind: 'silent' } }]);
    const client = clientOf([server], { inFlightPerConnection: 1, timeoutMs: 5000 });
    const answers = [outcome(client.send('B2', ping)), outcome(client.send('B2', ping))];
    setTimeout(() => client.close(), 50);
    expect(await Promise.all(answers)).toEqual(['unavailable closed', 'unavailable closed']);
    expect(await outcome(client.send('B2', ping))).toBe('unavailable closed');
  });
  it('an HSM that closes surplus connections does not stop the others', async () => {
    const server = await hsmOn({ connectionsMax: 1 });
    const client = clientOf([server], { connectionsPerHsm: 3, timeoutMs: 2000 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => outcome(client.send('B2', ping))),
    );
    expect(new Set(answers)).toEqual(new Set(['ok']));
  });
});

describe('several HSMs', () => {
  it('share the load, and one alone carries it when the other is gone', async () => {
    const [left, right] = [await hsmOn(), await hsmOn()];
    const client = clientOf([left, right], { timeoutMs: 2000 });
    await Promise.all(Array.from({ length: 100 }, () => client.send('B2', ping)));
    expect(left.answered.get('B2')).toBeGreaterThan(20);
    expect(right.answered.get('B2')).toBeGreaterThan(20);
    await left.close();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => outcome(client.send('B2', ping))),
    );
    expect(new Set(answers)).toEqual(new Set(['ok']));
  });
  it('in order: the second is only used while the first is away', async () => {
    const [first, second] = [await hsmOn(), await hsmOn()];
    const client = clientOf([first, second], { policy: 'ordered', timeoutMs: 2000 });
    while (client.statistics.linksReady < 2) await outcome(client.send('NC', {}));
    await Promise.all(Array.from({ length: 20 }, () => client.send('B2', ping)));
    expect([first.answered.get('B2'), second.answered.get('B2')]).toEqual([20, undefined]);
    first.setFaults([{ fault: { kind: 'drop' } }]);
    expect(await outcome(client.send('B2', ping))).toBe('ok');
    expect(second.answered.get('B2')).toBe(1);
  });
  it('one with another local master key takes no commands', async () => {
    const server = await hsmOn();
    const right = clientOf([server], { lmkCheckValue: server.hsm.lmk.checkValue });
    expect(await outcome(right.send('B2', ping))).toBe('ok');
    const wrong = clientOf([server], { lmkCheckValue: '0'.repeat(16) });
    expect(await outcome(wrong.send('B2', ping))).toBe('unavailable no-link');
    expect(wrong.statistics.failed['lmk-mismatch']).toBeGreaterThan(0);
  });
  it('keeps no text of a command in its errors', async () => {
    const client = clientOf([await hsmOn()]);
    const answer = await client.send('CC', { ...translation, sourcePinBlock: 'F2B66A1070EADC' });
    expect(JSON.stringify(answer)).not.toContain('F2B6');
  });
});
