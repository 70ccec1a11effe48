// A gentle stream of payments until Ctrl-C: one line each way, for a person to read along.
import { setTimeout as sleep } from 'node:timers/promises';
import { maskPan } from '@chipswitch/cardholder-data';
import { formatMoney, minorUnits } from '@chipswitch/ledger';
import type { PaymentResult } from '@chipswitch/terminal';
import { findResponseCode } from 'iso8583-js';
import type { Cast } from './cast.ts';
import { type SandboxCard, panOf, sandboxCards } from './plan.ts';

/** What the stream did. */
export interface StreamTotals {
  payments: number;
  approved: number;
  declined: number;
  other: number;
  approvedMinor: bigint;
  readonly milliseconds: number[];
}

/** How the stream is to run. */
export interface StreamOptions {
  readonly cast: Cast;
  readonly isStopping: () => boolean;
  readonly print: (line: string) => void;
  readonly pauseMs: number;
}

const clock = (): string => new Date().toTimeString().slice(0, 8);

// Mostly plain purchases; now and then one that the issuer declines.
function nextAmount(turn: number): bigint {
  if (turn % 7 === 6) return 40_51n;
  if (turn % 11 === 10) return 30_05n;
  return BigInt(60 + ((turn * 37) % 240)) * 100n;
}

function outLine(terminalId: string, card: SandboxCard, amountMinor: bigint): string {
  const money = formatMoney(minorUnits(amountMinor), '156').padStart(12);
  return `${clock()} → ${terminalId} 0200 ${money}  ${maskPan(panOf(card))}  ${card.scheme}`;
}

function backLine(terminalId: string, result: PaymentResult): string {
  const code = result.responseCode ?? '--';
  const words = findResponseCode(code)?.en ?? 'no such code';
  const chip = result.chip === undefined ? '' : ` · ${result.chip.acType}`;
  const approval = result.approvalCode === undefined ? '' : ` · ${result.approvalCode.trim()}`;
  return `${clock()} ← ${terminalId} 0210 ${code} ${words}${approval}${chip} · ${result.durationMs.toFixed(0)} ms`;
}

function count(totals: StreamTotals, result: PaymentResult): void {
  totals.payments++;
  totals.milliseconds.push(result.durationMs);
  if (totals.milliseconds.length > 10_000) totals.milliseconds.shift();
  if (result.outcome === 'approved') {
    totals.approved++;
    totals.approvedMinor += result.amountMinor;
  } else if (result.outcome === 'declined') totals.declined++;
  else totals.other++;
}

/** Pays until told to stop; the payment under way is finished first. */
export async function runStream(options: StreamOptions): Promise<StreamTotals> {
  const { cast, print } = options;
  const totals: StreamTotals = {
    payments: 0,
    approved: 0,
    declined: 0,
    other: 0,
    approvedMinor: 0n,
    milliseconds: [],
  };
  for (let turn = 0; !options.isStopping(); turn++) {
    const card = sandboxCards[turn % sandboxCards.length];
    const { terminal } = cast.terminals[turn % cast.terminals.length];
    const { terminalId } = terminal.profile;
    const amountMinor = nextAmount(turn);
    print(outLine(terminalId, card, amountMinor));
    const result = await terminal.pay({
      amountMinor,
      card: cast.card(card),
      cardholder: { pin: cast.pinOf(card) },
      forceOnline: true,
    });
    print(backLine(terminalId, result));
    count(totals, result);
    for (let waited = 0; waited < options.pauseMs && !options.isStopping(); waited += 50) {
      await sleep(50);
    }
  }
  return totals;
}
