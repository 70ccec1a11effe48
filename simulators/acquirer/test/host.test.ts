// A host on its wire: three dialects heard and answered, every outcome that an amount asks for, sign-on, TLS, dialling in.
import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { FrameDecoder, encodeFrame, encodeMessage, decodeMessage } from 'iso8583-js';
import { afterEach, describe, expect, it } from 'vitest';
import { type AcquirerParts, HostBook, IssuerDesk, openAcquirer } from '../src/index.ts';
import { hostWireOf } from '../src/wire/wires.ts';

const pan = '6222021234567890';
const closes: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).toReversed()) await close();
});

const issuers = (): IssuerDesk =>
  new IssuerDesk(
    [],
    [{ pan, pin: '1234', status: 'active', balanceMinor: '100000000' }],
    '0123456789ABCDEFFEDCBA9876543210',
  );

/** Somebody who asks a host over a socket. */
class Asker {
  readonly answers: IsoMessage[] = [];
  isClosed = false;
  readonly #wire: ReturnType<typeof hostWireOf>;
  readonly #socket: Socket;

  constructor(dialect: string, socket: Socket) {
    this.#wire = hostWireOf(dialect);
    this.#socket = socket;
    closes.push(() => socket.destroy());
    const decoder = new FrameDecoder(this.#wire.framing);
    socket.on('error', () => undefined); // A reset is one of the outcomes.
    socket.on('close', () => {
      this.isClosed = true;
    });
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk)) {
        const decoded = frame.ok ? decodeMessage(this.#wire.spec, frame.body) : undefined;
        this.answers.push(decoded?.ok === true ? decoded.message : { mti: 'none' });
      }
    });
  }

  ask(message: IsoMessage): void {
    const encoded = encodeMessage(this.#wire.spec, message);
    if (!encoded.ok) throw new Error(`${encoded.error.code} at ${encoded.error.path}`);
    this.#socket.write(encodeFrame(this.#wire.framing, encoded.bytes, this.#wire.frameParts));
  }

  async answerTo(message: IsoMessage): Promise<IsoMessage> {
    const before = this.answers.length;
    this.ask(message);
    await expect.poll(() => this.answers.length).toBeGreaterThan(before);
    return this.answers[before];
  }
}

async function open(dialect: string, more: Partial<AcquirerParts> = {}) {
  const book = new HostBook();
  const parts = { name: 'a', dialect, port: 0, issuers: issuers(), book, lateMs: 30, ...more };
  const host = await openAcquirer(parts);
  closes.push(() => host.close());
  const asker =
    more.dialTo === undefined
      ? new Asker(dialect, connect({ host: '127.0.0.1', port: host.port }))
      : undefined;
  return { host, book, asker: asker as Asker };
}

interface Talk {
  readonly purchase: (stan: number, amount: number) => IsoMessage;
  readonly reversal: (stan: number, amount: number) => IsoMessage;
  readonly network: (code: string) => IsoMessage;
  readonly answered: { readonly purchase: string; readonly reversal: string };
  readonly codes: {
    readonly approved: string;
    readonly network: string;
    readonly reversed: string;
  };
  readonly codeOf: Readonly<Record<string, string>>;
}

const stanText = (stan: number): string => String(stan).padStart(6, '0');
const common = (stan: number, amount: number): Partial<IsoMessage> => ({
  de2: pan,
  de3: '000000',
  de4: String(amount).padStart(12, '0'),
  de11: stanText(stan),
  de41: 'TERM0001',
  de42: 'ACCEPTOR0000001',
  de49: '156',
});

