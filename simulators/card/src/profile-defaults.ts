// What a profile may leave out: data object lists, action codes and rules as each scheme issues them.
import { type CryptogramName, type IadLayout, cryptogramRow } from './cryptogram.ts';
import type { DerivationOption } from './key-derivation.ts';
import type { AipWord, ApplicationFlow } from './profile.ts';

const amounts = '9F0206 9F0306 9F1A02 9505 5F2A02 9A03 9C01 9F3704';

const cdols: Record<IadLayout, { cdol1: string; cdol2: string }> = {
  vis: { cdol1: amounts, cdol2: `8A02 ${amounts}` },
  'vis-format2': { cdol1: amounts, cdol2: `8A02 ${amounts}` },
  unionpay: { cdol1: `${amounts} 9F2103 9F4E14`, cdol2: `8A02 ${amounts} 9F2103` },
  mchip: {
    cdol1: `${amounts} 9F3501 9F4502 9F4C08 9F3403 9F2103 9F7C14`,
    cdol2: '910A 8A02 9505 9F3704 9F4C08',
  },
  ccd: { cdol1: `${amounts} 9F4C08 9F3403 9F2103`, cdol2: `9110 8A02 ${amounts} 9F3403` },
};

const contactAip: Record<IadLayout, readonly AipWord[]> = {
  vis: [
    'sda',
    'dda',
    'cardholder-verification',
    'terminal-risk-management',
    'issuer-authentication',
    'cda',
  ],
  'vis-format2': [
    'sda',
    'dda',
    'cardholder-verification',
    'terminal-risk-management',
    'issuer-authentication',
    'cda',
  ],
  unionpay: [
    'sda',
    'dda',
    'cardholder-verification',
    'terminal-risk-management',
    'issuer-authentication',
    'cda',
  ],
  mchip: ['sda', 'dda', 'cardholder-verification', 'terminal-risk-management', 'cda'],
  ccd: ['sda', 'dda', 'cardholder-verification', 'terminal-risk-management', 'cda'],
};

/** The defaults of one application. */
export interface ProfileDefaults {
  readonly derivation: DerivationOption;
  readonly aip: readonly AipWord[];
  readonly issuerActionCodes: { default: string; denial: string; online: string };
  readonly cvmRules: readonly string[];
  readonly pdol: string;
  readonly cdol1: string;
  readonly cdol2: string;
}

/** The defaults for a cryptogram version and flow. */
export function defaultsOf(name: CryptogramName, flow: ApplicationFlow): ProfileDefaults {
  const row = cryptogramRow(name);
  const quick = flow === 'quick';
  return {
    derivation: row.algorithm === 'aes' ? 'C' : 'A',
    aip: quick ? ['dda'] : contactAip[row.layout],
    // Online when offline authentication failed or was not done, limits were passed or PIN failed.
    issuerActionCodes: { default: 'F040008800', denial: '0010000000', online: 'F0E8BCF800' },
    cvmRules: [
      'enciphered-pin if-supported else-next',
      'plaintext-pin if-supported else-next',
      'online-pin if-supported else-next',
      'signature if-supported else-next',
      'none always',
    ],
    pdol: quick ? `9F6604 ${amounts}` : '',
    ...cdols[row.layout],
  };
}
