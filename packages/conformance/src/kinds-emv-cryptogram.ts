// Cryptogram vectors: keys, cryptograms, issuer answers, scripts, kernel 8, captured exchanges.
import { fromAscii, fromHex, toHex } from '@chipswitch/bytes';
import {
  type CaKey,
  type TranscriptCryptogram,
  arqcRequestOf,
  blindPublicKey,
  channelCrypt,
  channelKeys,
  edaMac,
  iadMac,
  publicKeyX,
  readTranscript,
  sharedSecret,
  verifyEcSdsa,
} from '@chipswitch/emv';
import {
  AesCipher,
  type BlockCipher,
  type ClearPin,
  TdesCipher,
  aesSessionKey,
  arpcMethod1,
  arpcMethod2,
  atcDiversifier,
  clearPinFromText,
  cmac,
  commonSessionKey,
  cryptogramVersion,
  cryptogramVersions,
  cvc3,
  cvc3InitialVector,
  deriveCardKey,
  deriveDynamicCodeKey,
  emv2000SessionKey,
  isoPinChangeBlock,
  mastercardSessionKey,
  pinChangeCommand,
  referenceKcv,
  retailMac,
  scriptEncrypt,
  scriptMac,
  unionPaySessionKey,
  visaPinChangeBlock,
  visaSecureMessagingKey,
} from '@chipswitch/cryptography';
import { createSoftModule } from '@chipswitch/security-module';
import {
  type Fields,
  bytesAt,
  bytesIfAny,
  comparing,
  numberAt,
  objectAt,
  textAt,
} from './emv-input.ts';
import type { Kinds } from './runner.ts';

type Option = 'A' | 'B' | 'C';

const optionAt = (input: Fields): Option => {
  const option = input['option'] ?? 'A';
  if (option !== 'A' && option !== 'B' && option !== 'C') throw new Error('no such option');
  return option;
};

const psnAt = (input: Fields): string => (typeof input['psn'] === 'string' ? input['psn'] : '00');

/** The card's key out of the issuer's; `keyName` is the property that holds the issuer's. */
function cardKeyOf(input: Fields, keyName = 'imk'): Uint8Array {
  const option = optionAt(input);
  const imk = bytesAt(input, keyName);
  const cipher: BlockCipher = option === 'C' ? new AesCipher(imk) : new TdesCipher(imk);
  return deriveCardKey(cipher, option, textAt(input, 'pan'), psnAt(input), imk.length);
}

/** A session key out of a card's key by one of the methods of the notation. */
function sessionKeyOf(cardKey: Uint8Array, method: unknown, input: Fields): Uint8Array {
  const atc = bytesIfAny(input, 'atc') ?? new Uint8Array(2);
  switch (method) {
    case undefined:
    case 'none':
      return cardKey;
    case 'csk':
      return commonSessionKey(cardKey, bytesIfAny(input, 'diversifier') ?? atcDiversifier(atc));
    case 'mc-skd':
      return mastercardSessionKey(cardKey, atc, bytesAt(input, 'un'));
    case 'visa-sm':
      return visaSecureMessagingKey(cardKey, atc);
    case 'emv2000-tree':
      return emv2000SessionKey(cardKey, atc, {
        height: numberAt(input, 'height'),
        branch: numberAt(input, 'branch'),
        iv: bytesAt(input, 'iv'),
      });
    case 'aes-csk':
      return aesSessionKey(cardKey, bytesIfAny(input, 'diversifier') ?? atcDiversifier(atc, 16));
    case 'unionpay':
      return unionPaySessionKey(cardKey, atc);
    default:
      throw new Error(`no session key method "${String(method)}"`);
  }
}

function keyShown(key: Uint8Array, aes: boolean): unknown {
  const algorithm = aes ? 'AES128' : key.length === 24 ? '3TDEA' : '2TDEA';
  return { key, kcv: referenceKcv(algorithm, key) };
}

const udk = (input: Fields): unknown => keyShown(cardKeyOf(input), optionAt(input) === 'C');

const sessionKey = (input: Fields): unknown =>
  keyShown(
    sessionKeyOf(bytesAt(input, 'masterKey'), input['method'], input),
    input['method'] === 'aes-csk',
  );

const paddingAt = (input: Fields): 1 | 2 => (input['padding'] === 1 ? 1 : 2);

