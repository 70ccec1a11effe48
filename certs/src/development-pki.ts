// Makes the whole development PKI and writes it to a folder that is never committed.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AlternativeName,
  type Identity,
  createAuthority,
  createRoot,
  createServer,
} from './authority.ts';
import { EnrolmentCodes, createSigningRequest, enrolTerminal } from './enrolment.ts';
import { createPkcs12 } from './pkcs12.ts';
import { createRevocationList } from './revocation.ts';

/** A terminal of the development PKI. */
export interface TerminalIdentity extends Identity {
  readonly terminalId: string;
  readonly pkcs12: Uint8Array;
}

/** Everything the sandbox needs for mutual TLS. */
export interface DevelopmentPki {
  readonly root: Identity;
  readonly acquirer: Identity;
  readonly server: Identity;
  readonly terminals: readonly TerminalIdentity[];
  /** Revocation list of the acquirer, no certificate on it yet. */
  readonly revocationListPem: string;
  /** Password of the terminals' PKCS#12 containers, made anew each time. */
  readonly pkcs12Password: string;
}

const localNames: readonly AlternativeName[] = [
  { kind: 'dns', value: 'localhost' },
  { kind: 'ip', value: '127.0.0.1' },
];

/**
 * Makes root, acquirer, server and terminal certificates; terminals go through enrolment.
 *
 * @throws Error for a terminal id that is no id
 * @example createDevelopmentPki({ terminalIds: ['TERM0001'], now: new Date() })
 */
export function createDevelopmentPki(options: {
  readonly terminalIds: readonly string[];
  readonly now: Date;
}): DevelopmentPki {
  const { now } = options;
  // A day back, so that a clock that is a little behind accepts them.
  const validFrom = new Date(now.getTime() - 86_400_000);
  const root = createRoot({ commonName: 'Chipswitch test root', validFrom, validDays: 3650 });
  const acquirer = createAuthority(root, {
    commonName: 'Chipswitch test acquirer',
    validFrom,
    validDays: 1825,
  });
  const server = createServer(
    acquirer,
    { commonName: 'localhost', validFrom, validDays: 397 },
    localNames,
  );
  const codes = new EnrolmentCodes({ now: () => now.getTime() });
  const pkcs12Password = randomBytes(12).toString('base64url');
  const chain = [acquirer.certificatePem, root.certificatePem];
  const terminals = options.terminalIds.map((terminalId): TerminalIdentity => {
    const enrolmentCode = codes.issue(terminalId);
    const { requestPem, keyPem } = createSigningRequest({ terminalId, enrolmentCode });
    const enrolled = enrolTerminal({ authority: acquirer, codes, requestPem, now: validFrom });
    if (!enrolled.ok) throw new Error(`enrolment of ${terminalId}: ${enrolled.error.code}`);
    const identity = { keyPem, certificatePem: enrolled.certificatePem };
    const container = { identity, chain, password: pkcs12Password, friendlyName: terminalId };
    return { ...identity, terminalId, pkcs12: createPkcs12(container) };
  });
  const revocationListPem = createRevocationList({
    authority: acquirer,
    revoked: [],
    number: 1,
    issuedAt: validFrom,
    nextUpdate: new Date(now.getTime() + 30 * 86_400_000),
  });
  return { root, acquirer, server, terminals, revocationListPem, pkcs12Password };
}

/** Writes a PKI into a folder; keys are readable by their owner only. Returns the files' names. */
export function writeDevelopmentPki(pki: DevelopmentPki, directory: string): readonly string[] {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const written: string[] = [];
  const write = (name: string, content: string | Uint8Array): void => {
    const path = join(directory, name);
    writeFileSync(path, content, { mode: 0o600 });
    // The mode above holds for new files only.
    chmodSync(path, 0o600);
    written.push(name);
  };
  for (const [name, { certificatePem, keyPem }] of [
    ['root', pki.root],
    ['acquirer', pki.acquirer],
    ['server', pki.server],
    ...pki.terminals.map((terminal) => [`terminal-${terminal.terminalId}`, terminal] as const),
  ] as const) {
    write(`${name}.crt.pem`, certificatePem);
    write(`${name}.key.pem`, keyPem);
  }
  for (const { terminalId, pkcs12 } of pki.terminals) write(`terminal-${terminalId}.p12`, pkcs12);
  write('acquirer.crl.pem', pki.revocationListPem);
  write('chain.pem', pki.acquirer.certificatePem + pki.root.certificatePem);
  write('pkcs12-password.txt', `${pki.pkcs12Password}\n`);
  return written;
}
