// `chipswitch status`: one look at a running switch.
import type { Outcome } from '../frame/outcome.ts';
import { type TreeNode, drawTree } from '../frame/tree.ts';
import type { Context, RunVerb } from '../frame/verb.ts';
import { type DoorStatus, doorOf, isRefusal, statusOf } from './door.ts';

const shortly = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

function linesOf(status: DoorStatus, { paint }: Context): string[] {
  const node = (label: string, ...cells: string[]): TreeNode => ({
    label: paint('name', label),
    cells,
  });
  const branch = (label: string, children: readonly TreeNode[]): TreeNode[] =>
    children.length === 0 ? [] : [{ label: paint('head', label), children }];
  const { checks, links = {}, counters = {} } = status;
  const counted = Object.entries(counters).filter(([, count]) => count > 0);
  const waiting: readonly (readonly [string, number | undefined])[] = [
    ['payments in flight', status.livePayments],
    ['reversals and advices', status.followUpsWaiting],
    ['terminals connected', status.terminalConnections],
  ];
  return drawTree([
    node(status.instance, status.status, `since ${status.startedAt}`),
    ...branch(
      'needs',
      Object.entries(checks).map(([name, { ok, detail, needed }]) =>
        node(name, ok ? 'ok' : needed ? 'down' : 'down, not needed', detail),
      ),
    ),
    ...branch(
      'links',
      Object.entries(links).map(([host, state]) => node(host, shortly(state))),
    ),
    ...branch(
      'now',
      waiting.flatMap(([name, count]) => (count === undefined ? [] : [node(name, String(count))])),
    ),
    ...branch(
      'counted',
      counted.map(([name, count]) => node(name, String(count))),
    ),
  ]);
}

/** The verb. */
export const run: RunVerb = async (context): Promise<Outcome> => {
  const door = doorOf(context);
  if (isRefusal(door)) return door;
  const status = await statusOf(door, context.surroundings);
  if (isRefusal(status)) return status;
  return {
    ok: true,
    exit: status.status === 'unavailable' ? 1 : 0,
    data: { ...status },
    text: () => linesOf(status, context),
  };
};
