// Meaning of single bits: EMV Book 3 annex C, Book 4 annex A, Contactless Books A, C-2, C-3, C-4,
// C-7.

/** One bit: byte (from 1), mask in that byte, name for programs, text for people. */
export type BitRow = readonly [byte: number, mask: number, name: string, text: string];

/** Application Interchange Profile (82): Book 3 table 41; byte 2: Book C-2 annex A. */
const aip: readonly BitRow[] = [
  [1, 0x80, 'xda', 'Extended data authentication (XDA) supported'],
  [1, 0x40, 'sda', 'Static data authentication (SDA) supported'],
  [1, 0x20, 'dda', 'Dynamic data authentication (DDA) supported'],
  [1, 0x10, 'cardholder-verification', 'Cardholder verification supported'],
  [1, 0x08, 'terminal-risk-management', 'Terminal risk management to be performed'],
  [1, 0x04, 'issuer-authentication', 'Issuer authentication by EXTERNAL AUTHENTICATE supported'],
  [1, 0x02, 'on-device-cvm', 'On-device cardholder verification supported'],
  [1, 0x01, 'cda', 'Combined DDA and cryptogram generation (CDA) supported'],
  [2, 0x80, 'emv-mode', 'Contactless EMV mode supported'],
  [2, 0x40, 'mobile-phone', 'Mobile phone'],
  [2, 0x20, 'contactless', 'Contactless transaction'],
  [2, 0x01, 'relay-resistance', 'Relay resistance protocol supported'],
];

/** Application Usage Control (9F07): Book 3 table 42. */
const auc: readonly BitRow[] = [
  [1, 0x80, 'domestic-cash', 'Valid for domestic cash transactions'],
  [1, 0x40, 'international-cash', 'Valid for international cash transactions'],
  [1, 0x20, 'domestic-goods', 'Valid for domestic goods'],
  [1, 0x10, 'international-goods', 'Valid for international goods'],
  [1, 0x08, 'domestic-services', 'Valid for domestic services'],
  [1, 0x04, 'international-services', 'Valid for international services'],
  [1, 0x02, 'atm', 'Valid at ATMs'],
  [1, 0x01, 'not-atm', 'Valid at terminals other than ATMs'],
  [2, 0x80, 'domestic-cashback', 'Domestic cashback allowed'],
  [2, 0x40, 'international-cashback', 'International cashback allowed'],
];

/** Terminal Verification Results (95): Book 3 table 46. */
const tvr: readonly BitRow[] = [
  [1, 0x80, 'oda-not-performed', 'Offline data authentication was not performed'],
  [1, 0x40, 'sda-failed', 'SDA failed'],
  [1, 0x20, 'icc-data-missing', 'ICC data missing'],
  [1, 0x10, 'exception-file', 'Card appears on terminal exception file'],
  [1, 0x08, 'dda-failed', 'DDA failed'],
  [1, 0x04, 'cda-failed', 'CDA failed'],
  [1, 0x02, 'sda-selected', 'SDA selected'],
  [1, 0x01, 'xda-selected', 'XDA selected'],
  [2, 0x80, 'versions-differ', 'ICC and terminal have different application versions'],
  [2, 0x40, 'expired', 'Expired application'],
  [2, 0x20, 'not-yet-effective', 'Application not yet effective'],
  [2, 0x10, 'service-not-allowed', 'Requested service not allowed for card product'],
  [2, 0x08, 'new-card', 'New card'],
  [2, 0x02, 'biometric-successful', 'Biometric performed and successful'],
  [2, 0x01, 'biometric-format-unsupported', 'Biometric template format not supported'],
  [3, 0x80, 'cvm-failed', 'Cardholder verification was not successful'],
  [3, 0x40, 'cvm-unrecognised', 'Unrecognised CVM'],
  [3, 0x20, 'pin-tries-exceeded', 'PIN try limit exceeded'],
  [3, 0x10, 'pin-pad-missing', 'PIN required, PIN pad not present or not working'],
  [3, 0x08, 'pin-not-entered', 'PIN required, PIN pad present, PIN not entered'],
  [3, 0x04, 'online-cvm-captured', 'Online CVM captured'],
  [3, 0x02, 'biometric-capture-failed', 'Biometric required, capture device not working'],
  [3, 0x01, 'biometric-bypassed', 'Biometric required, capture bypassed'],
  [4, 0x80, 'floor-limit', 'Transaction exceeds floor limit'],
  [4, 0x40, 'lower-offline-limit', 'Lower consecutive offline limit exceeded'],
  [4, 0x20, 'upper-offline-limit', 'Upper consecutive offline limit exceeded'],
  [4, 0x10, 'random-online', 'Transaction selected randomly for online processing'],
  [4, 0x08, 'merchant-forced-online', 'Merchant forced transaction online'],
  [4, 0x04, 'biometric-tries-exceeded', 'Biometric try limit exceeded'],
  [4, 0x02, 'biometric-type-unsupported', 'A selected biometric type not supported'],
  [4, 0x01, 'xda-failed', 'XDA signature verification failed'],
  [5, 0x80, 'default-tdol', 'Default TDOL used'],
  [5, 0x40, 'issuer-authentication-failed', 'Issuer authentication failed'],
  [5, 0x20, 'script-failed-before-final-ac', 'Script failed before final GENERATE AC'],
  [5, 0x10, 'script-failed-after-final-ac', 'Script failed after final GENERATE AC'],
  [5, 0x04, 'ecc-ca-key-missing', 'CA ECC key missing'],
  [5, 0x02, 'ecc-key-recovery-failed', 'ECC key recovery failed'],
];

