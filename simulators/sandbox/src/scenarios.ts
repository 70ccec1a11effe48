// The scenarios of `npm start -- --once`: each plays one thing that happens in a shop, and says whether
// the outcome is as it must be.
import { setTimeout as sleep } from 'node:timers/promises';
import { type PaymentResult, buildRepeat } from '@chipswitch/terminal';
import { type IsoMessage, textOf } from '@chipswitch/transaction';
import { Client } from 'pg';
import { beganAgain, uploaded } from './batch-scenarios.ts';
import { readBook } from './books.ts';
import { httpScenarios } from './http-scenarios.ts';
import { kindScenarios } from './kind-scenarios.ts';
import { type SandboxCard, sandboxCards } from './plan.ts';
import type { Play, ScenarioResult, Stage } from './stage.ts';

const [visa18, , mastercard, unionpay, prepaid] = sandboxCards;
const settleMsMax = 15_000;

function payWith(stage: Stage, card: SandboxCard, amountMinor: bigint): Promise<PaymentResult> {
  const { cast } = stage;
  return cast.terminals[0].terminal.pay({
    amountMinor,
    card: cast.card(card),
    cardholder: { pin: cast.pinOf(card) },
    forceOnline: true,
  });
}

function describe(result: PaymentResult): string {
  const { chip } = result;
  const parts = [
    `${result.outcome} ${result.responseCode ?? '--'}`,
    result.maskedPan ?? '',
    result.entry,
    `STAN ${result.stan ?? ''}`,
  ];
  if (chip !== undefined)
    parts.push(`${chip.acType} ${chip.label}`, `TVR ${chip.tvr}`, `CVM ${chip.cvmResults}`);
  if (result.reversal !== 'none') parts.push(`terminal reversal ${result.reversal}`);
  parts.push(`${result.durationMs.toFixed(0)} ms`);
  return parts.filter(Boolean).join(' · ');
}

const approvedByChip =
  (card: SandboxCard): Play =>
  async (stage) => {
    const result = await payWith(stage, card, 12_00n);
    // Issuer authentication failed is bit 7 of TVR byte 5: it must be off (Book 3 annex C5).
    const arpcHeld = (Number.parseInt(result.chip?.tvr.slice(8, 10) ?? 'FF', 16) & 0x40) === 0;
    const ok = result.outcome === 'approved' && result.online && result.responseCode === '00';
    return { ok: ok && arpcHeld && result.chip?.acType === 'TC', seen: describe(result) };
  };

const tapped: Play = async (stage) => {
  const { cast } = stage;
  const result = await cast.terminals[0].terminal.pay({
    amountMinor: 1_200_00n,
    card: cast.tapped('visa-phone'),
    interface: 'contactless',
  });
  // The phone verified its holder: no PIN, although the amount is over the contactless CVM limit.
  const ok = result.outcome === 'approved' && result.online && result.chip !== undefined;
  return { ok, seen: describe(result) };
};

const many = 20;

const inARow: Play = async (stage) => {
  const times: number[] = [];
  for (let i = 0; i < many; i++) {
    const card = sandboxCards[i % sandboxCards.length];
    const result = await payWith(stage, card, BigInt(20 + i) * 100n);
    if (result.outcome === 'approved') times.push(result.durationMs);
  }
  times.sort((a, b) => a - b);
  const ms = (at: number): string => (times[at] ?? Number.NaN).toFixed(0);
  const seen = `${times.length} of ${many} approved; card to slip: median ${ms(times.length >> 1)} ms, slowest ${ms(times.length - 1)} ms (bar: median under 60 ms)`;
  return { ok: times.length === many, seen };
};

const declined: Play = async (stage) => {
  const result = await payWith(stage, visa18, 12_51n);
  return {
    ok: result.outcome === 'declined' && result.responseCode === '51',
    seen: describe(result),
  };
};

