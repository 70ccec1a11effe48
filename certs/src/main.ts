// node certs/src/main.ts [--out DIR] [--terminals ID,ID…]: makes the development PKI; never for production.
import { fileURLToPath } from 'node:url';
import { commandLine } from '@chipswitch/program';
import { createDevelopmentPki, writeDevelopmentPki } from './development-pki.ts';

const { values } = commandLine({
  name: 'certs',
  usage: [
    'node certs/src/main.ts [--out DIR] [--terminals ID,ID…]',
    'Makes the development PKI: an authority, the switch, and one certificate per terminal.',
  ],
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
