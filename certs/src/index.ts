// Test CA public keys and the development PKI, as functions for the script and the sandbox.
export {
  type AlternativeName,
  type CertificateTerms,
  type Identity,
  createAuthority,
  createRoot,
  createServer,
  generateKeyPem,
} from './authority.ts';
export {
  type DevelopmentPki,
  type TerminalIdentity,
  createDevelopmentPki,
  writeDevelopmentPki,
} from './development-pki.ts';
export { type EmvCaPublicKey, emvCaKeyChecksum, readEmvCaKeys } from './emv-ca-keys.ts';
export {
  EnrolmentCodes,
  type EnrolmentErrorCode,
  type EnrolmentResult,
  type SigningRequest,
  createSigningRequest,
  enrolTerminal,
  enrolmentErrorCodes,
  terminalValidityDaysMax,
} from './enrolment.ts';
export { createPkcs12 } from './pkcs12.ts';
export { type Revocation, createRevocationList, revocationReasons } from './revocation.ts';