/** The dialects as their standards have them, each message written out here. */
const talks: Readonly<Record<string, Talk>> = {
  iso1987Ascii: {
    purchase: (stan, amount) => ({ mti: '0200', ...common(stan, amount), de7: '1122021107' }),
    reversal: (stan, amount) => ({
      mti: '0420',
      ...common(stan + 500, amount),
      de7: '1122021108',
      de90: `0200${stanText(stan)}1122021107${'0'.repeat(22)}`,
    }),
    network: (code) => ({ mti: '0800', de7: '1122021107', de11: '000099', de70: code }),
    answered: { purchase: '0210', reversal: '0430' },
    codes: { approved: '00', network: '00', reversed: '00' },
    codeOf: {},
  },
  iso1993Binary: {
    purchase: (stan, amount) => ({
      mti: '1200',
      ...common(stan, amount),
      de7: '1122021107',
      de12: '261122101107',
      de24: '200',
    }),
    reversal: (stan, amount) => ({
      mti: '1420',
      ...common(stan + 500, amount),
      de7: '1122021108',
      de12: '261122101107',
      de24: '400',
      de25: '4021',
      de56: `1200${stanText(stan)}2611221011070512345`,
    }),
    network: (code) => ({
      mti: '1800',
      de7: '1122021107',
      de11: '000099',
      de24: code === '001' ? '801' : '831',
    }),
    answered: { purchase: '1210', reversal: '1430' },
    codes: { approved: '000', network: '800', reversed: '400' },
    codeOf: {
      '05': '100',
      '10': '002',
      '12': '902',
      '14': '111',
      '41': '208',
      '51': '116',
      '54': '101',
      '55': '117',
      '61': '121',
      '91': '912',
      '96': '909',
    },
  },
  unionpayPos: {
    purchase: (stan, amount) => ({
      mti: '0200',
      ...common(stan, amount),
      de25: '00',
      de60: '22000001000600',
    }),
    reversal: (stan, amount) => ({
      mti: '0400',
      ...common(stan, amount),
      de25: '00',
      de39: '98',
      de60: '22000001000600',
      de61: `000001${stanText(stan)}1122`,
    }),
    network: (code) => ({
      mti: code === '001' ? '0800' : '0820',
      de11: '000099',
      de60: `00000001${code === '001' ? '003' : code}`,
    }),
    answered: { purchase: '0210', reversal: '0410' },
    codes: { approved: '00', network: '00', reversed: '00' },
    codeOf: {},
  },
};

describe.each(Object.entries(talks))('a host of %s', (dialect, talk) => {
  const codeOf = (code: string): string => talk.codeOf[code] ?? code;
  it('is signed on to and tested', async () => {
    const { asker } = await open(dialect);
    for (const code of ['001', '301']) {
      expect(await asker.answerTo(talk.network(code))).toMatchObject({
        de11: '000099',
        de39: talk.codes.network,
      });
    }
  });
  it('approves, enters it into its book once, and undoes it once', async () => {
    const { asker, book } = await open(dialect);
    const answer = await asker.answerTo(talk.purchase(1, 1_200));
    expect(answer).toMatchObject({
      mti: talk.answered.purchase,
      de4: '000000001200',
      de11: '000001',
      de39: talk.codes.approved,
      de41: 'TERM0001',
    });
    expect(textOf(answer, 38)).toMatch(/^\d{6}$/);
    await asker.answerTo(talk.purchase(1, 1_200));
    for (const _ of [1, 2]) {
      const undone = await asker.answerTo(talk.reversal(1, 1_200));
      expect(undone).toMatchObject({ mti: talk.answered.reversal, de39: talk.codes.reversed });
    }
    expect(book.entries.map(({ effect }) => effect)).toEqual([
      'approved',
      'repeated',
      'reversed',
      'nothing-to-reverse',
    ]);
    expect(new Set(book.entries.map(({ retrievalReference }) => retrievalReference)).size).toBe(1);
  });
  it('refuses the original of a reversal that overtook it', async () => {
    const { asker, book } = await open(dialect);
    await asker.answerTo(talk.reversal(1, 1_200));
    const { de39 } = await asker.answerTo(talk.purchase(1, 1_200));
    expect(de39).not.toBe(talk.codes.approved);
    expect(book.entries.every(({ movedMinor }) => movedMinor === '0')).toBe(true);
  });
  it.each(['05', '12', '14', '41', '51', '54', '55', '61', '91', '96'])(
    'cents of %s decline with it',
    async (code) => {
      const { asker, book } = await open(dialect);
      const answer = await asker.answerTo(talk.purchase(1, 10_00 + Number(code)));
      expect(answer.de39).toBe(codeOf(code));
      expect(answer).not.toHaveProperty('de38');
      expect(book.entries).toMatchObject([{ effect: 'declined', responseCode: code }]);
    },
  );
  it('cents of 10 approve a half', async () => {
    const { asker } = await open(dialect);
    const answer = await asker.answerTo(talk.purchase(1, 20_10));
    expect(answer).toMatchObject({ de4: '000000001005', de39: codeOf('10') });
  });
  it('9001 is slow, 9003 late', async () => {
    const { asker } = await open(dialect);
    for (const amount of [9001_01, 9003_00]) {
      expect(await asker.answerTo(talk.purchase(amount % 97, amount))).toMatchObject({
        de39: talk.codes.approved,
      });
    }
  });
  it('9002 is never answered, and its reversal when it comes again', async () => {
    const { asker, book } = await open(dialect);
    asker.ask(talk.purchase(1, 9002_00));
    asker.ask(talk.reversal(1, 9002_00));
    const answer = await asker.answerTo(talk.reversal(1, 9002_00));
    expect(answer).toMatchObject({ mti: talk.answered.reversal, de39: talk.codes.reversed });
    expect(asker.answers).toHaveLength(1);
    expect(book.entries.map(({ effect }) => effect)).toEqual([
      'approved',
      'reversed',
      'nothing-to-reverse',
    ]);
  });
  it('9004 is answered twice, 9005 by no message, 9009 under another trace number', async () => {
    const { asker } = await open(dialect);
    asker.ask(talk.purchase(1, 9004_00));
    await expect.poll(() => asker.answers.length).toBe(2);
    expect(asker.answers[0]).toEqual(asker.answers[1]);
    expect((await asker.answerTo(talk.purchase(2, 9005_00))).mti).toBe('none');
    expect((await asker.answerTo(talk.purchase(3, 9009_00))).de11).toBe('000004');
  });
  it('9006 resets the link', async () => {
    const { asker } = await open(dialect);
    asker.ask(talk.purchase(1, 9006_00));
    await expect.poll(() => asker.isClosed).toBe(true);
  });
  it('9010 is declined first, and approved when it is asked again', async () => {
    const { asker, book } = await open(dialect);
    const codes = [
      await asker.answerTo(talk.purchase(1, 9010_00)),
      await asker.answerTo(talk.purchase(2, 9010_00)),
    ];
    expect(codes.map(({ de39 }) => de39)).toEqual([codeOf('51'), talk.codes.approved]);
    expect(book.entries.map(({ effect }) => effect)).toEqual(['approved']);
  });
});

