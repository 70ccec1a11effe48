// A schema that remembers what it made of an object: of a large configuration only what changed is read again.
import type * as v from 'valibot';

/**
 * The same schema with a memory. What it was given must not be changed afterwards: it would not be seen.
 *
 * @param schema of objects
 */
export function remembered<Schema extends v.GenericSchema>(schema: Schema): Schema {
  const made = new WeakMap<object, unknown>();
  const run: Schema['~run'] = (dataset, config) => {
    const given: unknown = dataset.value;
    const isObject = typeof given === 'object' && given !== null;
    if (isObject && made.has(given)) return { typed: true, value: made.get(given) };
    const result = schema['~run'](dataset, config);
    if (isObject && result.typed && result.issues === undefined) made.set(given, result.value);
    return result;
  };
  return { ...schema, '~run': run };
}
