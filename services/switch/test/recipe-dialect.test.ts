// The recipe for a host dialect, tried: one object, and the switch takes a host of it, signs on, asks and understands.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type IsoMessage, createTraceNumbers, textOf } from '@chipswitch/transaction';
import {
  FrameDecoder,
  type Message,
  createResponse,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  specFromJson,
  specToJson,
  specs,
} from 'iso8583-js';
import * as v from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type HostDialect,
  HostLink,
  createCounters,
  hostDialects,
  hostSettings,
  openProtocol,
  registryOf,
} from '../src/index.ts';

const base = hostDialects.get('iso1987Ascii');
const made = specFromJson({
  ...specToJson(specs['iso1987Ascii']),
  name: 'toy',
  // This host wants its store number in DE 63, packed.
  fields: {
    ...specToJson(specs['iso1987Ascii']).fields,
    63: { name: 'store number', data: 'bcd', len: 8 },
  },
});
if (base === undefined || !made.ok) throw new Error('the toy has no ground');

/** A host that signs on under 071, says its codes backwards, and wants a store number. */
const toy: HostDialect = {
  ...base,
  name: 'toy',
  spec: made.spec,
  framing: { options: { length: 'ascii4' }, parts: {} },
  network: { ...base.network, signOn: { mti: '0800', code: '071' } },
  write: (message) => (message.mti[1] === '8' ? message : { ...message, de63: '00000042' }),
  read: (wire) => {
    const code = textOf(wire, 39);
    return code === undefined ? wire : { ...wire, de39: code.split('').toReversed().join('') };
  },
};
const dialects = registryOf([toy]);
const closes: (() => void)[] = [];
afterEach(() => {
  for (const close of closes.splice(0)) close();
});

async function openToyHost(heard: Message[]): Promise<number> {
  const server = createServer((socket) => {
    closes.push(() => socket.destroy());
    const decoder = new FrameDecoder(toy.framing.options);
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        const decoded = frame.ok ? decodeMessage<Message>(toy.spec, frame.body) : undefined;
        if (decoded?.ok !== true) throw new Error('no message of the toy');
        heard.push(decoded.message);
        const code = decoded.message.mti === '0800' ? '00' : '15';
        const answer = createResponse<Message>(toy.spec, decoded.message, { de39: code });
        const encoded = answer && encodeMessage<Message>(toy.spec, answer);
        if (encoded?.ok !== true) throw new Error('no answer of the toy');
        socket.write(encodeFrame(toy.framing.options, encoded.bytes));
      }
    });
  });
  closes.push(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('a new dialect of hosts', () => {
  it('is one object: the link signs on, asks and understands in it', async () => {
    const heard: Message[] = [];
    const port = await openToyHost(heard);
    const config = v.parse(hostSettings, { name: 'toy', dialect: 'toy', host: '127.0.0.1', port });
    const notes: string[] = [];
    let number = 0;
    const link = new HostLink({
      config,
      protocol: openProtocol({ settings: config, dialects, today: () => '2026-11-22' }),
      counters: createCounters(),
      traceNumbers: createTraceNumbers({ next: () => number++ }),
      transmission: () => '1122021107',
      onOrphan: () => undefined,
      onUp: () => undefined,
      followUpPlaces: 1,
      onNote: (note) => notes.push(note),
    });
    closes.push(() => link.close());
    link.start();
    await expect.poll(() => link.state).toBe('up');
    const answers: IsoMessage[] = [];
    link.send(
      { mti: '0200', de4: '000000001000', de11: '000009', de41: 'TERM0001' },
      {
        onAnswer: (answer) => void answers.push(answer),
        onLinkLost: () => undefined,
      },
    );
    await expect.poll(() => answers).toMatchObject([{ mti: '0210', de11: '000009', de39: '51' }]);
    expect(heard).toMatchObject([
      { mti: '0800', de70: '071' },
      { mti: '0200', de63: '00000042' },
    ]);
    expect(notes).toEqual(['signed on']);
  });
  it('is unknown to a switch whose registry does not name it', () => {
    const settings = v.parse(hostSettings, { name: 'toy', dialect: 'toy', host: 'h', port: 1 });
    expect(() => openProtocol({ settings, today: () => '2026-11-22' })).toThrow(
      'host.dialect: "toy" is none of iso1987Ascii',
    );
  });
});
