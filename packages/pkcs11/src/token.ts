// One session with one token through pkcs11js: keys by handle, sensitive, never read back.
import { createRequire } from 'node:module';
import { SecurityFault } from '@chipswitch/security-module';
import { CKF_OS_LOCKING_OK, CKF_RW_SESSION, CKF_SERIAL_SESSION, CKU_USER } from './constants.ts';

/** A handle of a slot, session or object, as pkcs11js gives it. */
export type Handle = Buffer;

/** An attribute of a template. */
export interface Attribute {
  readonly type: number;
  readonly value: number | boolean | string | Buffer;
}

/** A mechanism and its parameter. */
export interface Mechanism {
  readonly mechanism: number;
  readonly parameter?:
    | Buffer
    | null
    | { readonly type: number; readonly iv: Buffer; readonly data: Buffer };
}

/** What is used of pkcs11js; the package itself is an optional peer and loaded when a module starts. */
export interface Cryptoki {
  load(path: string): void;
  close(): void;
  C_Initialize(options?: { readonly flags: number }): void;
  C_Finalize(): void;
  C_GetSlotList(tokenPresent: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): {
    readonly label: string;
    readonly firmwareVersion: { readonly major: number; readonly minor: number };
  };
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_CloseSession(session: Handle): void;
  C_Login(session: Handle, userType: number, pin: string): void;
  C_Logout(session: Handle): void;
  C_GenerateRandom(session: Handle, buffer: Buffer): Buffer;
  C_CreateObject(session: Handle, template: readonly Attribute[]): Handle;
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void;
  C_FindObjects(session: Handle, countMax: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_DestroyObject(session: Handle, object: Handle): void;
  C_GenerateKey(session: Handle, mechanism: Mechanism, template: readonly Attribute[]): Handle;
  C_DeriveKey(
    session: Handle,
    mechanism: Mechanism,
    key: Handle,
    template: readonly Attribute[],
  ): Handle;
  C_WrapKey(
    session: Handle,
    mechanism: Mechanism,
    wrappingKey: Handle,
    key: Handle,
    output: Buffer,
  ): Buffer;
  C_UnwrapKey(
    session: Handle,
    mechanism: Mechanism,
    unwrappingKey: Handle,
    wrapped: Buffer,
    template: readonly Attribute[],
  ): Handle;
  C_EncryptInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_Encrypt(session: Handle, input: Buffer, output: Buffer): Buffer;
  C_DecryptInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_Decrypt(session: Handle, input: Buffer, output: Buffer): Buffer;
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_Sign(session: Handle, input: Buffer, output: Buffer): Buffer;
}

/** How to reach a token. */
export interface TokenSettings {
  /** Path of the PKCS #11 module (`module-path` of RFC 7512), e.g. `/usr/lib/softhsm/libsofthsm2.so`. */
  readonly modulePath: string;
  /** Label of the token. */
  readonly tokenLabel: string;
  /** User PIN of the token (not of a cardholder). */
  readonly userPin: string;
  /** pkcs11js, where it is installed elsewhere; loaded by name when left out. */
  readonly cryptoki?: { readonly PKCS11: new () => Cryptoki };
  /**
   * Address of a buffer's memory, e.g. koffi's `address`. pkcs11js cannot build the parameter of the
   * ECB derivation mechanisms (pointer and length) by itself; without this, operations that need
   * one (EMV, AES-256 derivation) are refused as `unsupported`.
   */
  readonly addressOf?: (memory: Buffer) => bigint;
}

function loadCryptoki(): { readonly PKCS11: new () => Cryptoki } {
  try {
    return createRequire(import.meta.url)('pkcs11js') as { PKCS11: new () => Cryptoki };
  } catch (error) {
    throw new SecurityFault(
      'configuration',
      `pkcs11js is not installed or not built (${error instanceof Error ? error.message.split('\n')[0] : 'unknown'})`,
    );
  }
}

/** A session with a logged-in user. Calls are synchronous: one at a time, in order. */
export class Token {
  readonly cryptoki: Cryptoki;
  readonly session: Handle;
  readonly label: string;
  readonly firmware: string;
  readonly #addressOf: TokenSettings['addressOf'];
  readonly #slot: Handle;
  // Operations run in a session of their own: one that fails half-way stays active there, and only
  // closing the session ends it. Keys belong to the first session and stay.
  #work: Handle;

