// Numbers of PKCS #11 v2.40 (OASIS pkcs11t.h) that this backend uses, under their own names.

export const CKF_RW_SESSION = 0x02;
export const CKF_SERIAL_SESSION = 0x04;
export const CKF_OS_LOCKING_OK = 0x02;
export const CKU_USER = 1;

export const CKO_SECRET_KEY = 0x04;
export const CKK_GENERIC_SECRET = 0x10;
export const CKK_DES2 = 0x14;
export const CKK_DES3 = 0x15;
export const CKK_AES = 0x1f;

export const CKA_CLASS = 0x00;
export const CKA_TOKEN = 0x01;
export const CKA_PRIVATE = 0x02;
export const CKA_LABEL = 0x03;
export const CKA_VALUE = 0x11;
export const CKA_KEY_TYPE = 0x100;
export const CKA_SENSITIVE = 0x103;
export const CKA_ENCRYPT = 0x104;
export const CKA_DECRYPT = 0x105;
export const CKA_WRAP = 0x106;
export const CKA_UNWRAP = 0x107;
export const CKA_SIGN = 0x108;
export const CKA_DERIVE = 0x10c;
export const CKA_VALUE_LEN = 0x161;
export const CKA_EXTRACTABLE = 0x162;

export const CKM_DES2_KEY_GEN = 0x130;
export const CKM_DES3_KEY_GEN = 0x131;
export const CKM_DES3_ECB = 0x132;
export const CKM_DES3_CBC = 0x133;
export const CKM_DES3_CMAC = 0x138;
export const CKM_SHA256_HMAC = 0x251;
export const CKM_SHA384_HMAC = 0x261;
export const CKM_SHA512_HMAC = 0x271;
export const CKM_AES_KEY_GEN = 0x1080;
export const CKM_AES_ECB = 0x1081;
export const CKM_AES_CBC = 0x1082;
export const CKM_AES_CMAC = 0x108a;
export const CKM_DES3_ECB_ENCRYPT_DATA = 0x1102;
export const CKM_AES_CBC_ENCRYPT_DATA = 0x1105;
export const CKM_AES_KEY_WRAP = 0x2109;
