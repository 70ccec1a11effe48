// Two terminals with a drawer of cards, paying until they are stopped; one masked line each way.
import { commandLine } from '@chipswitch/program';
import { assembleCast, runStream, sandboxKeys, sandboxPaths } from '@chipswitch/sandbox';

const { values, words } = commandLine({
  name: 'terminals',
  usage: [
    'node docker/src/terminals.ts FOLDER [--pause MS]',
    'Two terminals that pay until they are stopped.',
  ],
  options: { pause: { type: 'string', default: '800' } },
  argumentsMax: 1,
});
const [folder] = words;
if (folder === undefined || !/^\d{1,6}$/.test(values.pause)) {
  console.error('terminals: give the folder, and --pause in milliseconds; --help tells more');
  process.exit(2);
}
const paths = sandboxPaths(folder);
const cast = assembleCast({
  paths,
  keys: sandboxKeys(paths.keys),
  port: 8583,
  tlsPort: 8584,
});
let stopping = false;
const stop = (): void => {
  stopping = true;
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
try {
  for (const { terminal } of cast.terminals) {
    await terminal.network('sign-on');
    await terminal.settleDebts();
  }
  const totals = await runStream({
    cast,
    isStopping: () => stopping,
    print: (line) => console.log(line),
    pauseMs: Number(values.pause),
  });
  const { payments, approved, declined, other } = totals;
  console.log(JSON.stringify({ event: 'stopped', payments, approved, declined, other }));
} finally {
  cast.close();
}