  /** @throws SecurityFault `configuration` when library, token or PIN do not answer */
  constructor(settings: TokenSettings) {
    const { PKCS11 } = settings.cryptoki ?? loadCryptoki();
    this.cryptoki = new PKCS11();
    this.#addressOf = settings.addressOf;
    try {
      this.cryptoki.load(settings.modulePath);
      // Without OS locking, sessions used from several threads crash the process.
      this.cryptoki.C_Initialize({ flags: CKF_OS_LOCKING_OK });
      this.#slot = this.#slotOf(settings.tokenLabel);
      const info = this.cryptoki.C_GetTokenInfo(this.#slot);
      this.label = info.label.trim();
      this.firmware = `${info.firmwareVersion.major}.${info.firmwareVersion.minor}`;
      this.session = this.#openSession();
      this.#work = this.#openSession();
      this.cryptoki.C_Login(this.session, CKU_USER, settings.userPin);
    } catch (error) {
      if (error instanceof SecurityFault) throw error;
      const code = error instanceof Error ? error.message.split('\n')[0] : 'unknown';
      throw new SecurityFault('configuration', `the PKCS #11 token does not open: ${code}`);
    }
  }

  #slotOf(label: string): Handle {
    for (const slot of this.cryptoki.C_GetSlotList(true)) {
      if (this.cryptoki.C_GetTokenInfo(slot).label.trim() === label) return slot;
    }
    throw new SecurityFault('configuration', 'no token of that label');
  }

  /** Whether derivations with a parameter of pointer and length can be done. */
  get derivesFromMemory(): boolean {
    return this.#addressOf !== undefined;
  }

  #openSession(): Handle {
    return this.cryptoki.C_OpenSession(this.#slot, CKF_SERIAL_SESSION | CKF_RW_SESSION);
  }

  #operate(work: (session: Handle) => Buffer): Uint8Array {
    try {
      return new Uint8Array(work(this.#work));
    } catch (error) {
      this.cryptoki.C_CloseSession(this.#work);
      this.#work = this.#openSession();
      throw error;
    }
  }

  encrypt(mechanism: Mechanism, key: Handle, data: Uint8Array): Uint8Array {
    return this.#operate((session) => {
      this.cryptoki.C_EncryptInit(session, mechanism, key);
      return this.cryptoki.C_Encrypt(session, Buffer.from(data), Buffer.alloc(data.length + 16));
    });
  }

  decrypt(mechanism: Mechanism, key: Handle, data: Uint8Array): Uint8Array {
    return this.#operate((session) => {
      this.cryptoki.C_DecryptInit(session, mechanism, key);
      return this.cryptoki.C_Decrypt(session, Buffer.from(data), Buffer.alloc(data.length + 16));
    });
  }

  sign(mechanism: Mechanism, key: Handle, data: Uint8Array): Uint8Array {
    return this.#operate((session) => {
      this.cryptoki.C_SignInit(session, mechanism, key);
      return this.cryptoki.C_Sign(session, Buffer.from(data), Buffer.alloc(64));
    });
  }

  derive(mechanism: Mechanism, key: Handle, template: readonly Attribute[]): Handle {
    return this.cryptoki.C_DeriveKey(this.session, mechanism, key, template);
  }

  /** Derives with CKM_…_ECB_ENCRYPT_DATA: the enciphered data is the new key. */
  deriveFromMemory(
    mechanism: number,
    key: Handle,
    data: Uint8Array,
    template: readonly Attribute[],
  ): Handle {
    if (this.#addressOf === undefined) throw new SecurityFault('configuration', 'no addressOf');
    // A buffer of its own, so that its memory stays where the address says until the call is over.
    const memory = Buffer.alloc(data.length);
    memory.set(data);
    const parameter = Buffer.alloc(16);
    parameter.writeBigUInt64LE(this.#addressOf(memory), 0);
    parameter.writeBigUInt64LE(BigInt(memory.length), 8);
    const handle = this.derive({ mechanism, parameter }, key, template);
    memory.fill(0);
    return handle;
  }

  random(lengthBytes: number): Uint8Array {
    const buffer = Buffer.alloc(lengthBytes);
    return new Uint8Array(this.cryptoki.C_GenerateRandom(this.session, buffer));
  }

  /** Objects that fit a template, two at most: enough to tell one from several. */
  find(template: readonly Attribute[]): readonly Handle[] {
    this.cryptoki.C_FindObjectsInit(this.session, template);
    try {
      return this.cryptoki.C_FindObjects(this.session, 2);
    } finally {
      this.cryptoki.C_FindObjectsFinal(this.session);
    }
  }

  destroy(key: Handle): void {
    this.cryptoki.C_DestroyObject(this.session, key);
  }

  /** Runs work with session keys and destroys them, whatever happens. */
  withKeys<T>(make: (keep: (key: Handle) => Handle) => T): T {
    const made: Handle[] = [];
    try {
      return make((key) => {
        made.push(key);
        return key;
      });
    } finally {
      for (const key of made) this.destroy(key);
    }
  }

  close(): void {
    this.cryptoki.C_Logout(this.session);
    this.cryptoki.C_CloseSession(this.#work);
    this.cryptoki.C_CloseSession(this.session);
    this.cryptoki.C_Finalize();
    this.cryptoki.close();
  }
}
