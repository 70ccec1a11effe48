// Writes what the containers need into a folder: keys and certificates (once), the switch's and the
// hosts' configuration.
import { readFileSync, writeFileSync } from 'node:fs';
import { commandLine } from '@chipswitch/program';
import { ensureCertificates, sandboxKeys, sandboxPaths, writePlan } from '@chipswitch/sandbox';

const { words } = commandLine({
  name: 'prepare',
  usage: [
    'node docker/src/prepare.ts FOLDER',
    'Writes keys, certificates and configuration into it.',
  ],
  options: {},
  argumentsMax: 1,
});
const [folder] = words;
if (folder === undefined) {
  console.error('prepare: give the folder; --help tells more');
  process.exit(2);
}
const paths = sandboxPaths(folder);
ensureCertificates(paths.certificates);
writePlan(paths, sandboxKeys(paths.keys), {
  switchPort: 8583,
  switchTlsPort: 8584,
  hostPorts: [8601, 8602, 8603],
  httpPort: 8580,
});

// Other containers and the machine outside reach the terminals' ports, not the hosts'.
const config = JSON.parse(readFileSync(paths.switchConfig, 'utf8')) as { listen: { host: string } };
config.listen.host = '0.0.0.0';
writeFileSync(paths.switchConfig, JSON.stringify(config, null, 2));
console.log(JSON.stringify({ event: 'prepared', folder }));
