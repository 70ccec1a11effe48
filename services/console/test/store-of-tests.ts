// A store of made-up payments for tests of the server and the page.
import type { ConsoleStore, PaymentDetail, PaymentView } from '../src/index.ts';

/** A payment; newer ones have higher ids. */
export function payment(id: number, changes: Partial<PaymentView> = {}): PaymentView {
  return {
    id: String(id),
    kind: 'purchase',
    state: 'ANSWERED',
    outcome: 'approved',
    amount: { minor: '123450', currency: 'CNY', minorDigits: 2 },
    card: '622848******0119',
    acceptorId: 'M-0001',
    terminalId: 'T0000001',
    businessDate: '2026-03-04',
    scheme: 'unionpay',
    host: 'bank-a',
    responseCode: '00',
    approvalCode: 'A1B2C3',
    retrievalReference: '606312000001',
    openedAt: '2026-03-04T05:06:07.000Z',
    changedAt: '2026-03-04T05:06:07.050Z',
    ...changes,
  };
}

function detail(view: PaymentView): PaymentDetail {
  return {
    ...view,
    events: [{ version: 1, state: 'APPROVED', event: 'answered 00', at: view.openedAt }],
    bookings: [
      {
        reference: `capture:${view.id}`,
        kind: 'capture',
        businessDate: view.businessDate,
        bookedAt: view.changedAt,
        postings: [
          {
            accountCode: 1150,
            accountName: 'pending captures',
            accountScope: 'unionpay',
            amount: view.amount,
          },
        ],
      },
    ],
  };
}

/** A store over lists that a test may change. */
export function storeOf(payments: PaymentView[], unresolved: PaymentView[] = []): ConsoleStore {
  const after = (list: PaymentView[], afterId: string | undefined, limit: number) => {
    const from = afterId === undefined ? 0 : list.findIndex((one) => one.id === afterId) + 1;
    return Promise.resolve(list.slice(from, from + limit));
  };
  return {
    listPayments: ({ limit, afterId, state }) =>
      after(
        payments.filter((one) => state === undefined || one.state === state),
        afterId,
        limit,
      ),
    listUnresolved: ({ limit, afterId }) => after(unresolved, afterId, limit),
    findPayment: (id) => {
      const found = payments.find((one) => one.id === id);
      return Promise.resolve(found && detail(found));
    },
    trialBalance: () => Promise.resolve([]),
    ping: () => Promise.resolve(),
  };
}
