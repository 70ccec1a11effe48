// The page's words, English and Chinese; a test holds that both have every key.

export const words = {
  en: {
    skip: 'Skip to the payments',
    language: 'Language',
    pause: 'Pause',
    resume: 'Resume',
    live: 'Live',
    updated: 'updated {time}',
    paused: 'Paused',
    offline: 'No connection to the console; trying again',
    unauthorized: 'A token is needed: open this page with #token=… in its address',
    unresolved: 'Unresolved',
    unresolvedNone: 'Every outcome is known.',
    payments: 'Payments',
    paymentsNone: 'No payment yet.',
    paymentsCaption: 'The newest {count} payments',
    unresolvedCaption: 'Payments whose outcome is not closed, oldest first',
    close: 'Close',
    time: 'Time',
    amount: 'Amount',
    outcome: 'Outcome',
    card: 'Card',
    terminal: 'Terminal',
    merchant: 'Merchant',
    host: 'Host',
    scheme: 'Scheme',
    kind: 'Kind',
    code: 'Response code',
    approval: 'Approval code',
    reference: 'Reference',
    businessDate: 'Business date',
    payment: 'Payment',
    paymentTitle: 'Payment {id}',
    life: 'What happened',
    bookings: 'Bookings',
    account: 'Account',
    notFound: 'This payment cannot be read now.',
    'outcome.approved': 'Approved',
    'outcome.declined': 'Declined',
    'outcome.pending': 'Being sent',
    'outcome.reversing': 'Being reversed',
    'outcome.reversed': 'Reversed',
    'outcome.advising': 'Host being told',
    'outcome.manual': 'Needs a person',
    'kind.purchase': 'Purchase',
    'kind.refund': 'Refund',
    'kind.preauthorisation': 'Pre-authorisation',
    'kind.balance-inquiry': 'Balance inquiry',
    'kind.offline-purchase': 'Offline purchase',
    'kind.tombstone': 'Reversal of nothing',
  },
  zh: {
    skip: '跳到交易列表',
    language: '语言',
    pause: '暂停',
    resume: '继续',
    live: '实时',
    updated: '更新于 {time}',
    paused: '已暂停',
    offline: '无法连接控制台，正在重试',
    unauthorized: '需要令牌：请在地址后加上 #token=… 打开本页',
    unresolved: '未决交易',
    unresolvedNone: '所有交易结果均已确定。',
    payments: '交易',
    paymentsNone: '还没有交易。',
    paymentsCaption: '最新 {count} 笔交易',
    unresolvedCaption: '结果尚未确定的交易，最早的在前',
    close: '关闭',
    time: '时间',
    amount: '金额',
    outcome: '结果',
    card: '卡号',
    terminal: '终端',
    merchant: '商户',
    host: '主机',
    scheme: '卡组织',
    kind: '类型',
    code: '应答码',
    approval: '授权码',
    reference: '参考号',
    businessDate: '营业日',
    payment: '交易号',
    paymentTitle: '交易 {id}',
    life: '过程',
    bookings: '记账',
    account: '科目',
    notFound: '暂时无法读取这笔交易。',
    'outcome.approved': '已批准',
    'outcome.declined': '已拒绝',
    'outcome.pending': '发送中',
    'outcome.reversing': '冲正中',
    'outcome.reversed': '已冲正',
    'outcome.advising': '通知主机中',
    'outcome.manual': '需人工处理',
    'kind.purchase': '消费',
    'kind.refund': '退货',
    'kind.preauthorisation': '预授权',
    'kind.balance-inquiry': '余额查询',
    'kind.offline-purchase': '脱机消费',
    'kind.tombstone': '无原交易的冲正',
  },
};

/**
 * A word in a language, with its blanks filled; an unknown one is shown as it is.
 *
 * @param {'en' | 'zh'} language
 * @param {string} key
 * @param {Record<string, string | number>} [blanks]
 */
export function wordOf(language, key, blanks = {}) {
  const known = words[language];
  const text = Object.hasOwn(known, key) ? known[key] : key.slice(key.indexOf('.') + 1);
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => String(blanks[name] ?? ''));
}

/**
 * Minor units as money in a language; exact, since the digits never become a float.
 *
 * @param {'en' | 'zh'} language
 * @param {{ minor: string, currency: string, minorDigits: number | null }} money
 */
export function moneyText(language, { minor, currency, minorDigits }) {
  if (minorDigits === null) return `${minor} ${currency}`;
  const negative = minor.startsWith('-');
  const digits = minor.replace('-', '').padStart(minorDigits + 1, '0');
  const cut = digits.length - minorDigits;
  const whole = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en').format(
    BigInt(digits.slice(0, cut)),
  );
  const fraction = minorDigits === 0 ? '' : `.${digits.slice(cut)}`;
  return `${negative ? '−' : ''}${whole}${fraction} ${currency}`;
}
