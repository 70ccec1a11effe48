// Keys of a payShield for a store: its local master key wraps every key by itself.
import { refuse } from '@chipswitch/security-module';
import type { KeyWrapper } from '@chipswitch/security-module';
import type { PayshieldModule } from './module.ts';

/** Key fields under the local master key of a payShield, which wraps every key by itself. */
export function lmkWrapper(
  module: Pick<PayshieldModule, 'keyField' | 'loadKey'>,
  lmkCheckValue: string,
): KeyWrapper {
  return {
    name: `lmk:${lmkCheckValue}`,
    wrap: (key) => {
      const wrapped = module.keyField(key);
      return wrapped === undefined ? refuse('key-unknown') : { ok: true, wrapped };
    },
    unwrap: ({ wrapped, id, usage, algorithm, kcv }) => ({
      ok: true,
      key: module.loadKey({ id, usage, algorithm, kcv, field: wrapped }),
    }),
  };
}
