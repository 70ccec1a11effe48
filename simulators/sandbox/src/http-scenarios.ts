// Scenarios of the HTTP door: a payment by telephone, asked twice, refunded; and what the MACs on the lines say.
import { panOf, sandboxCards, webTerminal } from './plan.ts';
import type { Play, Stage } from './stage.ts';

const [visa18] = sandboxCards;

interface Payment {
  readonly id: string;
  readonly outcome: string;
  readonly responseCode?: string;
  readonly retrievalReference?: string;
}

async function post({ sandbox }: Stage, path: string, key: string, body: object): Promise<Payment> {
  const response = await fetch(`http://127.0.0.1:${sandbox.httpPort}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${sandbox.keys.apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Payment & { readonly code?: string };
  if (response.status !== 201) throw new Error(`${response.status} ${answer.code ?? ''}`);
  return answer;
}

const telephone: Play = async (stage) => {
  const body = {
    kind: 'purchase',
    terminalId: webTerminal.terminalId,
    amountMinor: '71200',
    currency: 'CNY',
    entry: 'moto',
    card: { number: panOf(visa18), expiry: '2812' },
  };
  const key = crypto.randomUUID();
  const paid = await post(stage, '/v1/payments', key, body);
  const again = await post(stage, '/v1/payments', key, body);
  const refunded = await post(stage, `/v1/payments/${paid.id}/refund`, crypto.randomUUID(), {
    amountMinor: 1_200,
  });
  const said = [paid, again, refunded].map(({ outcome }) => outcome);
  return {
    ok: said.every((outcome) => outcome === 'approved') && again.id === paid.id,
    seen: `${said.join(', ')} · DE 37 ${paid.retrievalReference ?? '--'}, asked twice: the same`,
  };
};

/** The scenarios in order. */
export const httpScenarios: readonly (readonly [string, Play])[] = [
  ['HTTP: by telephone, asked twice, a part refunded', telephone],
];
