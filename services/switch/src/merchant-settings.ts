// Merchants, limits and hot cards in the configuration, and what a terminal takes from its merchant.
import { SettingError, flagSetting, textOf } from '@chipswitch/program';
import { type AmountLimit, paymentKinds } from '@chipswitch/transaction';
import * as v from 'valibot';
import { amountSetting } from './routing-settings.ts';

/** Where a merchant trades, as DE 18, 43 and 49 say it. */
export const tradingDetails = {
  name: textOf(/^[ -~]{1,40}$/),
  city: textOf(/^[ -~]{1,13}$/),
  /** Two letters. */
  country: textOf(/^[A-Z]{2}$/),
  merchantCategory: textOf(/^\d{4}$/),
  /** Three digits of ISO 4217. */
  currencyNumeric: textOf(/^\d{3}$/),
};

/** The same where each may be left out. */
export const tradingDetailsOfTerminal = {
  name: v.exactOptional(tradingDetails.name),
  city: v.exactOptional(tradingDetails.city),
  country: v.exactOptional(tradingDetails.country),
  merchantCategory: v.exactOptional(tradingDetails.merchantCategory),
  currencyNumeric: v.exactOptional(tradingDetails.currencyNumeric),
};

/** DE 42. */
export const acceptorIdSetting = textOf(/^[ -~]{15}$/);
/** DE 41. */
export const terminalIdSetting = textOf(/^[ -~]{8}$/);

/** One merchant. */
export const merchantSettings = v.strictObject({
  acceptorId: acceptorIdSetting,
  ...tradingDetails,
  /** All its terminals are refused. */
  blocked: flagSetting,
  /** Name of the fee plan that settlement charges it by. */
  feePlan: v.exactOptional(textOf(/^[a-z0-9-]{1,64}$/)),
});

/** A limit of the amount of one payment. */
export const limitSettings = v.strictObject({
  name: textOf(/^[a-z0-9-]{1,64}$/),
  merchant: v.exactOptional(acceptorIdSetting),
  terminal: v.exactOptional(terminalIdSetting),
  kind: v.exactOptional(textOf()),
  currency: textOf(/^\d{3}$/),
  amountMinorMax: amountSetting,
}) satisfies v.GenericSchema<unknown, AmountLimit>;

/** A card that is refused, by the keyed hash of its number. */
export const hotCardSettings = v.strictObject({
  panHmac: textOf(/^[0-9a-f]{64}$/),
  reason: v.exactOptional(textOf(/^[ -~]{1,80}$/)),
});

type MerchantConfig = v.InferOutput<typeof merchantSettings>;
type TradingDetails = Pick<MerchantConfig, keyof typeof tradingDetails>;

interface StatedTerminal extends Partial<TradingDetails> {
  readonly acceptorId: string;
  readonly blocked: boolean;
}

const detailNames = Object.keys(tradingDetails) as (keyof TradingDetails)[];

/**
 * Terminals with what they take from their merchants.
 *
 * @throws SettingError naming the first that lacks something.
 */
export function terminalsOfMerchants<Terminal extends StatedTerminal>(
  terminals: readonly Terminal[],
  merchants: readonly MerchantConfig[],
): (Terminal & TradingDetails)[] {
  const byId = new Map(merchants.map((merchant) => [merchant.acceptorId, merchant]));
  return terminals.map((terminal, i) => {
    const merchant = byId.get(terminal.acceptorId);
    const missing = detailNames.find((name) => (terminal[name] ?? merchant?.[name]) === undefined);
    if (missing !== undefined) {
      throw new SettingError(
        `config.terminals[${i}].${missing}`,
        `is missing, and there is no merchant "${terminal.acceptorId}" to take it from`,
      );
    }
    const { name, city, country, merchantCategory, currencyNumeric } = { ...merchant, ...terminal };
    const details = { name, city, country, merchantCategory, currencyNumeric } as TradingDetails;
    return { ...terminal, ...details, blocked: terminal.blocked || merchant?.blocked === true };
  });
}

interface NamedThings {
  readonly hosts: readonly { readonly name: string }[];
  readonly merchants: readonly { readonly acceptorId: string }[];
  readonly terminals: readonly { readonly terminalId: string; readonly acceptorId: string }[];
  readonly limits: readonly AmountLimit[];
  readonly hotCards: readonly { readonly panHmac: string }[];
  readonly rules: readonly {
    readonly when: {
      readonly merchants?: readonly string[];
      readonly terminals?: readonly string[];
    };
  }[];
}

function refuseTwice(list: string, names: readonly string[], field: string): void {
  const seen = new Set<string>();
  for (const [i, name] of names.entries()) {
    // A hash is no name to show.
    const shown = field === 'panHmac' ? '' : ` "${name}"`;
    if (seen.has(name)) {
      throw new SettingError(`config.${list}[${i}].${field}`, `is there twice${shown}`);
    }
    seen.add(name);
  }
}

function refuseUnknown(
  place: string,
  names: readonly (string | undefined)[],
  known: { readonly has: (name: string) => boolean },
  what: string,
): void {
  const unknown = names.find((name) => name !== undefined && !known.has(name));
  if (unknown !== undefined) throw new SettingError(place, `there is no ${what} "${unknown}"`);
}

/**
 * Holds the parts of a configuration against each other: every name once, and nothing named that is not there.
 *
 * @throws SettingError naming the first place that is wrong.
 */
export function checkNames(config: NamedThings): void {
  const { hosts, merchants, terminals, limits, hotCards, rules } = config;
  refuseTwice(
    'hosts',
    hosts.map(({ name }) => name),
    'name',
  );
  refuseTwice(
    'merchants',
    merchants.map(({ acceptorId }) => acceptorId),
    'acceptorId',
  );
  refuseTwice(
    'terminals',
    terminals.map(({ terminalId }) => terminalId),
    'terminalId',
  );
  refuseTwice(
    'limits',
    limits.map(({ name }) => name),
    'name',
  );
  refuseTwice(
    'hotCards',
    hotCards.map(({ panHmac }) => panHmac),
    'panHmac',
  );
  const acceptors = new Set([...merchants, ...terminals].map(({ acceptorId }) => acceptorId));
  const terminalIds = new Set(terminals.map(({ terminalId }) => terminalId));
  for (const [i, { when }] of rules.entries()) {
    refuseUnknown(`config.rules[${i}].when.merchants`, when.merchants ?? [], acceptors, 'merchant');
    refuseUnknown(
      `config.rules[${i}].when.terminals`,
      when.terminals ?? [],
      terminalIds,
      'terminal',
    );
  }
  for (const [i, limit] of limits.entries()) {
    refuseUnknown(`config.limits[${i}].merchant`, [limit.merchant], acceptors, 'merchant');
    refuseUnknown(`config.limits[${i}].terminal`, [limit.terminal], terminalIds, 'terminal');
    refuseUnknown(`config.limits[${i}].kind`, [limit.kind], paymentKinds, 'kind of payment');
  }
}
