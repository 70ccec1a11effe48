// Error codes of the HSM's answers, and what each is in the closed set of the security module.
import type { SecurityErrorCode } from '@chipswitch/security-module';

const table: Readonly<Record<string, readonly [SecurityErrorCode, string]>> = {
  '01': ['not-verified', 'verification-failed'],
  '02': ['key-usage', 'key-length'],
  '03': ['input', 'number-of-components'],
  '04': ['input', 'mode'],
  '05': ['input', 'key-type-or-scheme'],
  '06': ['input', 'length-or-discretionary-mac'],
  '09': ['input', 'padding'],
  '10': ['key-parity', 'first-key'],
  '11': ['key-parity', 'second-key'],
  '12': ['unavailable', 'no-keys-loaded'],
  '13': ['unavailable', 'lmk-error'],
  '14': ['input', 'pin-under-lmk'],
  '15': ['input', 'input-data'],
  '16': ['unavailable', 'console-or-printer'],
  '17': ['not-allowed', 'not-authorised'],
  '18': ['unavailable', 'document-format'],
  '19': ['input', 'diebold-table'],
  '20': ['pin-block', 'pin-block'],
  '21': ['input', 'index'],
  '22': ['input', 'account-number'],
  '23': ['pin-format', 'pin-block-format'],
  '24': ['pin-length', 'pin-length'],
  '25': ['decimalisation', 'decimalisation-table'],
  '26': ['key-usage', 'key-scheme'],
  '27': ['key-usage', 'key-length'],
  '28': ['key-usage', 'key-type'],
  '29': ['key-usage', 'function-not-permitted'],
  '30': ['input', 'reference-number'],
  '33': ['unavailable', 'lmk-change-state'],
  '35': ['input', 'message-format'],
  '40': ['unavailable', 'firmware-checksum'],
  '41': ['unavailable', 'internal-error'],
  '42': ['unavailable', 'des-failure'],
  '43': ['unavailable', 'rsa-failure'],
  '47': ['unavailable', 'algorithm-not-licensed'],
  '49': ['key-block', 'private-key'],
  '51': ['input', 'message-header'],
  '67': ['not-allowed', 'not-licensed'],
  '68': ['not-allowed', 'command-disabled'],
  '69': ['pin-format', 'pin-block-format-disabled'],
  '74': ['input', 'digest-information'],
  '75': ['key-block', 'single-length-key-as-double'],
  '80': ['input', 'data-length'],
  '81': ['pin-length', 'pin-length-mismatch'],
  '82': ['input', 'mac-data-length'],
  '83': ['key-block', 'key-block-length'],
  '84': ['key-block', 'key-block-check'],
  '86': ['not-allowed', 'excluded-pin'],
  '90': ['unavailable', 'link-parity'],
  '91': ['unavailable', 'longitudinal-redundancy'],
  '92': ['input', 'count-value'],
  A1: ['key-block', 'lmk-scheme'],
  A2: ['key-block', 'lmk-identifier'],
  A3: ['key-block', 'key-block-lmk-identifier'],
  A4: ['key-block', 'key-block-authentication'],
  A5: ['key-usage', 'key-length'],
  A6: ['key-usage', 'key-usage'],
  A7: ['key-usage', 'algorithm'],
  A8: ['key-usage', 'mode-of-use'],
  A9: ['key-block', 'key-version'],
  AA: ['key-block', 'exportability'],
  AB: ['key-block', 'optional-block-count'],
  AC: ['key-block', 'optional-block'],
  B2: ['unavailable', 'security-policy'],
};

/** What an HSM's error code is in the closed set; an unknown one is `unavailable`, detail `hsm-xx`. */
export function securityErrorOf(errorCode: string): {
  readonly code: SecurityErrorCode;
  readonly detail: string;
} {
  const known = Object.hasOwn(table, errorCode) ? table[errorCode] : undefined;
  if (known === undefined) {
    const safe = /^[0-9A-Z]{2}$/.test(errorCode) ? errorCode.toLowerCase() : 'code';
    return { code: 'unavailable', detail: `hsm-${safe}` };
  }
  return { code: known[0], detail: known[1] };
}
