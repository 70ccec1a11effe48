// Status words of cards (ISO/IEC 7816-4 clause 5.6, EMV Book 3 tables 5 and 33, GlobalPlatform where EMV is silent).

/** One status word; `x` stands for any digit. */
export interface StatusWord {
  readonly pattern: string;
  readonly kind: 'normal' | 'warning' | 'execution error' | 'checking error';
  readonly en: string;
  readonly zh: string;
}

const rows: readonly (readonly [string, StatusWord['kind'], string, string])[] = [
  ['9000', 'normal', 'success', '成功'],
  ['61xx', 'normal', '{n} bytes of response wait (GET RESPONSE)', '还有 {n} 字节响应'],
  ['6200', 'warning', 'no information given, memory unchanged', '无信息,存储未变'],
  ['6281', 'warning', 'part of returned data may be corrupted', '返回数据可能有误'],
  ['6282', 'warning', 'end of file before Le bytes', '文件结束早于 Le'],
  [
    '6283',
    'warning',
    'selected file invalidated (application blocked)',
    '选择的文件无效(应用锁定)',
  ],
  ['6284', 'warning', 'file control information not formatted as told', 'FCI 格式错'],
  ['6285', 'warning', 'selected file in termination state', '文件已终止'],
  ['6286', 'warning', 'no input from a sensor on the card', '传感器无输入'],
  ['6300', 'warning', 'authentication failed', '认证失败'],
  ['6381', 'warning', 'file filled up by the last write', '文件已写满'],
  ['63Cx', 'warning', 'verification failed, {n} tries left', '验证失败,剩余 {n} 次'],
  ['6400', 'execution error', 'execution error, memory unchanged', '执行错误,存储未变'],
  ['6401', 'execution error', 'immediate response required by the card', '卡要求立即响应'],
  ['6500', 'execution error', 'execution error, memory changed', '执行错误,存储已变'],
  ['6581', 'execution error', 'memory failure', '存储失败'],
  ['66xx', 'execution error', 'security related issue', '安全问题'],
  ['6700', 'checking error', 'wrong length', '长度错误'],
  ['6800', 'checking error', 'function in CLA not supported', 'CLA 功能不支持'],
  ['6881', 'checking error', 'logical channel not supported', '逻辑通道不支持'],
  ['6882', 'checking error', 'secure messaging not supported', '安全报文不支持'],
  ['6883', 'checking error', 'last command of the chain expected', '期待链的最后命令'],
  ['6884', 'checking error', 'command chaining not supported', '命令链不支持'],
  ['6900', 'checking error', 'command not allowed', '命令不允许'],
  ['6981', 'checking error', 'command incompatible with file structure', '命令与文件结构不兼容'],
  ['6982', 'checking error', 'security status not satisfied', '安全状态不满足'],
  ['6983', 'checking error', 'authentication method blocked (PIN blocked)', '认证方法锁定'],
  ['6984', 'checking error', 'referenced data invalidated', '引用数据无效'],
  ['6985', 'checking error', 'conditions of use not satisfied', '使用条件不满足'],
  ['6986', 'checking error', 'command not allowed, no current file', '命令不允许(无当前文件)'],
  ['6987', 'checking error', 'secure messaging data objects missing', '安全报文数据缺失'],
  ['6988', 'checking error', 'secure messaging data objects incorrect', '安全报文数据不正确'],
  ['6A00', 'checking error', 'wrong parameters P1 P2', 'P1 P2 错误'],
  ['6A80', 'checking error', 'incorrect data field', '数据域不正确'],
  ['6A81', 'checking error', 'function not supported (card blocked)', '功能不支持(卡锁定)'],
  ['6A82', 'checking error', 'file or application not found', '文件或应用未找到'],
  ['6A83', 'checking error', 'record not found', '记录未找到'],
  ['6A84', 'checking error', 'not enough memory in the file', '文件空间不足'],
  ['6A85', 'checking error', 'Lc inconsistent with TLV structure', 'Lc 与 TLV 结构不符'],
  ['6A86', 'checking error', 'incorrect parameters P1 P2', 'P1 P2 不正确'],
  ['6A87', 'checking error', 'Lc inconsistent with P1 P2', 'Lc 与 P1 P2 不符'],
  ['6A88', 'checking error', 'referenced data not found', '引用数据未找到'],
  ['6A89', 'checking error', 'file exists already', '文件已存在'],
  ['6A8A', 'checking error', 'DF name exists already', 'DF 名已存在'],
  ['6B00', 'checking error', 'wrong parameters P1 P2 (offset)', 'P1 P2 错误'],
  ['6Cxx', 'checking error', 'wrong Le, {n} bytes are there', 'Le 错误,应为 {n}'],
  ['6D00', 'checking error', 'instruction not supported', 'INS 不支持'],
  ['6E00', 'checking error', 'class not supported', 'CLA 不支持'],
  ['6F00', 'checking error', 'no precise diagnosis', '无精确诊断'],
  ['62xx', 'warning', 'warning, memory unchanged', '警告,存储未变'],
  ['63xx', 'warning', 'warning, memory changed', '警告,存储已变'],
  ['64xx', 'execution error', 'execution error, memory unchanged', '执行错误'],
  ['65xx', 'execution error', 'execution error, memory changed', '执行错误'],
  ['68xx', 'checking error', 'function in CLA not supported', 'CLA 功能不支持'],
  ['69xx', 'checking error', 'command not allowed', '命令不允许'],
  ['6Axx', 'checking error', 'wrong parameters', '参数错误'],
  ['6Dxx', 'checking error', 'instruction not supported', 'INS 不支持'],
  ['6Exx', 'checking error', 'class not supported', 'CLA 不支持'],
  ['6Fxx', 'checking error', 'no precise diagnosis', '无精确诊断'],
  ['90xx', 'normal', 'application-specific success', '应用自定义成功'],
  ['91xx', 'warning', 'application-specific (DESFire status, proactive SIM)', '应用自定义状态'],
];

/** Status words, particular ones before families. */
export const statusWords: readonly StatusWord[] = rows.map(([pattern, kind, en, zh]) => ({
  pattern,
  kind,
  en,
  zh,
}));