function ac(input: Fields): unknown {
  const key = sessionKeyOf(cardKeyOf(input), input['sessionKey'], input);
  return { ac: retailMac(new TdesCipher(key), bytesAt(input, 'data'), paddingAt(input)) };
}

function acAes(input: Fields): unknown {
  const key = sessionKeyOf(cardKeyOf(input), 'aes-csk', input);
  return { ac: cmac(new AesCipher(key), bytesAt(input, 'data')).slice(0, 8) };
}

function arpc(input: Fields): unknown {
  const key = sessionKeyOf(cardKeyOf(input), input['key'], input);
  const { encryption } = new TdesCipher(key);
  const cryptogram = bytesAt(input, 'ac');
  if (input['method'] === 1) {
    return { arpc: arpcMethod1(encryption, cryptogram, bytesAt(input, 'arc')) };
  }
  const name = Object.keys(input).find((one) => one.startsWith('prop'));
  const proprietary = name === undefined ? undefined : bytesIfAny(input, name);
  return { arpc: arpcMethod2(encryption, cryptogram, bytesAt(input, 'csu'), proprietary) };
}

function messageMac(input: Fields): unknown {
  const key = sessionKeyOf(cardKeyOf(input), input['sessionKey'], input);
  return { mac: scriptMac(key, bytesAt(input, 'message')) };
}

function messageEncrypt(input: Fields): unknown {
  const key = sessionKeyOf(cardKeyOf(input), input['sessionKey'], input);
  const { method } = input;
  if (method !== 'mastercard' && method !== 'visa' && method !== 'emv') {
    throw new Error(`no such method "${String(method)}"`);
  }
  return { hex: scriptEncrypt(key, method, bytesAt(input, 'data')) };
}

function pinAt(input: Fields, name: string): ClearPin {
  const pin = clearPinFromText(textAt(input, name));
  if (pin === undefined) throw new Error(`"${name}" is no PIN`);
  return pin;
}

const currentPinOf = (input: Fields): ClearPin | undefined =>
  typeof input['currentPin'] === 'string' ? pinAt(input, 'currentPin') : undefined;

function scriptPinBlock(input: Fields): unknown {
  const pin = pinAt(input, 'pin');
  if (input['format'] === 'iso-2') return { block: isoPinChangeBlock(pin) };
  return { block: visaPinChangeBlock(bytesAt(input, 'cardKey'), pin, currentPinOf(input)) };
}

function pinChange(input: Fields): unknown {
  const scheme = textAt(input, 'scheme');
  // A scheme with one version may go by its own name.
  const row =
    cryptogramVersion(scheme) ?? cryptogramVersions.find(({ id }) => id.startsWith(`${scheme}-`));
  if (row?.script === undefined) throw new Error('no such scheme');
  const chosen = { option: row.option, ...input };
  const currentPin = currentPinOf(input);
  const command = pinChangeCommand({
    script: row.script,
    cardKeyAc: cardKeyOf(chosen, 'imkAc'),
    cardKeyMac: cardKeyOf(chosen, 'imkMac'),
    cardKeyEncryption: cardKeyOf(chosen, 'imkEnc'),
    atc: bytesAt(input, 'atc'),
    cryptogram: bytesAt(input, 'ac'),
    newPin: pinAt(input, 'pin'),
    ...(currentPin === undefined ? {} : { currentPin }),
  });
  return { command };
}

const mac = (input: Fields): unknown => ({
  mac: retailMac(new TdesCipher(bytesAt(input, 'key')), bytesAt(input, 'data'), paddingAt(input)),
});

/** Track data: hex as on the chip, or track 1 as the text it is. */
function trackAt(input: Fields): Uint8Array {
  const track = textAt(input, 'track');
  return /^(?:[0-9A-Fa-f]{2})*$/.test(track) ? fromHex(track) : fromAscii(track);
}

function dynamicCode(input: Fields): unknown {
  const option = optionAt(input) === 'B' ? 'B' : 'A';
  const imk = new TdesCipher(bytesAt(input, 'imk'));
  const key = deriveDynamicCodeKey(imk, option, textAt(input, 'pan'), psnAt(input));
  const iv = bytesIfAny(input, 'iv') ?? cvc3InitialVector(key, trackAt(input));
  return { iv, value: cvc3(key, iv, bytesAt(input, 'un'), bytesAt(input, 'atc')) };
}

