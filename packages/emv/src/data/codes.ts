// Small code tables: transaction types, POS entry modes, terminal
// types, account types, kernel identifiers, registered proprietary data, device types.

/** A name for programs, one for people, one in Chinese. */
export type CodeRow = readonly [name: string, text: string, zh: string];

/** Transaction types (9C): ISO 8583 processing code, positions 1 and 2. */
export const transactionTypes: Readonly<Record<string, CodeRow>> = {
  '00': ['goods-and-services', 'Goods and services', '消费'],
  '01': ['cash', 'Cash withdrawal', '取现'],
  '02': ['adjustment-debit', 'Debit adjustment', '借记调整'],
  '09': ['cashback', 'Purchase with cashback', '消费返现'],
  '10': ['account-funding', 'Account funding', '账户充值'],
  '17': ['cash-disbursement', 'Cash disbursement', '柜面取现'],
  '20': ['refund', 'Refund', '退货'],
  '21': ['deposit', 'Deposit', '存款'],
  '22': ['adjustment-credit', 'Credit adjustment', '贷记调整'],
  '26': ['original-credit', 'Original credit', '原始贷记'],
  '28': ['payment-credit', 'Payment or prepaid load', '圈存充值'],
  '30': ['available-funds-inquiry', 'Available funds inquiry', '可用余额查询'],
  '31': ['balance-inquiry', 'Balance inquiry', '余额查询'],
  '33': ['account-verification', 'Account verification', '账户验证'],
  '40': ['transfer', 'Cardholder account transfer', '转账'],
  '50': ['bill-payment', 'Bill payment', '缴费'],
  '60': ['load', 'Load', '圈存'],
  '63': ['load-unlinked', 'Load from an unlinked account', '非指定账户圈存'],
  '78': ['pin-unblock', 'PIN unblock', '密码解锁'],
  '79': ['pin-change', 'PIN change', '改密'],
  '92': ['pin-change-acquirer', 'PIN change', '修改密码'],
};

/** POS entry modes (9F39): ISO 8583 DE 22, positions 1 and 2. */
export const posEntryModes: Readonly<Record<string, CodeRow>> = {
  '00': ['unknown', 'Unknown', '未指明'],
  '01': ['manual', 'Manual PAN entry', '手工输入'],
  '02': ['magstripe', 'Magnetic stripe', '磁条'],
  '03': ['barcode', 'Bar code or QR code', '条码或二维码'],
  '04': ['ocr', 'Optical character reader', '光学识别'],
  '05': ['chip', 'Integrated circuit card', '芯片'],
  '06': ['track-1', 'Track 1 read', '第一磁道'],
  '07': ['contactless-chip', 'Contactless, chip rules', '非接触芯片'],
  '10': ['credential-on-file', 'Credential on file', '留存凭证'],
  '79': ['hybrid-offline', 'Manual entry after chip failure', '芯片失败后手工输入'],
  '80': ['fallback-magstripe', 'Chip fallback to magnetic stripe', '芯片降级磁条'],
  '81': ['e-commerce', 'E-commerce', '电子商务'],
  '82': ['server', 'Server initiated', '服务端发起'],
  '90': ['magstripe-full', 'Magnetic stripe, whole track read unaltered', '磁条（完整磁道）'],
  '91': ['contactless-magstripe', 'Contactless, magnetic stripe rules', '非接触磁条'],
  '95': [
    'chip-unreliable',
    'Integrated circuit card, CVV may not be checked',
    '芯片（CVV 不可靠）',
  ],
  '96': ['stored-value', 'Stored value', '储值'],
  '98': ['contactless-chip-scheme', 'Contactless chip (scheme use)', '非接触芯片（机构自定义）'],
  '99': ['as-original', 'Same as original transaction', '与原交易相同'],
};

/** Account types (5F57): Book 3 table 56. */
export const accountTypes: Readonly<Record<string, CodeRow>> = {
  '00': ['default', 'Default', '缺省'],
  '10': ['savings', 'Savings', '储蓄账户'],
  '20': ['cheque-or-debit', 'Cheque or debit', '支票或借记账户'],
  '30': ['credit', 'Credit', '信用账户'],
  '40': ['universal', 'Universal', '通用账户'],
  '50': ['investment', 'Investment', '投资账户'],
};

