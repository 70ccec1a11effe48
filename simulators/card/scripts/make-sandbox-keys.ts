// Writes src/data/sandbox-keys.ts: the key pairs of the sandbox's test authority. Run it once:
// node simulators/card/scripts/make-sandbox-keys.ts
import { writeFileSync } from 'node:fs';
import { authorityToPems, createTestAuthority } from '../src/test-authority.ts';

const pems = authorityToPems(createTestAuthority({ index: 'F1' }));
const text = `// Private keys of the SANDBOX test authority: public knowledge, worth nothing, never for production.
// Made by scripts/make-sandbox-keys.ts.

/** Keys of 1984 (authority), 1536 (issuer) and 1024 bits (card), public exponent 3. */
export const sandboxKeyPems = {
  index: '${pems.index}',
  authority: \`${pems.authority}\`,
  issuer: \`${pems.issuer}\`,
  icc: \`${pems.icc}\`,
};
`;
writeFileSync(new URL('../src/data/sandbox-keys.ts', import.meta.url), text);
