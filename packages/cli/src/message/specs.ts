// `chipswitch specs`: ready-made specs and framings, or one spec element by element, or as JSON to start from.
import { type FieldSpec, framings, specs, specToJson } from 'iso8583-js';
import { type Outcome, usage } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import { didYouMean } from '../frame/suggest.ts';
import { drawTree } from '../frame/tree.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import { chosenSpec, isChoiceRefusal } from '../iso/choose.ts';

function lengthText({ len, prefix, max, frame }: FieldSpec): string {
  if (prefix === undefined)
    return len === undefined ? (frame === undefined ? '' : `${frame} bytes`) : String(len);
  const size = prefix.data === 'ber' ? 'BER' : 'L'.repeat(Math.min(prefix.size ?? 1, 6));
  return `${size}var${max === undefined ? '' : ` ..${max}`} (${prefix.data})`;
}

function formText({ data, charset, sub, digits }: FieldSpec): string {
  const inner = sub === undefined ? '' : `, subfields ${sub.kind}`;
  return `${data ?? 'composite'}${charset === undefined ? '' : ` ${charset}`}${digits === undefined ? '' : ` x+n${digits}`}${inner}`;
}

function oneSpec(name: string, context: Context): Outcome {
  const spec = specs[name];
  const definition = specToJson(spec);
  const { paint } = context;
  const fields = Object.entries(definition.fields).map(([number, field]) => ({
    number: Number(number),
    field,
  }));
  return {
    ok: true,
    data: { name, definition },
    text: () => [
      `${paint('head', name)}  ${definition.description ?? ''}`.trimEnd(),
      ...drawTree(
        fields
          .sort((a, b) => a.number - b.number)
          .map(({ number, field }) => ({
            label: paint('name', String(number).padStart(3)),
            cells: [
              field.name ?? '',
              formText(field),
              lengthText(field),
              field.sensitive === undefined || field.sensitive === 'none'
                ? ''
                : paint('warn', `masked: ${field.sensitive}`),
            ],
          })),
      ),
      paint('dim', `as JSON, to change and use with --spec @FILE: chipswitch specs ${name} --json`),
    ],
  };
}

function listFramings({ paint }: Context): Outcome {
  const data = {
    framings: framings.map(({ name, summary, options }) => ({ name, summary, options })),
  };
  return {
    ok: true,
    data,
    text: () =>
      drawTree(
        framings.map(({ name, summary }) => ({ label: paint('name', name), cells: [summary] })),
      ),
  };
}

/** `chipswitch specs [NAME] [--framings]`. */
export const run: RunVerb = (context) => {
  const { args, paint } = context;
  if (args.has('framings')) return listFramings(context);
  const [name] = args.positionals;
  if (name !== undefined) {
    if (Object.hasOwn(specs, name)) return oneSpec(name, context);
    const message = `no spec "${scrubEcho(name)}"${didYouMean(name, Object.keys(specs))}`;
    return usage('UNKNOWN_SPEC', message, 'chipswitch specs');
  }
  const own = chosenSpec(context);
  if (isChoiceRefusal(own)) return own;
  const list = (own === undefined ? Object.entries(specs) : [own]).map(
    ([specName, { definition }]) => ({
      name: specName,
      description: definition.description ?? '',
      elements: Object.keys(definition.fields).length,
    }),
  );
  return {
    ok: true,
    data: { specs: list },
    text: () => [
      ...drawTree(
        list.map((one) => ({
          label: paint('name', one.name),
          cells: [`${one.elements} elements`, one.description],
        })),
      ),
      paint('dim', 'chipswitch specs NAME shows one; --framings lists the framings'),
    ],
  };
};
