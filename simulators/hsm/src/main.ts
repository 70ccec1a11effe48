// node simulators/hsm/src/main.ts [--port N] [--header-length N] [--late MS] [--error CODE[,COMMAND…]]
// [--no-pvk-warning]
import { commandLine } from '@chipswitch/program';
import { type FaultRule, startHsm } from './server.ts';

const { values } = commandLine({
  name: 'hsm',
  usage: [
    'node simulators/hsm/src/main.ts [--host HOST] [--port N] [--header-length N] [--late MS]',
    '  [--error CODE[,COMMAND…]] [--no-pvk-warning]',
    "A payShield's other end, under the Thales test LMK; never for production.",
  ],
  options: {
    port: { type: 'string', default: '1500' },
    host: { type: 'string', default: '127.0.0.1' },
    'header-length': { type: 'string', default: '4' },
    late: { type: 'string' },
    error: { type: 'string' },
    'no-pvk-warning': { type: 'boolean', default: false },
  },
});

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
