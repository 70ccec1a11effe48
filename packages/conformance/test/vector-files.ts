// The vector files of the project: the copies in the packages, and the additions of this member.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type VectorFile, readVectorFile } from '../src/index.ts';

const pathOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** The four files that `npm run conformance` runs. */
export const ownFiles: readonly VectorFile[] = [
  'iso8583-js/vectors/iso8583.json',
  'security-module/vectors/security.json',
  'emv/vectors/emv.json',
  'ledger/vectors/settlement.json',
].map((name) => readVectorFile(pathOf(name)));

const additions = pathOf('conformance/vectors');

/** Vectors for kinds and properties that the four do not show. */
export const addedFiles: readonly VectorFile[] = readdirSync(additions).map((name) =>
  readVectorFile(`${additions}/${name}`),
);
