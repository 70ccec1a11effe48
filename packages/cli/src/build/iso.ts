// `chipswitch build iso`: a message out of --mti and --set, or out of JSON, by a spec, in a framing.
import {
  encodeMessage,
  encodeProblem,
  type JsonMessage,
  type JsonValue,
  Iso8583Fault,
  type Message,
  messageFromJson,
  parseMti,
  type Spec,
  specs,
} from 'iso8583-js';
import { isRefusal, readInput } from '../frame/input.ts';
import { type Outcome, type Refusal, undecodable, usage } from '../frame/outcome.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import { chosenFraming, chosenSpec, isChoiceRefusal } from '../iso/choose.ts';
import { type OutputForm, presentable, reframe, writeBytes } from '../iso/write.ts';

type Tree = { [key: string]: JsonValue };

/** Trees are text and trees; a refusal has a flag. */
function isTreeRefusal(tree: Tree | Refusal): tree is Refusal {
  return (tree as { ok?: unknown }).ok === false;
}

/** Puts a value at a path such as `55` or `48.1.2`. */
function place(tree: Tree, path: readonly string[], value: string): boolean {
  const [first, ...rest] = path;
  const key =
    first === '0' || first === 'mti' ? 'mti' : /^\d+$/.test(first) ? `de${Number(first)}` : first;
  if (rest.length === 0) {
    tree[key] = value;
    return true;
  }
  let at: Tree = tree;
  for (const [index, part] of [key, ...rest].entries()) {
    if (index === rest.length) {
      at[part] = value;
      return true;
    }
    const inner = at[part] ?? {};
    if (typeof inner !== 'object' || Array.isArray(inner)) return false;
    at[part] = inner;
    at = inner as Tree;
  }
  return false;
}

/** Keys that a JSON document may not smuggle in. */
const keyPattern = /^(?:mti|header|de\d{1,3})$/;

async function jsonTree(argument: string, context: Context): Promise<Tree | Refusal> {
  const input = await readInput(argument, { form: 'text', from: context.surroundings });
  if (isRefusal(input)) return input;
  try {
    const json = JSON.parse(input.text ?? '') as unknown;
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
      const body = 'message' in json ? json.message : json;
      const entries = Object.entries(body as Tree).filter(([key]) => keyPattern.test(key));
      return Object.fromEntries(entries);
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return undecodable(
    'NOT_JSON',
    'the message is not a JSON object',
    '{"mti":"0800","de11":"000001","de70":"301"}',
  );
}

async function messageTree(context: Context): Promise<Tree | Refusal> {
  const { args } = context;
  const [, source] = args.positionals;
  const tree = source === undefined ? {} : await jsonTree(source, context);
  if (isTreeRefusal(tree)) return tree;
  const mti = args.value('mti');
  if (mti !== undefined) tree['mti'] = mti;
  for (const entry of args.all('set')) {
    const match = /^(0|mti|header|\d{1,3}(?:\.[0-9A-Za-z]+){0,8})=(.*)$/s.exec(entry);
    if (match === null || !place(tree, match[1].split('.'), match[2]))
      return usage(
        'BAD_VALUE',
        '--set is ELEMENT=VALUE',
        'e.g. --set 4=000000001000 --set 55=9F2608…',
      );
  }
  if (typeof tree['mti'] !== 'string' || parseMti(tree['mti']) === undefined)
    return usage('NO_MTI', 'the message type is missing or not four digits', 'add --mti 0200');
  return tree;
}

function parsed(spec: Spec, tree: Tree): Message | Refusal {
  try {
    return messageFromJson(spec, tree as JsonMessage);
  } catch (error) {
    if (error instanceof Iso8583Fault)
      return undecodable(
        'BAD_VALUE',
        'a value has the wrong shape: bytes are hex, others text',
        'chipswitch specs NAME shows each element',
      );
    throw error;
  }
}

/** `chipswitch build iso`. */
export const run: RunVerb = async (context): Promise<Outcome> => {
  const { args } = context;
  const named = chosenSpec(context);
  if (isChoiceRefusal(named)) return named;
  const framing = chosenFraming(context);
  if (isChoiceRefusal(framing)) return framing;
  const [specName, spec] = named ?? ['iso1987Ascii', specs['iso1987Ascii']];
  const tree = await messageTree(context);
  if (isTreeRefusal(tree)) return tree;
  const message = parsed(spec, tree);
  if ('ok' in message) return message;
  const { message: clean, redacted } = presentable(spec, message, context);
  const encoded = encodeMessage(spec, clean);
  if (!encoded.ok) {
    const { code, path } = encoded.error;
    const header = path === 'header' ? 'add --set header=HEX; ' : '';
    return undecodable(
      `ENCODE_${code.replaceAll('-', '_').toUpperCase()}`,
      `${encodeProblem(spec, clean, encoded.error)}: the message does not encode by ${specName}`,
      `${header}chipswitch specs ${specName} shows each element`,
      { path },
    );
  }
  const whole = reframe(encoded.bytes, framing === 'none' ? undefined : framing);
  const text = writeBytes(whole, (args.value('out') ?? 'hex') as OutputForm);
  return {
    ok: true,
    data: { message: text, bytes: whole.length, spec: specName, redacted },
    text: () => [text],
    notices: redacted ? ['card data was replaced by zeros; --unsafe writes it as given'] : [],
  };
};