/** Transaction Status Information (9B): Book 3 table 47. */
const tsi: readonly BitRow[] = [
  [1, 0x80, 'oda', 'Offline data authentication was performed'],
  [1, 0x40, 'cardholder-verification', 'Cardholder verification was performed'],
  [1, 0x20, 'card-risk-management', 'Card risk management was performed'],
  [1, 0x10, 'issuer-authentication', 'Issuer authentication was performed'],
  [1, 0x08, 'terminal-risk-management', 'Terminal risk management was performed'],
  [1, 0x04, 'script-processing', 'Script processing was performed'],
];

/** Terminal Capabilities (9F33): Book 4 tables 25 to 27. */
const terminalCapabilities: readonly BitRow[] = [
  [1, 0x80, 'manual-entry', 'Manual key entry'],
  [1, 0x40, 'magstripe', 'Magnetic stripe'],
  [1, 0x20, 'contact-chip', 'IC with contacts'],
  [2, 0x80, 'plaintext-pin-offline', 'Plaintext PIN for ICC verification'],
  [2, 0x40, 'enciphered-pin-online', 'Enciphered PIN for online verification'],
  [2, 0x20, 'signature', 'Signature'],
  [2, 0x10, 'enciphered-pin-offline', 'Enciphered PIN for offline verification (RSA)'],
  [2, 0x08, 'no-cvm', 'No CVM required'],
  [2, 0x04, 'biometric-online', 'Online biometric'],
  [2, 0x02, 'biometric-offline', 'Offline biometric'],
  [2, 0x01, 'enciphered-pin-offline-ecc', 'Enciphered PIN for offline verification (ECC)'],
  [3, 0x80, 'sda', 'SDA'],
  [3, 0x40, 'dda', 'DDA'],
  [3, 0x20, 'card-capture', 'Card capture'],
  [3, 0x08, 'cda', 'CDA'],
  [3, 0x04, 'xda', 'XDA'],
];

/** Additional Terminal Capabilities (9F40): Book 4 tables 28 to 32. */
const additionalCapabilities: readonly BitRow[] = [
  [1, 0x80, 'cash', 'Cash'],
  [1, 0x40, 'goods', 'Goods'],
  [1, 0x20, 'services', 'Services'],
  [1, 0x10, 'cashback', 'Cashback'],
  [1, 0x08, 'inquiry', 'Inquiry'],
  [1, 0x04, 'transfer', 'Transfer'],
  [1, 0x02, 'payment', 'Payment'],
  [1, 0x01, 'administrative', 'Administrative'],
  [2, 0x80, 'cash-deposit', 'Cash deposit'],
  [3, 0x80, 'numeric-keys', 'Numeric keys'],
  [3, 0x40, 'alpha-keys', 'Alphabetic and special character keys'],
  [3, 0x20, 'command-keys', 'Command keys'],
  [3, 0x10, 'function-keys', 'Function keys'],
  [4, 0x80, 'print-attendant', 'Print, attendant'],
  [4, 0x40, 'print-cardholder', 'Print, cardholder'],
  [4, 0x20, 'display-attendant', 'Display, attendant'],
  [4, 0x10, 'display-cardholder', 'Display, cardholder'],
  [4, 0x02, 'code-table-10', 'Code table 10'],
  [4, 0x01, 'code-table-9', 'Code table 9'],
  [5, 0x80, 'code-table-8', 'Code table 8'],
  [5, 0x40, 'code-table-7', 'Code table 7'],
  [5, 0x20, 'code-table-6', 'Code table 6'],
  [5, 0x10, 'code-table-5', 'Code table 5'],
  [5, 0x08, 'code-table-4', 'Code table 4'],
  [5, 0x04, 'code-table-3', 'Code table 3'],
  [5, 0x02, 'code-table-2', 'Code table 2'],
  [5, 0x01, 'code-table-1', 'Code table 1'],
];

