// Before anything is opened: every kind of message that the switch can send is encoded once in each host's dialect, so that
// a host whose dialect cannot carry one is refused by its name, and not when a payment needs it.
import { parsePan } from '@chipswitch/cardholder-data';
import { SettingError } from '@chipswitch/program';
import {
  type FollowUpParts,
  type IsoMessage,
  type OutgoingFacts,
  type PaymentRequest,
  hostAdvice,
  hostRequest,
  hostReversal,
  originalDataElements,
} from '@chipswitch/transaction';
import { type HostDialects, hostDialects } from '../dialects/host-dialects.ts';
import { type HostProtocol, openProtocol } from './host-protocol.ts';
import type { HostSettings } from './host-settings.ts';

const samplePan = parsePan('4761739001010119');

function factsOf(mti: string): OutgoingFacts {
  return {
    mti,
    stan: '000001',
    transmission: '0102030405',
    acquirerId: '12345678901',
    retrievalReference: '000000000001',
    processingCode: '000000',
    entryMode: '051',
    localTime: '030405',
    localDate: '0102',
    terminalId: 'TERM0001',
    acceptorId: 'ACCEPTOR0000001',
    currencyNumeric: '156',
    panSequenceNumber: '001',
    conditionCode: '06',
  };
}

/** A message of each kind with every element that the switch ever puts into one. */
export function sampleMessages(): readonly IsoMessage[] {
  if (samplePan === undefined) throw new RangeError('the sample card number is none');
  const iccData = Uint8Array.of(0x9f, 0x26, 1, 0);
  const pan = samplePan;
  const followUp: FollowUpParts = {
    pan,
    amountMinor: 1n,
    stan: '000002',
    transmission: '0102030406',
    isRepeat: false,
    approvalCode: 'ABC123',
  };
  const messages: IsoMessage[] = [];
  for (const mti of ['0100', '0200']) {
    const facts = factsOf(mti);
    const original = { data: originalDataElements(facts), approvalCode: 'ABC123' };
    const { original: _, ...card } = facts;
    const request: PaymentRequest = {
      ...card,
      mti,
      kind: 'purchase',
      isRepeat: false,
      pan,
      expiry: '3012',
      track2: '4761739001010119D3012201',
      amountMinor: 1n,
      currency: 'CNY',
      iccData,
      additionalAmounts: '0040156D000000000001',
    };
    messages.push(
      hostRequest(request, {
        outgoing: { ...facts, original },
        merchantCategory: '5411',
        acceptorNameLocation: 'SHOP'.padEnd(38) + 'CN',
        pinBlock: new Uint8Array(8),
      }),
    );
    for (const isRepeat of [false, true]) {
      messages.push(
        hostAdvice({ ...facts, original, iccDataHex: '9F260100' }, { ...followUp, isRepeat }),
        ...['17', '68'].map((reason) => hostReversal(facts, { ...followUp, isRepeat, reason })),
      );
    }
  }
  return messages;
}

const networkSample = (mti: string, code: string): IsoMessage => ({
  mti,
  de7: '0102030405',
  de11: '000003',
  de70: code,
});

/** The first message that a host's dialect cannot carry, and why; undefined when it carries all. */
function misfit(protocol: HostProtocol): string | undefined {
  const { signOn, signOff, echo } = protocol;
  const network = [signOn, signOff, echo].flatMap((message) =>
    typeof message === 'object' ? [networkSample(message.mti, message.code)] : [],
  );
  for (const message of [...network, ...sampleMessages()]) {
    const written = protocol.write(message);
    if (!written.ok) return written.error.problem;
    // What cannot be read back by our own reading would not be read from the host either.
    const heard = protocol.read(written.body);
    if (!heard.ok) return `${written.wire.mti} cannot be read back: ${heard.error.problem}`;
  }
  return undefined;
}

/**
 * Checks the hosts of a configuration.
 *
 * @throws SettingError naming the host's setting.
 */
export function checkHosts(
  hosts: readonly HostSettings[],
  dialects: HostDialects = hostDialects,
): void {
  const names = new Set<string>();
  for (const [index, settings] of hosts.entries()) {
    const place = `config.hosts[${index}]`;
    if (names.has(settings.name)) throw new SettingError(`${place}.name`, 'is there twice');
    names.add(settings.name);
    const protocol = openProtocol({ settings, place, dialects, today: () => '2026-01-02' });
    const problem = misfit(protocol);
    if (problem !== undefined) throw new SettingError(`${place}.dialect`, problem);
  }
}