describe('UnionPay hosts', () => {
  it('give DE 37 themselves, and say which institutions took part', async () => {
    const { asker, book } = await open('unionpayPos');
    const { de37, de44 } = await asker.answerTo(talks['unionpayPos'].purchase(1, 1_200));
    expect([de37, de44]).toEqual(['C00000000001', '01020000   03040000   ']);
    expect(book.entries[0].retrievalReference).toBe(de37);
  });
});

describe('sign-on', () => {
  const network = talks['iso1987Ascii'].network;
  it.each([
    ['any code', undefined, '001', '00'],
    ['its own', { code: '061' }, '061', '00'],
    ['another than its own', { code: '061' }, '001', '05'],
    ['never', { refuse: '91' }, '001', '91'],
  ])('by %s', async (_what, signOn, code, wanted) => {
    const { asker } = await open('iso1987Ascii', signOn === undefined ? {} : { signOn });
    expect((await asker.answerTo(network(code))).de39).toBe(wanted);
  });
  it('by the host itself, and whatever else it asks', async () => {
    const { host, asker } = await open('iso1993Binary', { signOn: 'by-host' });
    await expect.poll(() => asker.answers).toMatchObject([{ mti: '1800', de24: '801' }]);
    host.ask('161');
    await expect.poll(() => asker.answers.at(-1)).toMatchObject({ de24: '811' });
    asker.ask({ mti: '1810', de11: textOf(asker.answers[1], 11), de39: '115' });
    await expect.poll(() => host.heardCodes).toEqual(['115']);
  });
});

describe('a host that dials in', () => {
  it('comes again when its line breaks', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closes.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    await open('iso1987Ascii', { dialTo: { host: '127.0.0.1', port }, signOn: 'by-host' });
    await expect.poll(() => sockets.length).toBe(1);
    sockets[0].destroy();
    await expect.poll(() => sockets.length).toBe(2);
    const asker = new Asker('iso1987Ascii', sockets[1]);
    await expect.poll(() => asker.answers).toMatchObject([{ mti: '0800', de70: '001' }]);
    const answer = await asker.answerTo(talks['iso1987Ascii'].purchase(1, 1_200));
    expect(answer.de39).toBe('00');
  });
});

describe('what no host is', () => {
  it.each(['base24', 'baseI', 'iso2003', 'moon'])('%s is no dialect of a host', async (dialect) => {
    await expect(open(dialect)).rejects.toThrow(`no host speaks the dialect "${dialect}"`);
  });
});
