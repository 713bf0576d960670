import { useRef } from 'preact/hooks';

import { PurposeFields } from '../recording/purpose_fields';
import { useMessages } from '../i18n/use_messages';
import { useShortcut } from '../state/shortcuts';
import { useStore } from '../state/store';
import type { Named, Session } from '../api/types';
import { PERIODS, type Period } from './period';
import { change, clear, find, results } from './results';
import { Field } from '../parts/field';

/** Ids to choose from, with the names they have in the calls that were found: a browser offers them by either. */
function Known({ id, found }: { id: string; found: (Named | undefined)[] }) {
  const names = new Map(found.filter((one) => one !== undefined).map((one) => [one.id, one.name]));
  return (
    <datalist id={id}>{[...names].sort().map(([value, name]) => <option key={value} value={value}>{name}</option>)}</datalist>
  );
}

export function SearchForm({ session }: { session: Session }) {
  const { m } = useMessages();
  const { criteria, status, flaws, calls } = useStore(results);
  const number = useRef<HTMLInputElement>(null);
  useShortcut('/', () => number.current?.select());

  const text = (name: 'agent' | 'queue' | 'number' | 'from' | 'to' | 'team') => ({
    name,
    value: criteria[name],
    onInput: (event: { currentTarget: { value: string } }) => change({ [name]: event.currentTarget.value }),
  });

  return (
    <form
      class="search-form"
      role="search"
      aria-label={m.search.title}
      autocomplete="off"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void find(session.roles);
      }}
    >
      <Field label={m.search.number} error={flaws.includes('number') ? m.search.numberBad : undefined}>
        {(aria) => (
          <input {...aria} {...text('number')} ref={number} class="wide" inputMode="tel" maxLength={64}
            spellcheck={false} placeholder={m.search.numberHint} />
        )}
      </Field>
      <Field label={m.search.period} error={flaws.includes('period') ? m.search.periodBad : undefined}>
        {(aria) => (
          <select {...aria} name="period" value={criteria.period}
            onChange={(event) => change({ period: event.currentTarget.value as Period })}>
            {PERIODS.map((one) => <option key={one} value={one}>{m.search.periods[one]}</option>)}
          </select>
        )}
      </Field>
      {criteria.period === 'custom' && (
        <>
          <Field label={m.search.from}>{(aria) => <input {...aria} {...text('from')} type="date" />}</Field>
          <Field label={m.search.to}>{(aria) => <input {...aria} {...text('to')} type="date" />}</Field>
        </>
      )}
      <Field label={m.search.team}>
        {(aria) =>
          session.teams.length > 0 ? (
            <select {...aria} name="team" value={criteria.team}
              onChange={(event) => change({ team: event.currentTarget.value })}>
              <option value="">{m.search.allTeams}</option>
              {session.teams.map((team) => <option key={team} value={team}>{team}</option>)}
            </select>
          ) : (
            <input {...aria} {...text('team')} maxLength={64} spellcheck={false} placeholder={m.search.idFormat} />
          )
        }
      </Field>
      <Field label={m.search.agent}>
        {(aria) => (
          <input {...aria} {...text('agent')} list="known-agents" maxLength={64} spellcheck={false}
            placeholder={m.search.idFormat} />
        )}
      </Field>
      <Field label={m.search.queue}>
        {(aria) => (
          <input {...aria} {...text('queue')} list="known-queues" maxLength={64} spellcheck={false}
            placeholder={m.search.idFormat} />
        )}
      </Field>
      <Known id="known-agents" found={calls.map((call) => call.agent)} />
      <Known id="known-queues" found={calls.map((call) => call.queue)} />
      <PurposeFields value={criteria} roles={session.roles} caseMissing={flaws.includes('case')} onChange={change} />
      <div class="actions">
        <button type="submit" class="primary" disabled={status === 'running'}>
          {status === 'running' ? m.search.finding : m.search.find}
        </button>
        <button type="button" class="quiet" onClick={() => { clear(); number.current?.focus(); }}>
          {m.search.clear}
        </button>
      </div>
    </form>
  );
}
