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
  /** DE 55 for the card: tag 91. */
  readonly iccData?: Uint8Array;
}

interface Issuer extends IssuerConfig {
  readonly key: KeyRef;
}

const statusCodes = { lost: '41', stolen: '43', expired: '54' } as const;

/** The issuers behind one host. */
export class IssuerDesk {
  readonly #security: SoftModule = createSoftModule({ allowClearKeysInProcess: true });
  readonly #issuers: readonly Issuer[];
  readonly #accounts: Map<string, { readonly account: CardAccount; balanceMinor: bigint }>;
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
        { account, balanceMinor: BigInt(account.balanceMinor) },
      ]),
    );
    this.#pinCipher = new TdesCipher(fromHex(pinKeyHex));
  }

  /** Decides a request for money; `wish` is what the amount asks for. */
  decide(message: IsoMessage, wish: string | undefined): Decision {
    const pan = textOf(message, 2) ?? '';
    const entry = this.#accounts.get(pan);
    const responseCode = wish ?? this.#check(message, entry);
    const approved = verdictOf(responseCode) === 'approved';
    if (approved && entry !== undefined) {
      entry.balanceMinor -= BigInt(textOf(message, 4) ?? '0');
    }
    const iccData = this.#answerCard(message, pan, responseCode);
    if (iccData === 'not-verified') return { responseCode: '82' };
    const approvalCode = String(++this.#approvals % 1_000_000).padStart(6, '0');
    return {
      responseCode,
      ...(approved ? { approvalCode } : {}),
      ...given({ iccData }),
    };
  }

  /** Gives money back to the card. */
  restore(panDigits: string, amountMinor: bigint): void {
    const entry = this.#accounts.get(panDigits);
    if (entry !== undefined) entry.balanceMinor += amountMinor;
  }

  #check(
    message: IsoMessage,
    entry: { readonly account: CardAccount; balanceMinor: bigint } | undefined,
  ): string {
    if (entry === undefined) return '14';
    const { account } = entry;
    if (account.status !== 'active') return statusCodes[account.status];
    const block = bytesOf(message, 52);
    if (block !== undefined && !this.#pinMatches(block, account)) return '55';
    return BigInt(textOf(message, 4) ?? '0') > entry.balanceMinor ? '51' : '00';
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
