// Every kind of every family. A kind that is not here counts as failed.
import type { Kinds } from '../kind.ts';
import type { Family } from '../vector-file.ts';
import { emvDataKinds } from './emv-data.ts';
import { emvKernelKinds } from './emv-kernel.ts';
import { emvKeyKinds } from './emv-keys.ts';
import { emvOdaKinds } from './emv-oda.ts';
import { emvExchangeKinds } from './emv-scripts.ts';
import { emvValueKinds } from './emv-values.ts';
import { iso8583Kinds } from './iso8583.ts';
import { cardKinds } from './security-card.ts';
import { dukptKinds } from './security-dukpt.ts';
import { keyBlockKinds } from './security-key-block.ts';
import { macKinds } from './security-mac.ts';
import { payshieldKinds } from './security-payshield.ts';
import { pinKinds } from './security-pin.ts';
import { dayKinds } from './settlement-days.ts';
import { feeKinds } from './settlement-fees.ts';

/** Kinds by family. */
export const families: Readonly<Record<Family, Kinds>> = {
  iso8583: iso8583Kinds,
  security: {
    ...cardKinds,
    ...dukptKinds,
    ...keyBlockKinds,
    ...macKinds,
    ...pinKinds,
    ...payshieldKinds,
  },
  emv: {
    ...emvDataKinds,
    ...emvValueKinds,
    ...emvKeyKinds,
    ...emvExchangeKinds,
    ...emvOdaKinds,
    ...emvKernelKinds,
  },
  settlement: { ...feeKinds, ...dayKinds },
  merchant: {},
};