/** Bits of one byte of the terminal capabilities, for kernels that hold the bytes one by one. */
function capabilityByte(byte: number): BitTable {
  const bits = terminalCapabilities.filter((row) => row[0] === byte);
  return { lengthBytes: 1, bits: bits.map(([, mask, name, text]) => [1, mask, name, text]) };
}

/** Kernel Configuration (DF811B): Book C-2 annex A. */
const kernelConfiguration: readonly BitRow[] = [
  [1, 0x80, 'no-magstripe-mode', 'Mag-stripe mode contactless not supported'],
  [1, 0x40, 'no-emv-mode', 'EMV mode contactless not supported'],
  [1, 0x20, 'on-device-cvm', 'On-device cardholder verification supported'],
  [1, 0x10, 'relay-resistance', 'Relay resistance protocol supported'],
  [1, 0x04, 'read-all-records', 'Read all records even when no CDA'],
];

/** Terminal Transaction Qualifiers (9F66): Book A table 5-4. */
const ttq: readonly BitRow[] = [
  [1, 0x80, 'magstripe-mode', 'Mag-stripe mode supported'],
  [1, 0x20, 'emv-mode', 'EMV mode supported'],
  [1, 0x10, 'emv-contact', 'EMV contact chip supported'],
  [1, 0x08, 'offline-only', 'Offline-only reader'],
  [1, 0x04, 'online-pin', 'Online PIN supported'],
  [1, 0x02, 'signature', 'Signature supported'],
  [1, 0x01, 'oda-for-online', 'Offline data authentication for online authorisations supported'],
  [2, 0x80, 'online-cryptogram-required', 'Online cryptogram required'],
  [2, 0x40, 'cvm-required', 'CVM required'],
  [2, 0x20, 'offline-pin', '(Contact chip) offline PIN supported'],
  [3, 0x80, 'issuer-update', 'Issuer update processing supported'],
  [3, 0x40, 'cdcvm', 'Consumer device CVM supported'],
  [4, 0x80, 'fdda-v1', 'fDDA version 1.0 supported'],
];

/** Card Transaction Qualifiers (9F6C): Book C-3 annex A, Book C-7 annex A. */
const ctq: readonly BitRow[] = [
  [1, 0x80, 'online-pin-required', 'Online PIN required'],
  [1, 0x40, 'signature-required', 'Signature required'],
  [1, 0x20, 'online-if-oda-failed', 'Go online if ODA fails and reader is online capable'],
  [1, 0x10, 'switch-interface-if-oda-failed', 'Switch interface if ODA fails'],
  [1, 0x08, 'online-if-expired', 'Go online if application expired'],
  [1, 0x04, 'switch-interface-if-cash', 'Switch interface for cash'],
  [1, 0x02, 'switch-interface-if-cashback', 'Switch interface for cashback'],
  [1, 0x01, 'no-contactless-atm', 'Not valid for contactless ATM transactions'],
  [2, 0x80, 'cdcvm-performed', 'Consumer device CVM performed'],
  [2, 0x40, 'issuer-update', 'Card supports issuer update processing at the POS'],
];

/** Terminal Risk Management Data (9F1D): Book C-2 annex A, Book C-8 annex A. */
const riskManagementData: readonly BitRow[] = [
  [1, 0x80, 'restart', 'Restart supported'],
  [1, 0x40, 'contactless-enciphered-pin-online', 'Contactless: enciphered PIN verified online'],
  [1, 0x20, 'contactless-signature', 'Contactless: signature'],
  [1, 0x10, 'contactless-enciphered-pin-offline', 'Contactless: enciphered PIN verified by ICC'],
  [1, 0x08, 'contactless-no-cvm', 'Contactless: no CVM required'],
  [1, 0x04, 'contactless-cdcvm', 'Contactless: consumer device CVM'],
  [1, 0x02, 'contactless-plaintext-pin-offline', 'Contactless: plaintext PIN verified by ICC'],
  [1, 0x01, 'present-and-hold', 'Present and hold supported'],
  [2, 0x80, 'cvm-limit-exceeded', 'CVM limit exceeded'],
  [2, 0x40, 'contact-enciphered-pin-online', 'Contact: enciphered PIN verified online'],
  [2, 0x20, 'contact-signature', 'Contact: signature'],
  [2, 0x10, 'contact-enciphered-pin-offline', 'Contact: enciphered PIN verified by ICC'],
  [2, 0x08, 'contact-no-cvm', 'Contact: no CVM required'],
  [2, 0x04, 'contact-cdcvm', 'Contact: consumer device CVM'],
  [2, 0x02, 'contact-plaintext-pin-offline', 'Contact: plaintext PIN verified by ICC'],
  [3, 0x80, 'no-contactless-magstripe', 'Mag-stripe mode contactless not supported'],
  [3, 0x40, 'no-contactless-emv', 'EMV mode contactless not supported'],
  [3, 0x20, 'cdcvm-without-cda', 'Consumer device CVM without CDA supported'],
  [4, 0x80, 'cdcvm-bypass', 'Consumer device CVM bypass requested'],
  [4, 0x40, 'sca-exempt', 'Strong customer authentication exempt'],
];

