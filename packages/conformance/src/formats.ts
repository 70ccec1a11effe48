// The formats of vectors as text, out of the schemas: what a stranger needs to write one.
import * as v from 'valibot';
import { formMeanings } from './forms.ts';
import type { Kind } from './kind.ts';
import { families } from './kinds/families.ts';
import { wholeField } from './kinds/iso8583-spec.ts';
import { commandFields } from './kinds/payshield-fields.ts';
import { envelopes } from './vector-file.ts';

/** A schema as far as it is needed to write it down: what it holds, by the names of the library. */
interface Schema extends v.GenericSchema {
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly item?: Schema;
  readonly items?: readonly Schema[];
  readonly key?: Schema;
  readonly value?: Schema;
  readonly rest?: Schema;
  readonly wrapped?: Schema;
  readonly literal?: unknown;
  readonly options?: readonly unknown[];
}

/** A schema as text; all of the library's have these properties, whatever their static types. */
const schemaText = (schema: v.GenericSchema): string => textOf(schema, 0);

const lineLengthMax = 116;
const indent = (depth: number): string => '  '.repeat(depth);

/** Lines of an object: a property each, `?` where it may be left out, its words behind it. */
function objectText(schema: Schema, depth: number): string {
  const lines = Object.entries(schema.entries ?? {}).map(([name, inner]) => {
    const optional = inner.type === 'optional' || inner.type === 'exact_optional';
    const core = optional ? (inner.wrapped ?? inner) : inner;
    const words = v.getDescription(core);
    const note = words === undefined ? '' : `   (${words})`;
    return `${indent(depth + 1)}${name}${optional ? '?' : ''}: ${textOf(core, depth + 1)}${note}`;
  });
  if (schema.rest !== undefined) {
    lines.push(`${indent(depth + 1)}<name>: ${textOf(schema.rest, depth + 1)}`);
  }
  if (lines.length === 0) return '{}';
  const flat = `{ ${lines.map((line) => line.trim()).join(', ')} }`;
  if (flat.length + 2 * depth <= lineLengthMax && !/\n|\)/.test(flat)) return flat;
  return `{\n${lines.join('\n')}\n${indent(depth)}}`;
}

/** Words; a single one stands in quotes, since it could be taken for a form. */
function wordsText(words: readonly unknown[]): string {
  if (words.length === 1 && typeof words[0] === 'string') return `'${words[0]}'`;
  return words.map(String).join(' | ');
}

/** Alternatives: on one line where they are names, else each on its own. */
function alternatives(options: readonly Schema[], depth: number): string {
  const texts = options.map((option) => textOf(option, depth));
  const areNames = texts.every((text) => !text.includes('{'));
  return texts.join(areNames ? ' or ' : `\n${indent(depth)}or `);
}

/** A form as text. */
function textOf(schema: Schema, depth: number): string {
  const title = v.getTitle(schema);
  if (title !== undefined) return title;
  switch (schema.type) {
    case 'strict_object':
    case 'object_with_rest':
      return objectText(schema, depth);
    case 'array':
      return `[${textOf(schema.item as Schema, depth)}]`;
    case 'strict_tuple':
      return `[${(schema.items ?? []).map((item) => textOf(item, depth)).join(', ')}]`;
    case 'record': {
      const { key, value } = schema as Required<Pick<Schema, 'key' | 'value'>>;
      return `{ <${textOf(key, depth)}>: ${textOf(value, depth)} }`;
    }
    case 'nullable':
      return `${textOf(schema.wrapped as Schema, depth)} or null`;
    case 'optional':
    case 'exact_optional':
      return textOf(schema.wrapped as Schema, depth);
    case 'picklist':
      return wordsText(schema.options ?? []);
    case 'literal':
      return wordsText([schema.literal]);
    case 'union':
    case 'variant':
      return alternatives(schema.options as readonly Schema[], depth);
    default:
      throw new Error(`a ${schema.type} cannot be written down`);
  }
}

function kindText(name: string, kind: Kind): string {
  const parts = [`input ${schemaText(kind.input)}`];
  if (kind.expect !== undefined) parts.push(`expect ${schemaText(kind.expect)}`);
  if (kind.refusal !== undefined) parts.push(`refusal ${schemaText(kind.refusal)}`);
  const loose = Object.entries(kind.whereStated).map(
    ([property, reason]) => `\`${property}\` is compared only where it is stated: ${reason}.`,
  );
  const text = `${[kind.about, ...loose].join('\n')}\n\n\`\`\`text\n${parts.join('\n')}\n\`\`\``;
  return `#### ${name}\n\n${text}\n`;
}

function commandText(): string {
  const lines = Object.entries(commandFields).map(([command, schema]) => {
    const names = Object.entries((schema as Schema).entries ?? {}).map(([name, inner]) => {
      const form = textOf(inner, 0);
      return form === 'text' ? name : `${name} (${form})`;
    });
    return `- ${command}: ${names.join(', ')}`;
  });
  return `Fields of \`payshield.encode\`, text where nothing else is said; what is not there is left out:\n\n${lines.join('\n')}\n`;
}

/** All formats, as the README has them. */
export function formatsText(): string {
  const forms = Object.entries(formMeanings).map(([name, meaning]) => `- ${name}: ${meaning}`);
  const sections = Object.entries(families)
    .filter(([, kinds]) => Object.keys(kinds).length > 0)
    .map(([family, kinds]) => {
      const around = schemaText(envelopes[family as keyof typeof envelopes]);
      const texts = Object.entries(kinds).map(([name, kind]) => kindText(name, kind));
      const more = family === 'security' ? [commandText()] : [];
      if (family === 'iso8583') {
        more.push(`A \`field\`:\n\n\`\`\`text\n${schemaText(wholeField)}\n\`\`\`\n`);
      }
      const head = `### ${family}\n\nAround input and expectation:\n\n\`\`\`text\n${around}\n\`\`\`\n`;
      return [head, ...texts, ...more].join('\n');
    });
  return [`### Forms\n\n${forms.join('\n')}\n`, ...sections].join('\n');
}
