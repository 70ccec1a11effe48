// The issuer behind the host: checks cryptogram and PIN, keeps a balance, answers the card.
import { concatBytes, fromHex, given } from '@chipswitch/bytes';
import {
  type CryptogramScheme,
  TdesCipher,
  cryptogramVersionOf,
  decodePinBlock,
  ecbDecrypt,
  newClearPin,
  wipePin,
} from '@chipswitch/cryptography';
import { type KeyRef, type SoftModule, createSoftModule } from '@chipswitch/security-module';
import { encodeTlv, tagHex, tlvMap } from '@chipswitch/tlv';
import { type IsoMessage, bytesOf, textOf } from '@chipswitch/transaction';
import { verdictOf } from 'iso8583-js';
import { type HostKind, subelement } from './host-kind.ts';

/** Keys of the issuer of a range of card numbers; test keys only. */
export interface IssuerConfig {
  readonly prefix: string;
  readonly scheme: CryptogramScheme;
  /** Issuer master key for application cryptograms, hex. */
  readonly imkAcHex: string;
  readonly option?: 'A' | 'B' | 'C';
}

/** A card the issuer knows; sandbox data, hence the PIN. */
export interface CardAccount {
  readonly pan: string;
  readonly pin: string;
  readonly status: 'active' | 'lost' | 'stolen' | 'expired';
  readonly balanceMinor: string;
}

/** What the issuer decides. */
export interface Decision {
  readonly responseCode: string;
  readonly approvalCode?: string;
  /** What was approved, when less than asked. */
  readonly amountMinor?: bigint;
  /** DE 54: what is on the account, and what of it is free. */
  readonly additionalAmounts?: string;
  /** DE 48: the scheme's id of a first payment by a stored credential. */
  readonly privateData?: string;
  /** DE 55 for the card: tag 91. */
  readonly iccData?: Uint8Array;
}

interface Issuer extends IssuerConfig {
  readonly key: KeyRef;
}

const statusCodes = { lost: '41', stolen: '43', expired: '54' } as const;

interface Account {
  readonly account: CardAccount;
  balanceMinor: bigint;
  heldMinor: bigint;
}

/** Kinds that need money on the account. */
const takesMoney: ReadonlySet<HostKind> = new Set(['sale', 'unload', 'hold', 'increment']);

/** The issuers behind one host. */
export class IssuerDesk {
  readonly #security: SoftModule = createSoftModule({ allowClearKeysInProcess: true });
  readonly #issuers: readonly Issuer[];
  readonly #accounts: Map<string, Account>;
  readonly #pinCipher: TdesCipher;
  #approvals = 0;

