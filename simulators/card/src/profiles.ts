// The profiles that come with the simulator: JSON files, checked when loaded.
import amexCredit from './data/profiles/amex-credit.json' with { type: 'json' };
import cobadged from './data/profiles/cobadged.json' with { type: 'json' };
import jcbCredit from './data/profiles/jcb-credit.json' with { type: 'json' };
import jcbSession from './data/profiles/jcb-session.json' with { type: 'json' };
import mastercardMchip16 from './data/profiles/mastercard-mchip16.json' with { type: 'json' };
import mastercardMchip17 from './data/profiles/mastercard-mchip17.json' with { type: 'json' };
import mastercardMchip20 from './data/profiles/mastercard-mchip20.json' with { type: 'json' };
import mastercardMchip21 from './data/profiles/mastercard-mchip21.json' with { type: 'json' };
import mastercardPhone from './data/profiles/mastercard-phone.json' with { type: 'json' };
import prepaidAes from './data/profiles/prepaid-aes.json' with { type: 'json' };
import prepaidCcd from './data/profiles/prepaid-ccd.json' with { type: 'json' };
import unionpayCredit from './data/profiles/unionpay-credit.json' with { type: 'json' };
import unionpayDebit from './data/profiles/unionpay-debit.json' with { type: 'json' };
import visaCvn10 from './data/profiles/visa-cvn10.json' with { type: 'json' };
import visaCvn17Contactless from './data/profiles/visa-cvn17-contactless.json' with { type: 'json' };
import visaCvn18 from './data/profiles/visa-cvn18.json' with { type: 'json' };
import visaCvn22 from './data/profiles/visa-cvn22.json' with { type: 'json' };
import visaPhone from './data/profiles/visa-phone.json' with { type: 'json' };
import visaSda from './data/profiles/visa-sda.json' with { type: 'json' };
import { parseCardProfile } from './parse-profile.ts';
import type { CardProfile, ProfileMasterKeys } from './profile.ts';

/** A profile that came with the simulator is wrong: our own fault, hence thrown. */
export class CardSimulatorFault extends Error {
  readonly code: 'profile-invalid';

  constructor(code: 'profile-invalid', message: string) {
    super(message);
    this.name = 'CardSimulatorFault';
    this.code = code;
  }
}

const sources = {
  'amex-credit': amexCredit,
  cobadged: cobadged,
  'jcb-credit': jcbCredit,
  'jcb-session': jcbSession,
  'mastercard-mchip16': mastercardMchip16,
  'mastercard-mchip17': mastercardMchip17,
  'mastercard-mchip20': mastercardMchip20,
  'mastercard-mchip21': mastercardMchip21,
  'mastercard-phone': mastercardPhone,
  'prepaid-aes': prepaidAes,
  'prepaid-ccd': prepaidCcd,
  'unionpay-credit': unionpayCredit,
  'unionpay-debit': unionpayDebit,
  'visa-cvn10': visaCvn10,
  'visa-cvn17-contactless': visaCvn17Contactless,
  'visa-cvn18': visaCvn18,
  'visa-cvn22': visaCvn22,
  'visa-phone': visaPhone,
  'visa-sda': visaSda,
} as const;

/** Name of a profile that comes with the simulator. */
export type ProfileName = keyof typeof sources;

function load(name: ProfileName): CardProfile {
  const result = parseCardProfile(sources[name]);
  if (result.ok) return result.profile;
  const where = result.errors.map((error) => `${error.path}: ${error.code}`).join('; ');
  throw new CardSimulatorFault('profile-invalid', `profile ${name}: ${where}`);
}

/** Names of the profiles that come with the simulator. */
export const profileNames = Object.keys(sources) as readonly ProfileName[];

/** The profiles that come with the simulator, by name. */
export const profiles = Object.fromEntries(
  profileNames.map((name) => [name, load(name)]),
) as Readonly<Record<ProfileName, CardProfile>>;

/**
 * The issuer master keys of a profile, for the issuer's side of a sandbox. Test keys only.
 *
 * @param card a profile, or the name of one that comes with the simulator
 * @example issuerMasterKeys('visa-cvn10').applicationCryptogram // 32 hex digits
 */
export function issuerMasterKeys(card: CardProfile | ProfileName): ProfileMasterKeys {
  return (typeof card === 'string' ? profiles[card] : card).masterKeys;
}