/** Card Status Update (last bytes of 91 in method 2): Book 3 table CCD 11. */
export const csuBits: readonly BitRow[] = [
  [1, 0x80, 'proprietary-data-included', 'Proprietary authentication data included'],
  [2, 0x80, 'issuer-approves', 'Issuer approves online transaction'],
  [2, 0x40, 'card-block', 'Card block'],
  [2, 0x20, 'application-block', 'Application block'],
  [2, 0x10, 'update-pin-try-counter', 'Update PIN try counter'],
  [2, 0x08, 'go-online-next', 'Set go online on next transaction'],
  [2, 0x04, 'csu-by-proxy', 'CSU created by proxy for the issuer'],
];

/** Form Factor Indicator byte 2 (9F6E of Visa): Book C-3 annex A. */
export const formFactorFeatures: readonly BitRow[] = [
  [2, 0x80, 'passcode', 'Passcode capable'],
  [2, 0x40, 'signature', 'Signature panel'],
  [2, 0x20, 'hologram', 'Hologram'],
  [2, 0x10, 'cvv2', 'CVV2'],
  [2, 0x08, 'two-way-messaging', 'Two-way messaging'],
  [2, 0x04, 'cloud-credentials', 'Cloud-based payment credentials'],
  [2, 0x02, 'biometric', 'Biometric cardholder verification capable'],
];

/** Prompts that a fleet card asks for (byte 4 of the product extension in 9F6E of Mastercard). */
export const fleetPrompts: readonly BitRow[] = [
  [4, 0x08, 'odometer', 'Prompt for odometer'],
  [4, 0x04, 'driver-number', 'Prompt for driver number'],
  [4, 0x02, 'vehicle-number', 'Prompt for vehicle number'],
  [4, 0x01, 'id-number', 'Prompt for ID number'],
];

/** Enhanced Contactless Reader Capabilities (9F6E of American Express): Book C-4 table 4-4. */
export const amexReaderBits: readonly BitRow[] = [
  [1, 0x80, 'contact', 'Contact mode supported'],
  [1, 0x40, 'magstripe-mode', 'Contactless mag-stripe mode supported'],
  [1, 0x20, 'full-online', 'Contactless EMV full online mode supported (legacy)'],
  [1, 0x10, 'partial-online', 'Contactless EMV partial online mode supported'],
  [1, 0x08, 'mobile', 'Contactless mobile supported'],
  [1, 0x04, 'try-another-interface', 'Try another interface after a decline'],
  [2, 0x80, 'mobile-cvm', 'Mobile CVM supported'],
  [2, 0x40, 'online-pin', 'Online PIN supported'],
  [2, 0x20, 'signature', 'Signature supported'],
  [2, 0x10, 'plaintext-pin-offline', 'Plaintext offline PIN supported'],
  [3, 0x80, 'offline-only', 'Reader is offline only'],
  [3, 0x40, 'cvm-required', 'CVM required'],
  [4, 0x80, 'exempt-from-no-cvm', 'Terminal exempt from no-CVM checks'],
  [4, 0x40, 'delayed-authorisation', 'Delayed authorisation terminal'],
  [4, 0x20, 'transit', 'Transit terminal'],
];

/** A bit string: how long it may be, and its bits in order. */
export interface BitTable {
  readonly lengthBytes: number;
  readonly bits: readonly BitRow[];
}

/** Bit strings by tag. */
export const bitTables: ReadonlyMap<number, BitTable> = new Map([
  [0x82, { lengthBytes: 2, bits: aip }],
  [0x9f07, { lengthBytes: 2, bits: auc }],
  [0x95, { lengthBytes: 5, bits: tvr }],
  [0x9b, { lengthBytes: 2, bits: tsi }],
  [0x9f33, { lengthBytes: 3, bits: terminalCapabilities }],
  [0x9f40, { lengthBytes: 5, bits: additionalCapabilities }],
  [0x9f66, { lengthBytes: 4, bits: ttq }],
  [0x9f6c, { lengthBytes: 2, bits: ctq }],
  [0x9f1d, { lengthBytes: 8, bits: riskManagementData }],
  [0xdf811b, { lengthBytes: 1, bits: kernelConfiguration }],
  [0xdf8117, capabilityByte(1)],
  [0xdf8118, capabilityByte(2)],
  [0xdf8119, capabilityByte(2)],
  [0xdf811f, capabilityByte(3)],
  [0x9f8206, capabilityByte(1)],
  [0x9f8207, capabilityByte(2)],
  [0x9f8208, capabilityByte(2)],
  [0x9f820a, capabilityByte(3)],
]);
