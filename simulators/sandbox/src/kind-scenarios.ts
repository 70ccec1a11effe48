// Scenarios of the kinds of payment: each kind is played once, with the books compared at the end over all of them.
import type {
  FollowUpOrder,
  FollowUpResult,
  PaymentOrder,
  PaymentResult,
  Terminal,
} from '@chipswitch/terminal';
import { textOf } from '@chipswitch/transaction';
import { panOf, sandboxCards } from './plan.ts';
import type { Play, Stage } from './stage.ts';

const [visa18, , , , prepaid] = sandboxCards;

const terminalOf = ({ cast }: Stage): Terminal => cast.terminals[0].terminal;

type Kind = NonNullable<PaymentOrder['kind']>;

function inserted(
  stage: Stage,
  kind: Kind,
  amountMinor: bigint,
  more: Partial<PaymentOrder> = {},
): Promise<PaymentResult> {
  const { cast } = stage;
  return terminalOf(stage).pay({
    kind,
    amountMinor,
    card: cast.card(visa18),
    cardholder: { pin: cast.pinOf(visa18) },
    forceOnline: true,
    ...more,
  });
}

function told(
  stage: Stage,
  order: Partial<PaymentOrder> & { amountMinor: bigint },
): Promise<PaymentResult> {
  return terminalOf(stage).pay({ ...order, keyed: { pan: panOf(visa18), expiry: '2812' } });
}

const keyOf = ({ batch, stan }: PaymentResult): string => `${batch}/${stan ?? ''}`;

function about(
  stage: Stage,
  original: PaymentResult,
  kind: FollowUpOrder['kind'],
  amountMinor: bigint,
  more: Partial<FollowUpOrder> = {},
): Promise<FollowUpResult> {
  return terminalOf(stage).followUp({ kind, original: keyOf(original), amountMinor, ...more });
}

/** What a host answers under a key of the terminal's journal. */
function answered(stage: Stage, result: PaymentResult, element: number): string | undefined {
  const events = stage.cast.terminals[0].journal.events();
  const event = events.findLast((one) => one.type === 'answered' && one.key === keyOf(result));
  return event?.type === 'answered' && event.answer !== undefined
    ? textOf(event.answer, element)
    : undefined;
}

const said = (results: readonly (PaymentResult | FollowUpResult)[]): string =>
  results.map(({ outcome, responseCode }) => `${outcome} ${responseCode ?? '--'}`).join(', ');

const allApproved = (results: readonly (PaymentResult | FollowUpResult)[]): boolean =>
  results.every(({ outcome }) => outcome === 'approved');

function plain(play: (stage: Stage) => Promise<(PaymentResult | FollowUpResult)[]>): Play {
  return async (stage) => {
    const results = await play(stage);
    return { ok: allApproved(results), seen: said(results) };
  };
}

/** DE 48: which of how many clearings. */
const clearing = (number: number, count: number): FollowUpOrder['elements'] => ({
  de48: `61040${number}0${count}`,
});

const holdRaisedAndTaken = plain(async (stage) => {
  const hold = await inserted(stage, 'preauthorisation', 1_000_00n);
  return [
    hold,
    await about(stage, hold, 'incremental-authorisation', 500_00n),
    await about(stage, hold, 'completion', 600_00n, { elements: clearing(1, 2) }),
    await about(stage, hold, 'completion', 700_00n, { elements: clearing(2, 2) }),
  ];
});

const holdTold = plain(async (stage) => {
  const hold = await inserted(stage, 'preauthorisation', 300_00n);
  return [hold, await about(stage, hold, 'completion-advice', 320_00n)];
});

const holdLetGo = plain(async (stage) => {
  const hold = await inserted(stage, 'preauthorisation', 200_00n);
  return [hold, await about(stage, hold, 'hold-void', 200_00n)];
});

const voided = plain(async (stage) => {
  const sale = await inserted(stage, 'purchase', 21_00n);
  return [sale, await about(stage, sale, 'void', 21_00n)];
});

const refunded: Play = async (stage) => {
  const sale = await inserted(stage, 'purchase', 90_00n);
  const first = await about(stage, sale, 'linked-refund', 40_00n);
  const second = await about(stage, sale, 'linked-refund', 60_00n);
  const ok = allApproved([sale, first]) && second.responseCode === '64';
  return { ok, seen: said([sale, first, second]) };
};

const refundedUnlinked = plain(async (stage) => [await inserted(stage, 'refund', 15_00n)]);

const tipped = plain(async (stage) => {
  const sale = await inserted(stage, 'purchase', 100_00n);
  const de48 = String(15_00n).padStart(12, '0');
  return [sale, await about(stage, sale, 'tip-adjustment', 115_00n, { elements: { de48 } })];
});