/** State and events of the latest payment of a terminal. */
async function latestPayment(
  stage: Stage,
  terminalId: string,
): Promise<{ state: string; events: string[]; stan: string; late: string | null }> {
  const client = new Client({ connectionString: stage.sandbox.databaseUrl });
  await client.connect();
  try {
    const found = await client.query<{
      payment_id: string;
      state: string;
      stan: string;
      late: string | null;
    }>(
      `select payment_id, state, facts -> 'outgoing' ->> 'stan' as stan, facts ->> 'lateAnswer' as late
       from payment where terminal_id = $1 order by payment_id desc limit 1`,
      [terminalId],
    );
    const [row] = found.rows;
    const events = await client.query<{ event: string }>(
      'select event from payment_event where payment_id = $1 order by version',
      [row.payment_id],
    );
    return { ...row, events: events.rows.map((event) => event.event) };
  } finally {
    await client.end();
  }
}

async function untilReversed(
  stage: Stage,
): Promise<{ state: string; events: string[]; late: string | null }> {
  const terminalId = stage.cast.terminals[0].terminal.profile.terminalId;
  const deadline = performance.now() + settleMsMax;
  for (;;) {
    const payment = await latestPayment(stage, terminalId);
    if (payment.state === 'REVERSED' || performance.now() > deadline) return payment;
    await sleep(50);
  }
}

const timedOut: Play = async (stage) => {
  const booked = readBook(stage.sandbox.paths.acquirerBook).length;
  const result = await payWith(stage, visa18, 9002_00n);
  const payment = await untilReversed(stage);
  const book = readBook(stage.sandbox.paths.acquirerBook).slice(booked);
  const effects = book.map((entry) => `${entry.mti} ${entry.effect}`);
  const ok =
    result.outcome === 'declined' &&
    payment.state === 'REVERSED' &&
    effects.includes('0420 reversed') &&
    effects.some((effect) => effect.startsWith('0421'));
  const seen = `${result.outcome} ${result.responseCode ?? '--'}, then ${payment.state}; host book: ${effects.join(', ')}`;
  return { ok, seen };
};

const answeredLate: Play = async (stage) => {
  const result = await payWith(stage, mastercard, 9003_00n);
  let payment = await untilReversed(stage);
  const deadline = performance.now() + settleMsMax;
  while (payment.late === null && performance.now() < deadline) {
    await sleep(50);
    payment = await untilReversed(stage);
  }
  const ok =
    result.outcome === 'declined' && payment.state === 'REVERSED' && payment.late === 'approved';
  return {
    ok,
    seen: `${result.outcome}, ${payment.state}, late answer noted: ${payment.late ?? 'none'}`,
  };
};

function latestAsked(stage: Stage): IsoMessage | undefined {
  const asked = stage.cast.terminals[0].journal
    .events()
    .findLast((event) => event.type === 'asked');
  return asked?.type === 'asked' ? asked.message : undefined;
}

const repeated: Play = async (stage) => {
  const first = await payWith(stage, visa18, 15_00n);
  const asked = latestAsked(stage);
  if (asked === undefined) return { ok: false, seen: 'the terminal journaled nothing' };
  const booked = readBook(stage.sandbox.paths.acquirerBook).length;
  const again = await stage.cast.link.exchange(buildRepeat(asked), 4_000);
  const changed = await stage.cast.link.exchange(
    { ...buildRepeat(asked), de4: '000000001600' },
    4_000,
  );
  const after = readBook(stage.sandbox.paths.acquirerBook).length;
  if (!again.ok || !changed.ok) return { ok: false, seen: 'no answer to the repeat' };
  const [reference, approval, code] = [37, 38, 39].map((e) => textOf(again.message, e)?.trim());
  const other = textOf(changed.message, 39);
  const same =
    reference === first.retrievalReference && approval === first.approvalCode && code === '00';
  const seen = `0201: ${code} RRN ${reference} approval ${approval}, as before; other amount: ${other}; host asked again: ${after - booked}`;
  return { ok: first.outcome === 'approved' && same && other === '94' && after === booked, seen };
};

