// Stage 5: where the payment goes: the longest prefix of the card number, hosts in order, those that
// are signed on first.
import type { RefusalReason, RouteRow } from '@chipswitch/transaction';
import type { Asked } from './asked.ts';
import type { Desk } from './desk.ts';

/** A row of the table with its hosts in the order to be tried. */
export function chooseRoute(
  desk: Desk,
  asked: Asked,
):
  | { readonly ok: true; readonly route: RouteRow; readonly hosts: readonly string[] }
  | { readonly ok: false; readonly error: { readonly code: RefusalReason } } {
  const route = desk.routes.lookUp(asked.request.pan);
  if (route === undefined) return { ok: false, error: { code: 'no-route' } };
  const up = route.hosts.filter((host) => desk.linkTo(host).state === 'up');
  const down = route.hosts.filter((host) => !up.includes(host));
  return { ok: true, route, hosts: [...up, ...down] };
}
