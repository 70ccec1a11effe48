// The published vectors through the soft module's interface.
import { createSoftModule, type SecurityOperations } from '../src/index.ts';
import { describeVectors } from './backend-vectors.ts';

const operations = new Set(
  Object.keys(createSoftModule({ allowClearKeysInProcess: true })) as (keyof SecurityOperations)[],
);

describeVectors('soft', { operations }, () => {
  const module = createSoftModule({ allowClearKeysInProcess: true });
  return { module, load: (key) => module.loadClearKey(key) };
});
