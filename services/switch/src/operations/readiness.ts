// Whether the switch can take payments now, dependency by dependency, each with its reason.

/** How a dependency is. */
export interface Condition {
  readonly ok: boolean;
  /** Why not, or what it is; without an address, a key or a card. */
  readonly detail: string;
  /** Without it no payment is taken; one that is not needed is only said. */
  readonly needed: boolean;
}

/** Asks one dependency. */
export type Ask = () => Promise<Condition> | Condition;

/** The answer to "ready?". */
export interface Readiness {
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly checks: Readonly<Record<string, Condition>>;
}

/** What a dependency is that has not answered after `ms`. */
async function within(ask: Ask, ms: number): Promise<Condition> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Condition>((resolve) => {
    timer = setTimeout(
      () => resolve({ ok: false, detail: `no answer in ${ms} ms`, needed: true }),
      ms,
    );
  });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    return { ok: false, detail: code ?? name, needed: true };
  } finally {
    clearTimeout(timer);
  }
}

/** Asks all at once. */
export async function readiness(
  asks: Readonly<Record<string, Ask>>,
  ms: number,
): Promise<Readiness> {
  const found = await Promise.all(
    Object.entries(asks).map(async ([name, ask]) => [name, await within(ask, ms)] as const),
  );
  const down = found.filter(([, { ok }]) => !ok);
  const isDown = down.some(([, { needed }]) => needed);
  return {
    status: isDown ? 'unavailable' : down.length > 0 ? 'degraded' : 'ok',
    checks: Object.fromEntries(found),
  };
}
