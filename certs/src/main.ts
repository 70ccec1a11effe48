// node certs/src/main.ts [--out DIR] [--terminals ID,ID…]: makes the development PKI; never for production.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createDevelopmentPki, writeDevelopmentPki } from './development-pki.ts';

const { values } = parseArgs({
  options: {
    out: {
      type: 'string',
      default: fileURLToPath(new URL('../../.chipswitch/certs', import.meta.url)),
    },
    terminals: { type: 'string', default: 'TERM0001,TERM0002' },
  },
});
const pki = createDevelopmentPki({ terminalIds: values.terminals.split(','), now: new Date() });
const files = writeDevelopmentPki(pki, values.out);
console.log(`${files.length} files in ${values.out} (development only, never commit them)`);