/** Kernel identifiers (9F2A, byte 1 bits 6-1): Book B table 3-5. */
export const kernelNames: Readonly<Record<number, string>> = {
  1: 'Kernel 1 (some JCB and Visa cards)',
  2: 'Kernel 2 (Mastercard)',
  3: 'Kernel 3 (Visa)',
  4: 'Kernel 4 (American Express)',
  5: 'Kernel 5 (JCB)',
  6: 'Kernel 6 (Discover)',
  7: 'Kernel 7 (UnionPay)',
  8: 'Kernel 8 (EMVCo)',
};

/** Who registered proprietary data in 9F0A, and the products of those that list them. */
export const registeredProprietaryData: Readonly<Record<string, string>> = {
  '0001': 'European Cards Stakeholders Group',
  '0002': 'Mastercard',
  '0003': 'Technical Cooperation ep2 Association',
  '0004': 'Visa',
};

/** Product types of the European Cards Stakeholders Group (identifier 0001). */
export const asrpdProducts: Readonly<Record<string, string>> = {
  '01': 'Debit',
  '02': 'Credit',
  '03': 'Commercial',
  '04': 'Pre-paid',
};

/** Form factors of 9F6E in Visa's meaning: byte 1, bits 5-1. */
export const formFactors: Readonly<Record<number, readonly [name: string, text: string]>> = {
  0: ['card', 'Card'],
  1: ['mini-card', 'Mini-card'],
  2: ['non-card', 'Non-card form factor'],
  3: ['consumer-mobile-phone', 'Consumer mobile phone'],
  4: ['wrist-worn-device', 'Wrist-worn device'],
};

/** Device types of 9F6E in Mastercard's meaning (Third Party Data). */
export const deviceTypes: Readonly<Record<string, string>> = {
  '00': 'Card',
  '01': 'Phone, removable secure element of the mobile network operator',
  '02': 'Key fob',
  '03': 'Watch',
  '04': 'Mobile tag',
  '05': 'Wristband',
  '06': 'Mobile phone case or sleeve',
  '07': 'Phone, fixed secure element',
  '08': 'Phone, removable secure element not of the operator',
  '09': 'Phone, memory card with secure element',
  '10': 'Tablet, removable secure element of the operator',
  '11': 'Tablet, fixed secure element',
  '12': 'Tablet, removable secure element not of the operator',
  '13': 'Tablet, memory card with secure element',
  '14': 'Mobile device with payment outside a secure element',
  '20': 'Card',
  '21': 'Phone',
  '22': 'Tablet or e-reader',
  '23': 'Watch or wristband',
  '24': 'Sticker',
  '25': 'PC or laptop',
  '26': 'Device peripheral',
  '27': 'Tag',
  '28': 'Jewellery',
  '29': 'Fashion accessory',
  '30': 'Garment',
  '31': 'Domestic appliance',
  '32': 'Vehicle',
  '33': 'Media or gaming device',
};

/** Product restriction of a fleet card (product extension of 9F6E, byte 3). */
export const fleetRestrictions: Readonly<Record<number, readonly [name: string, text: string]>> = {
  0: ['none', 'Not given'],
  1: ['fuel-and-other', 'Good for fuel and other products'],
  2: ['fuel-only', 'Good for fuel only'],
};

/** Whom a fleet card belongs to (product extension of 9F6E, byte 5). */
export const fleetCardTypes: Readonly<Record<number, readonly [name: string, text: string]>> = {
  0: ['none', 'Not given'],
  64: ['vehicle', 'Vehicle card'],
  128: ['driver', 'Driver card'],
};

/** Concessions of a transit card (product extension of 9F6E, byte 4). */
export const concessions: Readonly<Record<number, readonly [name: string, text: string]>> = {
  0: ['none', 'Not given'],
  1: ['senior', 'Senior citizen'],
  2: ['student', 'Student'],
  3: ['military', 'Active military and veterans'],
  4: ['low-income', 'Low income household'],
  5: ['disability', 'Disability'],
  6: ['child', 'Minor child'],
  7: ['transit-staff', 'Transit staff'],
  8: ['preferred-employee', 'City, government and preferred employees'],
};
