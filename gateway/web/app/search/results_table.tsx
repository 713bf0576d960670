import { useEffect, useRef } from 'preact/hooks';

import { useMessages } from '../i18n/use_messages';
import { clock } from '../i18n/formats';
import { go, pathOf } from '../state/route';
import type { Facts } from '../api/types';
import { PartyNumber } from '../parts/party_number';
import { Icon } from '../parts/icon';
import { StateBadge } from '../parts/state_badge';
import { results } from './results';

const ARROW = { inbound: 'in', outbound: 'out', internal: 'internal' } as const;

/** Up and down go from call to call, like in a list of messages. */
function moveAmongRows(event: KeyboardEvent): void {
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, Home: -1e6, End: 1e6 };
  const step = steps[event.key];
  if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>('a[data-call]')];
  const at = links.findIndex((link) => link === document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  links[Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
}

function open(event: MouseEvent, id: string): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  results.update({ opened: id });
  go(pathOf(id));
}

function Row({ call }: { call: Facts }) {
  const { m, f } = useMessages();
  const party = call.direction === 'outbound' ? call.callee : call.caller;
  return (
    <tr>
      <td class="when">
        <a href={pathOf(call.id)} data-call={call.id} onClick={(event) => open(event, call.id)}>
          <span class="faint">{f.dayOf(call.started_at)}</span> {f.timeOf(call.started_at)}
        </a>
      </td>
      <td class="number">{call.duration_ms !== undefined && clock(call.duration_ms / 1000)}</td>
      <td class="party">
        {call.direction && <Icon name={ARROW[call.direction]} label={m.direction[call.direction]} />}
        <PartyNumber party={party} />
      </td>
      <td class="name">{call.agent?.name ?? call.agent?.id}</td>
      <td class="name">{call.team.name ?? call.team.id}</td>
      <td class="name">{call.queue?.name ?? call.queue?.id}</td>
      <td class="number">{f.day(call.purge_date)}</td>
      <td><StateBadge call={call} /></td>
    </tr>
  );
}

export function ResultsTable({ calls, opened }: { calls: Facts[]; opened: string | undefined }) {
  const { m } = useMessages();
  const table = useRef<HTMLTableElement>(null);
  useEffect(() => {
    if (opened) table.current?.querySelector<HTMLElement>(`a[data-call="${opened}"]`)?.focus();
  }, []);
  return (
    <div class="table-frame">
      <table ref={table} class="calls" data-arrows onKeyDown={moveAmongRows}>
        <caption class="unseen">{m.search.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{m.search.when}</th>
            <th scope="col" class="number">{m.search.length}</th>
            <th scope="col">{m.search.party}</th>
            <th scope="col">{m.search.agent}</th>
            <th scope="col">{m.search.team}</th>
            <th scope="col">{m.search.queue}</th>
            <th scope="col" class="number">{m.search.gone}</th>
            <th scope="col">{m.search.state}</th>
          </tr>
        </thead>
        <tbody>{calls.map((call) => <Row key={call.id} call={call} />)}</tbody>
      </table>
    </div>
  );
}
