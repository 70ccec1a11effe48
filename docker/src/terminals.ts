// Two terminals with a drawer of cards, paying until they are stopped; one masked line each way.
import { assembleCast, runStream, sandboxKeys, sandboxPaths } from '@chipswitch/sandbox';

const [folder, pauseText = '800'] = process.argv.slice(2);
if (folder === undefined || !/^\d{1,6}$/.test(pauseText)) {
  console.error('usage: terminals.ts FOLDER [PAUSE_MS]');
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
    pauseMs: Number(pauseText),
  });
  const { payments, approved, declined, other } = totals;
  console.log(JSON.stringify({ event: 'stopped', payments, approved, declined, other }));
} finally {
  cast.close();
}