  constructor(issuers: readonly IssuerConfig[], cards: readonly CardAccount[], pinKeyHex: string) {
    this.#issuers = issuers.map((issuer, i) => {
      const bytes = fromHex(issuer.imkAcHex);
      const algorithm = issuer.option === 'C' ? 'AES128' : '2TDEA';
      const key = this.#security.loadClearKey({ id: `imk-${i}`, usage: 'E0', algorithm, bytes });
      return { ...issuer, key };
    });
    this.#accounts = new Map(
      cards.map((account) => [
        account.pan,
        { account, balanceMinor: BigInt(account.balanceMinor), heldMinor: 0n },
      ]),
    );
    this.#pinCipher = new TdesCipher(fromHex(pinKeyHex));
  }

  /** Decides a request; `wish` is what the amount asks for. Nothing is moved by it. */
  decide(
    message: IsoMessage,
    { wish, kind }: { readonly wish: string | undefined; readonly kind: HostKind },
  ): Decision {
    const pan = textOf(message, 2) ?? '';
    const responseCode = wish ?? this.#check(message, this.#accounts.get(pan), kind);
    const approved = verdictOf(responseCode) === 'approved';
    const iccData = this.#answerCard(message, pan, responseCode);
    if (iccData === 'not-verified') return { responseCode: '82' };
    const approvalCode = String(++this.#approvals % 1_000_000).padStart(6, '0');
    return {
      responseCode,
      ...(approved ? { approvalCode } : {}),
      ...given({ iccData, privateData: approved ? this.#schemeId(message) : undefined }),
    };
  }

  /** Moves an account: what is on it, and what of it is held. */
  move(
    panDigits: string,
    { movedMinor, heldMinor }: { readonly movedMinor: bigint; readonly heldMinor: bigint },
  ): void {
    const entry = this.#accounts.get(panDigits);
    if (entry === undefined) return;
    entry.balanceMinor += movedMinor;
    entry.heldMinor += heldMinor;
  }

  /** DE 54: ledger balance (01) and what is free of it (02), in the currency of the question. */
  balances(message: IsoMessage): string {
    const entry = this.#accounts.get(textOf(message, 2) ?? '');
    const { balanceMinor = 0n, heldMinor = 0n } = entry ?? {};
    const account = (textOf(message, 3) ?? '').slice(2, 4);
    const currency = textOf(message, 49) ?? '000';
    const amount = (type: string, minor: bigint): string => {
      const digits = String(minor < 0n ? -minor : minor).padStart(12, '0');
      return `${account}${type}${currency}${minor < 0n ? 'D' : 'C'}${digits}`;
    };
    return amount('01', balanceMinor) + amount('02', balanceMinor - heldMinor);
  }

  // The holder lets the merchant keep the card number: what follows will refer to this payment.
  #schemeId(message: IsoMessage): string | undefined {
    if (subelement(message, '22')?.startsWith('C') !== true) return undefined;
    const id = `SIM${String(this.#approvals).padStart(12, '0')}`;
    return `63${String(id.length).padStart(2, '0')}${id}`;
  }

  #check(message: IsoMessage, entry: Account | undefined, kind: HostKind): string {
    if (entry === undefined) return '14';
    const { account } = entry;
    if (account.status !== 'active') return statusCodes[account.status];
    const block = bytesOf(message, 52);
    if (block !== undefined && !this.#pinMatches(block, account)) return '55';
    const free = entry.balanceMinor - entry.heldMinor;
    return takesMoney.has(kind) && BigInt(textOf(message, 4) ?? '0') > free ? '51' : '00';
  }

  #pinMatches(block: Uint8Array, account: CardAccount): boolean {
    const clear = ecbDecrypt(this.#pinCipher, block);
    const pin = newClearPin();
    try {
      if (decodePinBlock(0, clear, account.pan, pin) !== undefined) return false;
      let differs = pin.length === account.pin.length ? 0 : 1;
      for (let i = 0; i < pin.length; i++) differs |= pin.digits[i] ^ Number(account.pin[i] ?? 15);
      return differs === 0;
    } finally {
      clear.fill(0);
      wipePin(pin);
    }
  }

  /** Tag 91 for the card; undefined when there is no chip data or no key for it. */
  #answerCard(
    message: IsoMessage,
    pan: string,
    responseCode: string,
  ): Uint8Array | 'not-verified' | undefined {
    const icc = bytesOf(message, 55);
    const issuer = this.#issuers.find((candidate) => pan.startsWith(candidate.prefix));
    if (icc === undefined || issuer === undefined) return undefined;
    const read = tlvMap(icc);
    if (!read.ok) return 'not-verified';
    const tags = new Map([...read.map].map(([tag, value]) => [tagHex(tag), value]));
    const [arqc, atc, iad] = ['9F26', '9F36', '9F10'].map((tag) => tags.get(tag));
    if (arqc === undefined || atc === undefined || iad === undefined) return 'not-verified';
    const row = cryptogramVersionOf(issuer.scheme, iad);
    if (row === undefined) return 'not-verified';
    const arc = Uint8Array.from(responseCode, (char) => char.charCodeAt(0));
    // Card status update: byte 2 bit 8 says that the issuer approves (EMV Common Core, table C12).
    const approves = verdictOf(responseCode) === 'approved';
    const csu = Uint8Array.of(0, approves ? 0x80 : 0, 0, 0);
    const unpredictableNumber = tags.get('9F37');
    const verified = this.#security.verifyArqc({
      key: issuer.key,
      pan,
      panSequenceNumber: (textOf(message, 23) ?? '00').slice(-2),
      cvn: { scheme: issuer.scheme, iad },
      transactionData: tags,
      atc,
      arqc,
      ...given({ unpredictableNumber }),
      ...(row.arpcMethod === undefined ? {} : { arpc: row.arpcMethod === 1 ? { arc } : { csu } }),
      ...given({ option: issuer.option }),
    });
    if (!verified.ok) return 'not-verified';
    if (verified.arpc === undefined) return undefined;
    const tail = row.arpcMethod === 1 ? arc : csu;
    return encodeTlv([[0x91, concatBytes(verified.arpc, tail)]]);
  }
}
