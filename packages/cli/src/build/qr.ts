// `chipswitch build qr`: an EMVCo merchant-presented code out of options or JSON, with its CRC.
import { maskLoneCardNumbers } from '@chipswitch/cardholder-data';
import {
  buildMerchantQr,
  checkMerchantQr,
  findCurrency,
  interpretMerchantQr,
  merchantQrObjects,
  parseMerchantQr,
  type QrObject,
} from '@chipswitch/emv';
import { isRefusal, readInput } from '../frame/input.ts';
import { type Outcome, type Refusal, undecodable, usage } from '../frame/outcome.ts';
import type { Context, RunVerb } from '../frame/verb.ts';

/** Options and the object they fill. */
const ids: Readonly<Record<string, string>> = {
  mcc: '52',
  amount: '54',
  country: '58',
  name: '59',
  city: '60',
  'postal-code': '61',
};

function optionObjects(context: Context): QrObject[] | Refusal {
  const { args } = context;
  const objects: QrObject[] = [
    ['00', '01'],
    ['01', args.has('amount') ? '12' : '11'],
  ];
  for (const [name, id] of Object.entries(ids)) {
    const value = args.value(name);
    if (value !== undefined) objects.push([id, value]);
  }
  const currency = args.value('currency');
  if (currency !== undefined) {
    const known = findCurrency(currency);
    if (known === undefined)
      return usage('UNKNOWN_CODE', 'no such currency', 'chipswitch currency --search WORD');
    objects.push(['53', known.numeric]);
  }
  for (const entry of args.all('set')) {
    const match = /^(\d{2})(?:\.(\d{2}))?=(.*)$/s.exec(entry);
    if (match === null)
      return usage(
        'BAD_VALUE',
        '--set is ID=TEXT or ID.ID=TEXT',
        'e.g. --set 26.00=org.example --set 26.01=M1',
      );
    const [, id, inner, text] = match;
    if (inner === undefined) {
      objects.push([id, text]);
      continue;
    }
    const at = objects.findIndex(([known]) => known === id);
    const before = at < 0 ? [] : objects[at][1];
    const children: QrObject[] = typeof before === 'string' ? [] : [...before];
    const template: QrObject = [id, [...children, [inner, text]]];
    if (at < 0) objects.push(template);
    else objects[at] = template;
  }
  return objects.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

async function jsonObjects(argument: string, context: Context): Promise<QrObject[] | Refusal> {
  const input = await readInput(argument, { form: 'text', from: context.surroundings });
  if (isRefusal(input)) return input;
  try {
    const json = JSON.parse(input.text ?? '') as unknown;
    if (
      typeof json === 'object' &&
      json !== null &&
      'accounts' in json &&
      Array.isArray(json.accounts)
    )
      return merchantQrObjects(json as unknown as ReturnType<typeof interpretMerchantQr>);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return undecodable(
    'NOT_JSON',
    'the code is not a JSON object with "accounts"',
    'chipswitch decode qr TEXT --json shows the shape',
  );
}

/** `chipswitch build qr`. */
export const run: RunVerb = async (context): Promise<Outcome> => {
  const [, source] = context.args.positionals;
  const objects =
    source === undefined ? optionObjects(context) : await jsonObjects(source, context);
  if ('ok' in objects) return objects;
  const built = buildMerchantQr(objects);
  if (!built.ok) {
    const { code, path } = built.error;
    return undecodable(
      `QR_${code.toUpperCase()}`,
      `an object cannot be written: ${code}`,
      'an identifier has two digits, a value at most 99 characters',
      { path: path.join(' > ') },
    );
  }
  const { text } = built;
  const parsed = parseMerchantQr(text);
  const issues = checkMerchantQr(parsed.objects);
  const holdsAccount = parsed.objects.some(
    ([, value]) => typeof value === 'string' && maskLoneCardNumbers(value) !== value,
  );
  if (holdsAccount && !context.unsafe)
    return usage(
      'NEEDS_UNSAFE',
      'the code holds an account number in the clear',
      'add --unsafe to have it written',
    );
  return {
    ok: true,
    exit: issues.length === 0 ? 0 : 3,
    data: { qr: text, issues },
    text: () => [text],
    notices: issues.map(
      ({ code, path }) =>
        `${code} at ${path.join(' > ') || 'the whole'}: a reader may refuse the code`,
    ),
  };
};