function ecsdsa(input: Fields): unknown {
  const curve = input['curve'] === 'P-521' ? 'P-521' : 'P-256';
  const hash = input['hash'] === 'SHA-512' ? 'SHA-512' : 'SHA-256';
  const valid = verifyEcSdsa({
    curve,
    hash,
    publicKeyX: bytesAt(input, 'publicKeyX'),
    message: bytesAt(input, 'message'),
    signature: bytesAt(input, 'signature'),
  });
  return { valid };
}

function blindedDh(input: Fields): unknown {
  const kernelPrivate = bytesAt(input, 'kernelPrivate');
  const cardPublicX = publicKeyX(bytesAt(input, 'cardPrivate'));
  const blindedPublicX = blindPublicKey(cardPublicX, bytesAt(input, 'blinding'));
  if (blindedPublicX === undefined) return { error: 'point' };
  const secret = sharedSecret(kernelPrivate, blindedPublicX);
  if (secret === undefined) return { error: 'point' };
  const kernelPublicX = publicKeyX(kernelPrivate);
  return {
    cardPublicX,
    kernelPublicX,
    blindedPublicX,
    sharedSecret: secret,
    ...channelKeys(secret),
  };
}

const cryptChannel = (input: Fields): unknown => {
  const counter = Number.parseInt(textAt(input, 'counter'), 16);
  return { hex: channelCrypt(bytesAt(input, 'key'), counter, bytesAt(input, 'data')) };
};

function channelMacs(input: Fields): unknown {
  const key = bytesAt(input, 'key');
  const inner = iadMac(key, bytesAt(input, 'input'));
  return { iadMac: inner, edaMac: edaMac(key, bytesAt(input, 'ac'), inner) };
}

function caKeyAt(input: Fields): CaKey[] {
  const ca = objectAt(input, 'ca');
  if (typeof ca['modulus'] !== 'string') return [];
  return [
    {
      rid: bytesAt(ca, 'rid'),
      index: Number.parseInt(textAt(ca, 'index'), 16),
      modulus: bytesAt(ca, 'modulus'),
      exponent: bytesAt(ca, 'exponent'),
    },
  ];
}

/** Whether the issuer's key gives the cryptogram of the exchange. */
function holds(imk: Uint8Array, pan: string, cryptogram: TranscriptCryptogram): boolean {
  const request = arqcRequestOf(cryptogram.tags, { pan });
  if (!request.ok) return false;
  const module = createSoftModule({ allowClearKeysInProcess: true });
  const key = module.loadClearKey({ id: 'imk', usage: 'E0', algorithm: '2TDEA', bytes: imk });
  const answer = module.verifyArqc({ key, ...request.input, arqc: cryptogram.ac });
  return 'ok' in answer && answer.ok;
}

function transcript(input: Fields): unknown {
  const apdus = (input['apdus'] ?? []) as readonly (readonly [string, string])[];
  const read = readTranscript(apdus, caKeyAt(input));
  const imk = typeof input['imk'] === 'string' ? fromHex(input['imk']) : undefined;
  const cryptograms = read.cryptograms.map((one) => ({
    type: one.type,
    ac: toHex(one.ac),
    ...(imk === undefined ? {} : { ok: holds(imk, read.pan ?? '', one) }),
  }));
  const { pan, psn, aip, afl, oda } = read;
  return { pan, psn, aip, afl, oda, cryptograms };
}

/** Checks by kind. */
export const emvCryptogramKinds: Kinds = {
  udk: comparing(udk),
  'session-key': comparing(sessionKey),
  ac: comparing(ac),
  'ac-aes': comparing(acAes),
  arpc: comparing(arpc),
  'script-mac': comparing(messageMac),
  'script-encrypt': comparing(messageEncrypt),
  'script-pin-block': comparing(scriptPinBlock),
  'pin-change': comparing(pinChange),
  mac: comparing(mac),
  cvc3: comparing(dynamicCode),
  ecsdsa: comparing(ecsdsa),
  'blinded-dh': comparing(blindedDh),
  'channel-crypt': comparing(cryptChannel),
  'channel-macs': comparing(channelMacs),
  transcript: comparing(transcript),
};
