// Network management both ways: sign-on and its variants, echo, what a host asks of its own accord, and what the link says
// of itself when it is not up.
import { fromAscii } from '@chipswitch/bytes';
import type { IsoMessage } from '@chipswitch/transaction';
import type { Message } from 'iso8583-js';
import { describe, expect, it } from 'vitest';
import {
  type RigHost,
  type RigLink,
  type ScriptedAnswer,
  type Speaks,
  ask,
  makeLink,
  message,
  onlyNetwork,
  openRigHost,
  settingsOf,
} from './link-rig.ts';

async function opened(
  script: (message: Message) => ScriptedAnswer = onlyNetwork,
  speaks: Speaks = {},
  more: Parameters<typeof makeLink>[1] = {},
): Promise<RigLink & { host: RigHost }> {
  const host = await openRigHost(script, speaks);
  return { host, ...makeLink(settingsOf(speaks, host.port), more) };
}

async function openedUp(...parts: Parameters<typeof opened>): ReturnType<typeof opened> {
  const all = await opened(...parts);
  await expect.poll(() => all.link.state).toBe('up');
  return all;
}

const ofHost = (mti: string, more: Partial<Message> = {}): Message => ({
  mti,
  de7: '1122021108',
  de11: '900001',
  ...more,
});

describe('sign-on', () => {
  it.each([
    ['is ours by default', {}, [['0800', '001']]],
    ['has a code of its own', { signOn: { code: '061' } }, [['0800', '061']]],
    ['is left out', { signOn: 'none', echo: 'none' }, []],
  ])('%s', async (_what, speaks, wanted) => {
    const { host } = await openedUp(onlyNetwork, speaks);
    expect(host.heard.map(({ mti, de70 }) => [mti, de70])).toEqual(wanted);
  });
  it('has elements that this host wants, and an echo has not', async () => {
    const speaks = {
      signOn: { elements: { 33: '11223344' } },
      addToNetwork: { 32: '998877', 41: 'TERM0001' },
      echoMs: 30,
    };
    const { host } = await openedUp(onlyNetwork, speaks);
    await expect.poll(() => host.heard.some(({ de70 }) => de70 === '301')).toBe(true);
    const [signOn, echo] = ['001', '301'].map((code) => host.heard.find((m) => m.de70 === code));
    expect(signOn).toMatchObject({ de32: '998877', de33: '11223344', de41: 'TERM0001' });
    expect(echo).toMatchObject({ de32: '998877', de41: 'TERM0001' });
    expect(echo).not.toHaveProperty('de33');
  });
  it('is the host’s: the line carries nothing before', async () => {
    const { host, link } = await opened(onlyNetwork, { signOn: 'by-host' });
    await expect.poll(() => link.status().reason).toContain('waits for the host to sign on');
    expect(ask(link, message('0200', 1)).refused).toBe('link-down');
    host.say(ofHost('0800', { de70: '001' }));
    await expect.poll(() => link.state).toBe('up');
    await expect.poll(() => host.heard).toMatchObject([{ mti: '0810', de39: '00', de70: '001' }]);
  });
  it('of 1993 is a function code, and is accepted by an action code', async () => {
    const { host } = await openedUp(onlyNetwork, { dialect: 'iso1993Binary' });
    expect(host.heard).toMatchObject([{ mti: '1804', de24: '801' }].map(({ de24 }) => ({ de24 })));
  });
});

describe('sign-off', () => {
  it.each([
    ['is told before the switch closes', {}, [['0800', '002']]],
    ['has a code of its own', { signOn: { offCode: '062' } }, [['0800', '062']]],
    ['is left out where there is no sign-on', { signOn: 'none' }, []],
    ['is told by 0820 to some', { dialect: 'unionpayPos' }, [['0820', undefined]]],
  ])('%s', async (_what, speaks, wanted) => {
    const { host, link } = await openedUp(onlyNetwork, speaks);
    const before = host.heard.length;
    await link.signOff(5_000);
    expect(host.heard.slice(before).map(({ mti, de70 }) => [mti, de70])).toEqual(wanted);
    expect(link.inFlight).toBe(0);
  });
  it('waits for no host that is silent', async () => {
    const { link } = await openedUp(({ de70 }) => (de70 === '001' ? { de39: '00' } : undefined));
    await link.signOff(10);
    link.close();
    expect(link.inFlight).toBe(0);
  });
});

