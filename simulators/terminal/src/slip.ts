// The slip: what EMV asks to be printed (Book 4 11.4) and what a merchant's copy shows, zh and en.
import { formatMoney, minorUnits } from '@chipswitch/ledger';
import type { EntryMethod } from './entry.ts';
import type { RequestKind } from './request-kinds.ts';

/** What a slip tells. Nothing in here is sensitive: the number is masked before. */
export interface SlipData {
  readonly merchantName: string;
  readonly acceptorId: string;
  readonly terminalId: string;
  readonly kind: RequestKind;
  readonly approved: boolean;
  readonly maskedPan: string;
  /** Contact chip C, contactless Q, stripe S, fallback F. */
  readonly entry: EntryMethod;
  /** YYYY-MM-DD hh:mm:ss by the terminal's clock. */
  readonly time: string;
  readonly batch: string;
  readonly stan: string;
  readonly retrievalReference?: string | undefined;
  readonly approvalCode?: string | undefined;
  readonly responseCode?: string | undefined;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly chip?: ChipSlipData | undefined;
  readonly signature: boolean;
  readonly pinEntered: boolean;
}

/** The chip's part of the slip; all hex except the label. */
export interface ChipSlipData {
  readonly aid: string;
  readonly label: string;
  readonly tvr: string;
  readonly tsi: string;
  readonly ac: string;
  readonly acType: string;
  readonly atc: string;
}

interface Words {
  readonly kinds: Record<SlipData['kind'], string>;
  readonly entries: Record<SlipData['entry'], string>;
  readonly merchant: string;
  readonly terminal: string;
  readonly card: string;
  readonly type: string;
  readonly batch: string;
  readonly trace: string;
  readonly reference: string;
  readonly authorisation: string;
  readonly time: string;
  readonly amount: string;
  readonly approved: string;
  readonly declined: string;
  readonly sign: string;
  readonly pin: string;
}

const words: Record<'zh' | 'en', Words> = {
  zh: {
    kinds: {
      purchase: '消费',
      'cash-back': '消费返现',
      'cash-advance': '预借现金',
      installment: '分期付款消费',
      recurring: '凭据留存付款',
      'account-status': '账户验证',
      'prepaid-activation': '预付卡激活',
      'prepaid-load': '预付卡充值',
      'prepaid-unload': '预付卡充值撤销',
      preauthorisation: '预授权',
      refund: '退货',
      'balance-inquiry': '余额查询',
    },
    entries: {
      chip: '插卡',
      contactless: '挥卡',
      swipe: '刷卡',
      fallback: '降级刷卡',
      manual: '手输',
      'on-file': '凭据留存',
    },
    merchant: '商户号',
    terminal: '终端号',
    card: '卡号',
    type: '交易类型',
    batch: '批次号',
    trace: '凭证号',
    reference: '参考号',
    authorisation: '授权码',
    time: '日期时间',
    amount: '金额',
    approved: '交易成功',
    declined: '交易失败',
    sign: '持卡人签名',
    pin: '已输入密码',
  },
  en: {
    kinds: {
      purchase: 'PURCHASE',
      'cash-back': 'PURCHASE WITH CASH',
      'cash-advance': 'CASH ADVANCE',
      installment: 'INSTALMENTS',
      recurring: 'STORED CREDENTIAL',
      'account-status': 'ACCOUNT STATUS',
      'prepaid-activation': 'ACTIVATION',
      'prepaid-load': 'LOAD',
      'prepaid-unload': 'UNLOAD',
      preauthorisation: 'PRE-AUTHORISATION',
      refund: 'REFUND',
      'balance-inquiry': 'BALANCE INQUIRY',
    },
    entries: {
      chip: 'CHIP',
      contactless: 'CONTACTLESS',
      swipe: 'SWIPED',
      fallback: 'FALLBACK',
      manual: 'KEYED',
      'on-file': 'ON FILE',
    },
    merchant: 'MERCHANT',
    terminal: 'TERMINAL',
    card: 'CARD',
    type: 'TYPE',
    batch: 'BATCH',
    trace: 'TRACE',
    reference: 'REF',
    authorisation: 'AUTH CODE',
    time: 'DATE/TIME',
    amount: 'AMOUNT',
    approved: 'APPROVED',
    declined: 'DECLINED',
    sign: 'SIGNATURE',
    pin: 'PIN ENTERED',
  },
};

function chipLines(chip: ChipSlipData): string[] {
  return [
    chip.label,
    `AID ${chip.aid}`,
    `${chip.acType} ${chip.ac}  ATC ${chip.atc}`,
    `TVR ${chip.tvr}  TSI ${chip.tsi}`,
  ];
}

/**
 * The slip's lines in one language.
 *
 * @example slipLines(data, 'en').find((line) => line.startsWith('AID'))
 */
export function slipLines(data: SlipData, language: 'zh' | 'en'): string[] {
  const say = words[language];
  const optional = (label: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`${label}: ${value}`];
  return [
    data.merchantName,
    `${say.merchant}: ${data.acceptorId.trim()}`,
    `${say.terminal}: ${data.terminalId.trim()}`,
    `${say.card}: ${data.maskedPan} (${say.entries[data.entry]})`,
    `${say.type}: ${say.kinds[data.kind]}`,
    `${say.time}: ${data.time}`,
    `${say.batch}: ${data.batch}  ${say.trace}: ${data.stan}`,
    ...optional(say.reference, data.retrievalReference),
    ...optional(say.authorisation, data.approvalCode),
    `${say.amount}: ${formatMoney(minorUnits(data.amountMinor), data.currency)}`,
    ...(data.chip === undefined ? [] : chipLines(data.chip)),
    data.approved ? say.approved : `${say.declined} ${data.responseCode ?? ''}`.trimEnd(),
    ...(data.approved && data.pinEntered ? [say.pin] : []),
    ...(data.approved && data.signature ? [`${say.sign}: ______________________`] : []),
  ];
}
