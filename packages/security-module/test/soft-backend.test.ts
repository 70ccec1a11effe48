// The soft module against the suite of all backends: it claims every operation.
import { createSoftModule, type SecurityOperations } from '../src/index.ts';
import { describeBackend } from './backend-suite.ts';

const module = createSoftModule({ allowClearKeysInProcess: true });
const operations = new Set(Object.keys(module) as (keyof SecurityOperations)[]);

describeBackend('soft', { operations }, () => {
  const backend = createSoftModule({ allowClearKeysInProcess: true });
  return { module: backend, load: (key) => backend.loadClearKey(key) };
});
