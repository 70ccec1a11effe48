// node simulators/hsm/src/main.ts [--port N] [--header-length N] [--late MS] [--error CODE[,COMMAND…]]
// [--no-pvk-warning]
import { parseArgs } from 'node:util';
import { type FaultRule, startHsm } from './server.ts';

const usage = `node simulators/hsm/src/main.ts [--host HOST] [--port N] [--header-length N] [--late MS]
  [--error CODE[,COMMAND…]] [--no-pvk-warning]
A payShield's other end, under the Thales test LMK; never for production.`;
const options = {
  port: { type: 'string', default: '1500' },
  host: { type: 'string', default: '127.0.0.1' },
  'header-length': { type: 'string', default: '4' },
  late: { type: 'string' },
  error: { type: 'string' },
  'no-pvk-warning': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function commandLine(): ReturnType<typeof parseArgs<{ options: typeof options }>>['values'] {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const [problem] = (error instanceof Error ? error.message : String(error)).split('. ');
    console.error(`hsm: ${problem}; --help tells more`);
    process.exit(2);
  }
}

const values = commandLine();
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const rules: FaultRule[] = [];
if (values.error !== undefined) {
  const [errorCode, ...commands] = values.error.split(',');
  const fault = { kind: 'error', errorCode } as const;
  rules.push(commands.length > 0 ? { fault, commands } : { fault });
}
if (values.late !== undefined)
  rules.push({ fault: { kind: 'late', delayMs: Number(values.late) } });

const server = await startHsm({
  port: Number(values.port),
  host: values.host,
  headerLength: Number(values['header-length']),
  pvkLengthWarning: !values['no-pvk-warning'],
});
server.setFaults(rules);
console.log(
  `hsm simulator: ${values.host}:${server.port}, header of ${server.hsm.headerLength}, Thales test LMK (never for production)`,
);
process.send?.({ type: 'ready', port: server.port });
process.once('disconnect', () => void server.close());
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void server.close();
  });
}
