// `chipswitch card list|show|new`: test cards by profile, those of the simulator and one's own.
import { join } from 'node:path';
import { given } from '@chipswitch/bytes';
import { type CardProfile, parseCardProfile, profileNames, profiles } from '@chipswitch/card';
import { checkDigitOf, hasCheckDigit, maskPan, parsePan } from '@chipswitch/cardholder-data';
import { type Outcome, type Refusal, undecodable, usage } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import { didYouMean } from '../frame/suggest.ts';
import { drawTree } from '../frame/tree.ts';
import type { Context, RunVerb, Surroundings } from '../frame/verb.ts';
import { digitsOption } from '../keys/read-key.ts';
import { namePattern, namesIn, readJson, subfolder, writeJson } from './folder.ts';
import { runNamed } from './named.ts';

type ProfileName = (typeof profileNames)[number];

function isBuiltIn(name: string): name is ProfileName {
  return (profileNames as readonly string[]).includes(name);
}

function ownNames(from: Surroundings): string[] {
  return namesIn(subfolder(from, 'cards'));
}

/** How one's own card is kept: like another, with a number and a PIN of its own. */
interface OwnCard {
  readonly like: string;
  readonly title: string;
  readonly pan: string;
  readonly pin?: string;
}

function isOwnCard(json: unknown): json is OwnCard {
  const card = json as Partial<OwnCard> | null;
  return typeof card === 'object' && typeof card?.like === 'string' && typeof card.pan === 'string';
}

function ownCard({ like, title, pan, pin }: OwnCard, name: string): CardProfile | Refusal {
  const base = isBuiltIn(like) ? profiles[like] : undefined;
  if (
    base === undefined ||
    parsePan(pan) === undefined ||
    (pin !== undefined && !/^\d{4,12}$/.test(pin))
  )
    return undecodable(
      'BAD_PROFILE',
      `the card ${scrubEcho(name)} is wrong`,
      'chipswitch card new NAME --from visa-cvn18 makes a right one',
    );
  return {
    ...base,
    name,
    title,
    pin: pin === undefined ? base.pin : { ...base.pin, value: pin },
    applications: base.applications.map((application) => ({ ...application, pan })),
  };
}

function fromJson(json: unknown, name: string): CardProfile | Refusal {
  if (isOwnCard(json)) return ownCard(json, name);
  const parsed = parseCardProfile(json);
  if (parsed.ok) return parsed.profile;
  const [first] = parsed.errors;
  const more = parsed.errors.length > 1 ? ` and ${parsed.errors.length - 1} more` : '';
  return undecodable(
    'BAD_PROFILE',
    `the card profile ${scrubEcho(name)} is wrong: ${first?.path ?? ''} ${first?.code ?? ''}${more}`,
    'chipswitch card new NAME --from visa-cvn18 makes a right one',
  );
}

/** A card profile by name, or `@FILE`. */
export function cardProfile(name: string, from: Surroundings): CardProfile | Refusal {
  if (name.startsWith('@')) {
    const json = readJson(name.slice(1));
    if (json === undefined)
      return usage(
        'NO_SUCH_FILE',
        `there is no file ${scrubEcho(name.slice(1))}`,
        'check the path',
      );
    return fromJson(json, name);
  }
  if (isBuiltIn(name)) return profiles[name];
  const own = namePattern.test(name)
    ? readJson(join(subfolder(from, 'cards'), `${name}.json`))
    : undefined;
  if (own !== undefined) return fromJson(own, name);
  const near = didYouMean(name, [...profileNames, ...ownNames(from)]);
  return usage('UNKNOWN_CARD', `no card "${scrubEcho(name)}"${near}`, 'chipswitch card list');
}

interface CardLine {
  readonly name: string;
  readonly title: string;
  readonly pan: string;
  readonly aids: readonly string[];
  readonly own: boolean;
}

function lineOf(name: string, profile: CardProfile, own: boolean, unsafe: boolean): CardLine {
  const [first] = profile.applications;
  const aids = [...new Set(profile.applications.map(({ aid }) => aid))];
  return { name, title: profile.title, pan: unsafe ? first.pan : maskPan(first.pan), aids, own };
}