describe('I11: a link that cannot sign on says why', () => {
  const reasonOf = async ({ link }: RigLink, wanted: string): Promise<void> => {
    await expect.poll(() => link.status().reason).toContain(wanted);
  };
  it('the host refuses: its code', async () => {
    const all = await opened(() => ({ de39: '05' }));
    await reasonOf(all, 'sign-on answered 05');
    expect(all.notes).toEqual([`line 127.0.0.1:${all.host.port} is not up: sign-on answered 05`]);
    // It is dialled on and on, and told once.
    await expect.poll(() => all.host.connections()).toBeGreaterThan(2);
    expect(all.notes).toHaveLength(1);
  });
  it('the host answers without a code', async () => {
    await reasonOf(await opened(() => ({ de39: undefined })), 'sign-on answered without a code');
  });
  it.each([
    ['silence', undefined, 'no answer to the sign-on in 40 ms'],
    [
      'an ASCII length',
      fromAscii('01040810'),
      '8 bytes that are no frame: 30 31 30 34 30 38 31 30',
    ],
    ['a length too long', Uint8Array.of(0xff, 0xff, 1), '3 bytes that are no frame: FF FF 01'],
    [
      'a message that is none',
      Uint8Array.of(0, 2, 0x30, 0x58),
      'cannot read the host: truncated at 0',
    ],
  ])('%s', async (_what, answer, wanted) => {
    await reasonOf(await opened(() => answer, { timers: { answerMs: 40 } }), wanted);
  });
  it('nobody is there', async () => {
    const host = await openRigHost(onlyNetwork);
    host.close();
    await reasonOf(makeLink(settingsOf({}, host.port)), 'ECONNREFUSED');
  });
  it('the host hangs up', async () => {
    const all = await opened(() => undefined);
    await expect.poll(() => all.host.heard.length).toBe(1);
    all.host.breakLinks();
    await reasonOf(all, 'the host closed the connection');
  });
  it('and a link that is up has no reason', async () => {
    const { link } = await openedUp();
    expect(link.status()).toMatchObject({ state: 'up', reason: '', unmatched: 0 });
  });
});

describe('R32: an echo', () => {
  const echoed = (code: string | undefined): ((m: Message) => ScriptedAnswer) => {
    return ({ de70 }) => ({ de39: de70 === '301' ? code : '00' });
  };
  it.each(['12', '96', undefined])('answered %s proves life', async (code) => {
    const { host, link } = await openedUp(echoed(code), { echoMs: 30 });
    const echoes = (): number => host.heard.filter(({ de70 }) => de70 === '301').length;
    await expect.poll(echoes).toBeGreaterThan(3);
    expect([link.state, host.connections()]).toEqual(['up', 1]);
  });
  it('can be another', async () => {
    const { host } = await openedUp(onlyNetwork, { echoMs: 30, echo: { code: '270' } });
    await expect.poll(() => host.heard.some(({ de70 }) => de70 === '270')).toBe(true);
  });
  it('can be left out: an idle line stays', async () => {
    const { host, link } = await openedUp(onlyNetwork, { echoMs: 10, echo: 'none' });
    await new Promise((resolve) => void setTimeout(resolve, 60));
    expect([link.state, host.heard.length, host.connections()]).toEqual(['up', 1, 1]);
  });
  it('A10: an idle line that does not answer is given up after twice the interval, and dialled again', async () => {
    const { host, link, notes } = await openedUp(
      ({ de70 }) => (de70 === '001' ? { de39: '00' } : undefined),
      { echoMs: 40 },
    );
    await expect.poll(() => host.connections()).toBe(2);
    await expect.poll(() => link.state).toBe('up');
    expect(notes.join()).toContain('no sign of life');
  });
});

