// Writes what the containers need into a folder: keys and certificates (once), the switch's and the
// hosts' configuration.
import { readFileSync, writeFileSync } from 'node:fs';
import { ensureCertificates, sandboxKeys, sandboxPaths, writePlan } from '@chipswitch/sandbox';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: prepare.ts FOLDER');
  process.exit(2);
}
const paths = sandboxPaths(folder);
ensureCertificates(paths.certificates);
writePlan(paths, sandboxKeys(paths.keys), {
  switchPort: 8583,
  switchTlsPort: 8584,
  hostPorts: [8601, 8602],
});

// Other containers and the machine outside reach the terminals' ports, not the hosts'.
const config = JSON.parse(readFileSync(paths.switchConfig, 'utf8')) as { listen: { host: string } };
config.listen.host = '0.0.0.0';
writeFileSync(paths.switchConfig, JSON.stringify(config, null, 2));
console.log(JSON.stringify({ event: 'prepared', folder }));