function list(context: Context): Outcome {
  const { surroundings, unsafe, paint } = context;
  const lines = profileNames.map((name) => lineOf(name, profiles[name], false, unsafe));
  for (const name of ownNames(surroundings)) {
    const profile = cardProfile(name, surroundings);
    if (!('ok' in profile)) lines.push(lineOf(name, profile, true, unsafe));
  }
  return {
    ok: true,
    data: { cards: lines },
    text: () =>
      drawTree(
        lines.map(({ name, title, pan, aids, own }) => ({
          label: paint('name', name),
          cells: [pan, aids.join(' '), `${title}${own ? ' (own)' : ''}`],
        })),
      ),
  };
}

function show(name: string, context: Context): Outcome {
  const profile = cardProfile(name, context.surroundings);
  if ('ok' in profile) return profile;
  const { unsafe, paint } = context;
  const applications = profile.applications.map((application) => ({
    aid: application.aid,
    label: application.label,
    scheme: application.scheme,
    flow: application.flow,
    cryptogram: application.cryptogram,
    pan: unsafe ? application.pan : maskPan(application.pan),
    panSequenceNumber: application.panSequenceNumber,
  }));
  const data = {
    name,
    title: profile.title,
    applications,
    pinTryLimit: profile.pin.tryLimit,
    ...(unsafe ? { pin: profile.pin.value } : {}),
  };
  return {
    ok: true,
    data,
    text: () => [
      `${paint('head', name)}  ${profile.title}`,
      ...drawTree(
        applications.map(({ aid, label, scheme, flow, cryptogram, pan }) => ({
          label: paint('name', aid),
          cells: [label, pan, `${scheme}, ${cryptogram}, ${flow}`],
        })),
      ),
      `PIN ${unsafe ? profile.pin.value : '****'}, ${profile.pin.tryLimit} tries`,
    ],
  };
}

/** A number of the same issuer that no other card of the simulator has: the account digits drawn anew. */
function newPan(like: string): string {
  const drawn = Array.from({ length: like.length - 9 }, () => Math.floor(Math.random() * 10));
  const digits = like.slice(0, 8) + drawn.join('');
  return digits + checkDigitOf(digits);
}

function create(name: string | undefined, context: Context): Outcome {
  const { args, surroundings, unsafe } = context;
  if (name === undefined || !namePattern.test(name) || isBuiltIn(name))
    return usage(
      'BAD_NAME',
      'a new card needs a name of its own (letters, digits, hyphens)',
      'chipswitch card new my-card --from visa-cvn18',
    );
  const like = args.value('from') ?? 'visa-cvn18';
  if (!isBuiltIn(like))
    return usage(
      'UNKNOWN_CARD',
      `no profile "${scrubEcho(like)}"${didYouMean(like, profileNames)}`,
      'chipswitch card list',
    );
  const base = profiles[like];
  const wanted = digitsOption('pan', context, [12, 19]);
  const pin = digitsOption('pin', context, [4, 12]);
  if (typeof wanted === 'object') return wanted;
  if (typeof pin === 'object') return pin;
  if (wanted !== undefined && !hasCheckDigit(wanted))
    return usage(
      'BAD_PAN',
      'the check digit of --pan is wrong (Luhn)',
      'leave --pan out to have a number made',
    );
  const pan = wanted ?? newPan(base.applications[0].pan);
  const title = args.value('title') ?? `${base.title} (${name})`;
  const card: OwnCard = { like, title, pan, ...given({ pin }) };
  const path = join(subfolder(surroundings, 'cards'), `${name}.json`);
  if (readJson(path) !== undefined && !args.has('force'))
    return usage(
      'CARD_EXISTS',
      `there is a card "${name}" already`,
      'choose another name, or add --force',
    );
  writeJson(path, card);
  const shown = unsafe ? pan : maskPan(pan);
  return {
    ok: true,
    data: { name, path, pan: shown, like },
    text: () => [`${name}  ${shown}  like ${like}`, `kept in ${path}`],
    notices: ['a host approves it only when its issuer knows the number'],
  };
}

/** `chipswitch card list|show|new`. */
export const run: RunVerb = (context) => runNamed('card', { list, show, create }, context);