const certified: Play = async (stage) => {
  const { cast } = stage;
  const result = await cast.terminals[1].terminal.pay({
    amountMinor: 16_00n,
    card: cast.card(visa18),
    cardholder: { pin: cast.pinOf(visa18) },
    forceOnline: true,
  });
  // The same certificate with another terminal's id in the message is refused.
  const asked = latestAsked(stage);
  const borrowed = asked && (await cast.secureLink.exchange({ ...asked, de11: '999999' }, 4_000));
  const code = borrowed?.ok === true ? textOf(borrowed.message, 39) : undefined;
  const seen = `${describe(result)}; another terminal's id under this certificate: ${code ?? 'no answer'}`;
  return { ok: result.outcome === 'approved' && code === '63', seen };
};

const fallback: Play = async (stage) => {
  const { cast } = stage;
  const broken = cast.card(visa18, [{ on: 'any', effect: { type: 'mute' } }]);
  const result = await cast.terminals[0].terminal.pay({
    amountMinor: 18_00n,
    card: broken,
    track2: cast.stripeOf(visa18),
    cardholder: { pin: cast.pinOf(visa18) },
  });
  const ok = result.outcome === 'approved' && result.entry === 'fallback' && result.online;
  return { ok, seen: describe(result) };
};

const killed: Play = async (stage) => {
  const { sandbox, cast } = stage;
  const booked = readBook(sandbox.paths.acquirerBook).length;
  // The host takes 900 ms for this amount: the switch dies while it waits for the answer.
  const paying = payWith(stage, visa18, 9001_09n);
  while (readBook(sandbox.paths.acquirerBook).length === booked) await sleep(5);
  await sandbox.killSwitch();
  await sandbox.restartSwitch();
  const result = await paying;
  await cast.terminals[0].terminal.settleDebts();
  const payment = await untilReversed(stage);
  const effects = readBook(sandbox.paths.acquirerBook)
    .slice(booked)
    .map((entry) => `${entry.mti} ${entry.effect}`);
  const live =
    effects.filter((e) => e.endsWith('approved')).length -
    effects.filter((e) => e.endsWith(' reversed')).length;
  const ok = payment.state === 'REVERSED' && live === 0 && result.outcome !== 'approved';
  return {
    ok,
    seen: `terminal: ${result.outcome}; journal: ${payment.state}; host book: ${effects.join(', ')}`,
  };
};

const reconciled: Play = async (stage) => {
  const closes = [];
  for (const { terminal } of stage.cast.terminals) closes.push(await terminal.closeBatch());
  const seen = closes
    .map(
      (close) =>
        `batch ${close.batch}: ${close.totals.debitCount} sales, ${close.totals.debitMinor} minor units, ${close.responseCode ?? '--'}`,
    )
    .join('; ');
  return { ok: closes.every((close) => close.result === 'balanced'), seen };
};

/** The scenarios in order. */
export const scenarios: readonly (readonly [string, Play])[] = [
  ['chip and PIN approved (Visa CVN 18)', approvedByChip(visa18)],
  ['chip and PIN approved (M/Chip, host of 1993)', approvedByChip(mastercard)],
  ['chip approved (UnionPay, host of its POS interface)', approvedByChip(unionpay)],
  ['cryptogram verified here (prepaid, CCD)', approvedByChip(prepaid)],
  ['phone tapped, verified on the device (Visa)', tapped],
  ['chip payments in a row', inARow],
  ['declined by the issuer', declined],
  ['no answer: 0420 until 0430', timedOut],
  ['late answer: noted, reversed', answeredLate],
  ['duplicate: same answer, no second effect', repeated],
  ['mutual TLS: the certificate names the terminal', certified],
  ['magstripe fallback after a mute chip', fallback],
  ['switch killed (SIGKILL) in mid-payment', killed],
  ...kindScenarios,
  ...httpScenarios,
  ['reconciliation', reconciled],
  ['unequal batch: upload, what was not sent, 00', uploaded],
  ['terminal reset: its first batch again', beganAgain],
];

/** Plays one scenario; a scenario that throws has failed. */
export async function play(name: string, scenario: Play, stage: Stage): Promise<ScenarioResult> {
  const started = performance.now();
  const ms = (): number => Math.round(performance.now() - started);
  try {
    const result = await scenario(stage);
    return { name, ...result, ms: ms() };
  } catch (error) {
    const seen = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { name, ok: false, seen, ms: ms() };
  }
}