const partTakenBack = plain(async (stage) => {
  const sale = await inserted(stage, 'purchase', 80_00n);
  return [sale, await about(stage, sale, 'partial-reversal', 60_00n)];
});

const partApproved: Play = async (stage) => {
  const result = await inserted(stage, 'purchase', 44_10n);
  const ok = result.responseCode === '10' && result.amountMinor === 22_05n;
  return { ok, seen: `${result.responseCode ?? '--'}, ${result.amountMinor} of 4410 minor units` };
};

const withCash = plain(async (stage) => [
  // By stripe: the chips of the drawer allow no cash beside goods (9F07).
  await inserted(stage, 'cash-back', 120_00n, {
    card: stage.cast.card(visa18, [{ on: 'any', effect: { type: 'mute' } }]),
    track2: stage.cast.stripeOf(visa18),
    cashMinor: 20_00n,
  }),
  await inserted(stage, 'cash-advance', 200_00n),
]);

const byMail = plain(async (stage) => [
  await told(stage, { amountMinor: 33_00n, conditionCode: '08' }),
]);

const inInstalments = plain(async (stage) => [
  await inserted(stage, 'installment', 1_200_00n, { elements: { de62: '12STANDARD' } }),
]);

const onFile: Play = async (stage) => {
  const first = await inserted(stage, 'purchase', 19_00n, { elements: { de48: '2204C103' } });
  const id = answered(stage, first, 48) ?? '';
  const later = await told(stage, {
    kind: 'recurring',
    amountMinor: 19_00n,
    elements: { de48: `2204M103${id}` },
  });
  const ok = allApproved([first, later]) && id.startsWith('63');
  return { ok, seen: `${said([first, later])}; the scheme's id ${id.slice(4)}` };
};

const prepaidCard: Play = async (stage) => {
  const { cast } = stage;
  const use = (kind: Kind, amountMinor: bigint): Promise<PaymentResult> =>
    terminalOf(stage).pay({
      kind,
      amountMinor,
      card: cast.card(prepaid),
      cardholder: { pin: cast.pinOf(prepaid) },
      forceOnline: true,
    });
  const results = [
    await use('prepaid-activation', 50_00n),
    await use('prepaid-load', 100_00n),
    await use('prepaid-unload', 30_00n),
    await use('balance-inquiry', 0n),
  ];
  const balance = answered(stage, results[3], 54) ?? '';
  const ok = allApproved(results) && /^(?:\d{7}[CD]\d{12}){2}$/.test(balance);
  return { ok, seen: `${said(results)}; DE 54 ${balance}` };
};

const asked: Play = async (stage) => {
  const results = [
    await inserted(stage, 'account-status', 0n),
    await inserted(stage, 'balance-inquiry', 0n),
  ];
  const balance = answered(stage, results[1], 54) ?? '';
  return { ok: allApproved(results) && balance !== '', seen: `${said(results)}; DE 54 ${balance}` };
};

const byVoice: Play = async (stage) => {
  const referred = await told(stage, { amountMinor: 77_01n });
  const approved = await about(stage, referred, 'voice-approval', 77_01n, {
    approvalCode: '778899',
  });
  const ok = referred.responseCode === '01' && approved.outcome === 'approved';
  return { ok, seen: said([referred, approved]) };
};

const cardAlone: Play = async (stage) => {
  const { cast } = stage;
  const terminal = terminalOf(stage);
  const card = { card: cast.card(visa18), cardholder: { pin: cast.pinOf(visa18) } };
  const result = await terminal.pay({ ...card, amountMinor: 5_00n });
  const left = await terminal.settleDebts();
  const ok = result.outcome === 'approved' && !result.online && left === 0;
  return { ok, seen: `${said([result])}, offline, ${left} left to upload` };
};

/** The scenarios in order. */
export const kindScenarios: readonly (readonly [string, Play])[] = [
  ['hold, increment, two completions', holdRaisedAndTaken],
  ['hold, completion told (0220)', holdTold],
  ['hold, void of it', holdLetGo],
  ['sale, void of it', voided],
  ['sale, refunds within it', refunded],
  ['refund that names nothing', refundedUnlinked],
  ['sale, tip', tipped],
  ['sale, reversal of a part (DE 95)', partTakenBack],
  ['a part is approved', partApproved],
  ['purchase with cash, cash advance', withCash],
  ['by mail or telephone', byMail],
  ['in instalments', inInstalments],
  ['stored credential: first and later', onFile],
  ['prepaid: activation, load, unload, balance', prepaidCard],
  ['account status, balance', asked],
  ['referred, then approved by voice', byVoice],
  ['approved by the card alone, uploaded', cardAlone],
];