describe('I7: what a host asks is consented to only when it is done', () => {
  it.each([
    ['0800', '301', '00'],
    ['0800', '201', '00'],
    ['0820', '201', '00'],
    ['0800', '161', '40'],
    ['0820', '162', '40'],
    ['0800', '999', '40'],
    ['0800', undefined, '40'],
  ])('%s %s is answered %s', async (mti, code, wanted) => {
    const { host, link, orphans } = await openedUp();
    host.say(ofHost(mti, { de48: 'KEYS', ...(code && { de70: code }) }));
    await expect.poll(() => host.heard.length).toBe(2);
    expect(host.heard[1]).toMatchObject({
      mti: `${mti.slice(0, 2)}${Number(mti[2]) + 1}0`,
      de11: '900001',
      de39: wanted,
    });
    expect(host.heard[1]).not.toHaveProperty('de48');
    expect([link.state, orphans]).toEqual(['up', []]);
  });
  it('a host that signed off gets nothing new until it signs on again', async () => {
    const { host, link } = await openedUp();
    const before = ask(link, message('0200', 1));
    host.say(ofHost('0800', { de70: '002' }));
    await expect.poll(() => link.state).toBe('signed-off');
    expect(link.status().reason).toContain('the host signed off');
    expect(ask(link, message('0200', 2)).refused).toBe('link-down');
    expect(ask(link, message('0420', 3)).refused).toBe('link-down');
    // What was asked before is still answered.
    host.say(ofHost('0210', { de11: '000001', de41: 'TERM0001', de39: '00' }));
    await expect.poll(() => before.answers.length).toBe(1);
    host.say(ofHost('0800', { de11: '900002', de70: '001' }));
    await expect.poll(() => link.state).toBe('up');
    expect(ask(link, message('0200', 2)).refused).toBeUndefined();
  });
  it('of 1993: key exchange is refused by an action code, sign-off obeyed', async () => {
    const { host, link } = await openedUp(onlyNetwork, { dialect: 'iso1993Ascii' });
    host.say({ mti: '1800', de11: '900001', de24: '811' });
    await expect.poll(() => host.heard.length).toBe(2);
    expect(host.heard[1]).toMatchObject({ mti: '1810', de11: '900001', de24: '811', de39: '115' });
    host.say({ mti: '1820', de11: '900002', de24: '802' });
    await expect.poll(() => link.state).toBe('signed-off');
    expect(host.heard[2]).toMatchObject({ mti: '1830', de39: '800' });
  });
});

describe('I8, R26: a host’s own messages are answered', () => {
  it.each([
    ['0420', '0430', '40', {}],
    ['0400', '0410', '40', {}],
    ['0620', '0630', '00', {}],
    ['0520', '0530', '00', { de66: '0' }],
    ['0500', '0510', '40', {}],
    ['0600', '0610', '40', {}],
    ['0302', '0312', '40', {}],
    ['0200', '0210', '40', {}],
    ['0220', '0230', '40', {}],
    ['0421', '0430', '40', {}],
  ])('%s by %s, %s', async (mti, answer, code, more) => {
    const { host, orphans } = await openedUp();
    host.say(ofHost(mti, { de37: '000000000001' }));
    await expect.poll(() => host.heard.length).toBe(2);
    expect(host.heard[1]).toMatchObject({
      mti: answer,
      de7: '1122021108',
      de11: '900001',
      de37: '000000000001',
      de39: code,
      ...more,
    });
    expect(orphans).toEqual([]);
  });
  it('whoever serves one says what it is answered', async () => {
    const asked: IsoMessage[] = [];
    const { host } = await openedUp(
      onlyNetwork,
      {},
      {
        onHostMessage: (told) => {
          asked.push(told);
          return Promise.resolve(told.mti === '0420' ? { de39: '25' } : undefined);
        },
      },
    );
    host.say(ofHost('0420'));
    host.say(ofHost('0620', { de11: '900002' }));
    await expect.poll(() => host.heard.length).toBe(3);
    expect(host.heard.slice(1).map(({ mti, de39 }) => [mti, de39])).toEqual([
      ['0430', '25'],
      ['0630', '00'],
    ]);
    expect(asked.map(({ mti }) => mti)).toEqual(['0420', '0620']);
  });
  it('one whose service fails is not answered, and the line stays', async () => {
    const { host, link, counters } = await openedUp(
      onlyNetwork,
      {},
      {
        onHostMessage: () => Promise.reject(new Error('no journal')),
      },
    );
    host.say(ofHost('0420'));
    await expect.poll(() => counters.snapshot().hostFaults).toBe(1);
    expect([link.state, host.heard.length]).toEqual(['up', 1]);
  });
});
