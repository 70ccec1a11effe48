// Response codes of DE 39 (ISO 8583:1987 and common national use), and the ones the switch itself gives.

/** One response code. */
export interface ResponseCode {
  readonly code: string;
  readonly approved: boolean;
  readonly en: string;
  readonly zh: string;
}

const rows: readonly (readonly [string, string, string])[] = [
  ['00', 'approved', '交易成功'],
  ['01', 'refer to card issuer', '请联系发卡行'],
  ['03', 'invalid merchant', '无效商户'],
  ['04', 'pick up card', '没收卡'],
  ['05', 'do not honour', '不予承兑'],
  ['06', 'error', '出错'],
  ['10', 'approved for a partial amount', '部分金额批准'],
  ['11', 'approved (VIP)', '成功（VIP）'],
  ['12', 'invalid transaction', '无效交易'],
  ['13', 'invalid amount', '无效金额'],
  ['14', 'invalid card number', '无效卡号'],
  ['15', 'no such issuer', '此卡无对应发卡行'],
  ['25', 'original not found', '找不到原始交易'],
  ['30', 'format error', '报文格式错误'],
  ['38', 'PIN tries exceeded', '密码错误次数超限'],
  ['40', 'function not supported', '不支持的交易类型'],
  ['41', 'lost card', '挂失卡'],
  ['43', 'stolen card', '被窃卡'],
  ['51', 'insufficient funds', '余额不足'],
  ['54', 'expired card', '过期的卡'],
  ['55', 'incorrect PIN', '密码错误'],
  ['57', 'not permitted to cardholder', '不允许持卡人进行的交易'],
  ['58', 'not permitted to terminal', '不允许终端进行的交易'],
  ['59', 'suspected fraud', '有作弊嫌疑'],
  ['61', 'exceeds amount limit', '超出金额限制'],
  ['62', 'restricted card', '受限制的卡'],
  ['63', 'security violation', '违反安全保密规定'],
  ['64', 'original amount incorrect', '原始金额错误'],
  ['65', 'exceeds frequency limit', '超出交易次数限制'],
  ['68', 'answer received too late', '应答超时'],
  ['75', 'PIN tries exceeded', '密码错误次数超限'],
  ['81', 'PIN cryptographic error', '密码校验出错'],
  ['82', 'cryptogram not verified', '应用密文验证失败'],
  ['90', 'cut-off in progress', '正在日终处理'],
  ['91', 'issuer or switch inoperative', '发卡行或交换中心不能操作'],
  ['92', 'no route to the issuer', '无法找到路由'],
  ['94', 'duplicate with other contents', '重复交易'],
  ['95', 'totals do not agree', '对账不平'],
  ['96', 'system malfunction', '系统异常'],
];

const table = new Map<string, ResponseCode>(
  rows.map(([code, en, zh]) => [
    code,
    { code, approved: code === '00' || code === '10' || code === '11', en, zh },
  ]),
);

/** The meaning of a code; one that nobody listed is a decline. */
export function responseCode(code: string): ResponseCode {
  return table.get(code) ?? { code, approved: false, en: 'declined', zh: '交易失败' };
}

/** Why the switch itself refuses, before or instead of a host. */
export type RefusalReason =
  | 'format-error'
  | 'unknown-terminal'
  | 'terminal-blocked'
  | 'certificate-differs'
  | 'function-not-supported'
  | 'invalid-amount'
  | 'invalid-card'
  | 'expired-card'
  | 'currency-not-allowed'
  | 'over-terminal-limit'
  | 'card-blocked'
  | 'chip-card-swiped'
  | 'no-route'
  | 'duplicate-differs'
  | 'cryptogram-failed'
  | 'pin-not-translated'
  | 'security-unavailable'
  | 'host-unavailable'
  | 'overloaded'
  | 'journal-unavailable'
  | 'already-reversed'
  | 'original-not-found'
  | 'no-answer';

/** The code the terminal reads for each refusal. */
export const refusalCode: Readonly<Record<RefusalReason, string>> = {
  'format-error': '30',
  'unknown-terminal': '03',
  'terminal-blocked': '58',
  'certificate-differs': '63',
  'function-not-supported': '40',
  'invalid-amount': '13',
  'invalid-card': '14',
  'expired-card': '54',
  'currency-not-allowed': '12',
  'over-terminal-limit': '61',
  'card-blocked': '62',
  'chip-card-swiped': '58',
  'no-route': '15',
  'duplicate-differs': '94',
  'cryptogram-failed': '82',
  'pin-not-translated': '81',
  'security-unavailable': '96',
  'host-unavailable': '91',
  overloaded: '96',
  'journal-unavailable': '96',
  'already-reversed': '12',
  'original-not-found': '25',
  'no-answer': '91',
};
