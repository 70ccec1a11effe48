// The operators' door of a switch: where it is, and what it says.
import { join } from 'node:path';
import { chipswitchFolder, readJson } from '../devices/folder.ts';
import { type Refusal, usage } from '../frame/outcome.ts';
import { scrubEcho } from '../frame/scrub.ts';
import type { Context, Surroundings } from '../frame/verb.ts';

/** How a switch stands, as its door says; unknown members are kept for --json. */
export interface DoorStatus {
  readonly instance: string;
  readonly startedAt: string;
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly checks: Readonly<
    Record<string, { readonly ok: boolean; readonly detail: string; readonly needed: boolean }>
  >;
  readonly links?: Readonly<Record<string, unknown>>;
  readonly counters?: Readonly<Record<string, number>>;
  readonly livePayments?: number;
  readonly followUpsWaiting?: number;
  readonly terminalConnections?: number;
}

const answerMs = 5_000;

/** Whether what came is why nothing came. */
export function isRefusal(found: object): found is Refusal {
  return 'ok' in found && found.ok === false && 'exit' in found;
}

function sandboxDoor(from: Surroundings): string | undefined {
  const file = join(chipswitchFolder(from), 'sandbox', 'operations.json');
  const found = readJson(file) as { readonly url?: unknown } | null | undefined;
  return typeof found?.url === 'string' ? found.url : undefined;
}

/** Where the door is: by option, by the environment, or the sandbox's. */
export function doorOf({ args, surroundings }: Context): URL | Refusal {
  const { env } = surroundings;
  const url = args.value('operations') ?? env['CHIPSWITCH_OPERATIONS'] ?? sandboxDoor(surroundings);
  if (url === undefined) {
    return {
      ok: false,
      exit: 4,
      code: 'NO_SWITCH',
      message: 'no switch is known here: no sandbox was started, and none is named',
      next: 'npm start, or chipswitch status --operations http://HOST:PORT',
    };
  }
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return new URL(url);
  return usage(
    'BAD_URL',
    `"${scrubEcho(url)}" is no http address`,
    'chipswitch status --operations http://127.0.0.1:9090',
  );
}

/** Asks the door for a path; the answer has not been read. */
export async function askDoor(
  door: URL,
  path: string,
  { env }: Surroundings,
  signal: AbortSignal = AbortSignal.timeout(answerMs),
): Promise<Response | Refusal> {
  const token = env['CHIPSWITCH_OPERATIONS_TOKEN'];
  try {
    const answer = await fetch(new URL(path, door), {
      signal,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    if (answer.ok) return answer;
    await answer.body?.cancel();
    const isToken = answer.status === 401;
    return {
      ok: false,
      exit: isToken ? 7 : 4,
      code: isToken ? 'TOKEN_NEEDED' : 'DOOR_REFUSED',
      message: `${door.host} answers ${answer.status}`,
      next: isToken
        ? 'set CHIPSWITCH_OPERATIONS_TOKEN to the token of the switch'
        : 'see the log of the switch',
    };
  } catch (error) {
    const { cause, name } = error as Error & { readonly cause?: { readonly code?: string } };
    const why = name === 'TimeoutError' ? `no answer in ${answerMs} ms` : (cause?.code ?? name);
    return {
      ok: false,
      exit: 4,
      code: 'NO_ANSWER',
      message: `nobody answers at ${door.host} (${why})`,
      next: 'npm start starts a sandbox; a switch has a door with OPERATIONS_PORT',
    };
  }
}

/** How the switch behind the door stands. */
export async function statusOf(door: URL, from: Surroundings): Promise<DoorStatus | Refusal> {
  const answer = await askDoor(door, '/v1/status', from);
  if (isRefusal(answer)) return answer;
  return (await answer.json()) as DoorStatus;
}
