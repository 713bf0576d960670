import { useMessages } from '../i18n/use_messages';
import { sentenceOf } from '../parts/failure';
import { Heading } from '../parts/heading';
import { useStore } from '../state/store';
import type { Session } from '../api/types';
import { findMore, results } from './results';
import { ResultsTable } from './results_table';
import { SearchForm } from './search_form';

export function SearchView({ session }: { session: Session }) {
  const { m } = useMessages();
  const { status, calls, next, failure, opened } = useStore(results);
  const done = status === 'done';
  const says = done ? (calls.length === 0 ? m.search.nothing : m.search.found(calls.length, next !== undefined)) : '';
  return (
    <div class="search-view">
      <Heading quiet={opened !== undefined}>{m.search.title}</Heading>
      <SearchForm session={session} />
      <p class="count" role="status">{says}</p>
      {status === 'failed' && <p class="notice bad" role="alert">{sentenceOf(failure, m)}</p>}
      {status === 'new' && calls.length === 0 && <p class="empty">{m.search.begin}</p>}
      {done && calls.length === 0 && <p class="empty">{m.search.nothingHint}</p>}
      {calls.length > 0 && <ResultsTable calls={calls} opened={opened} />}
      {next !== undefined && calls.length > 0 && (
        <button type="button" class="more" disabled={status === 'running'} onClick={() => void findMore()}>
          {m.search.more}
        </button>
      )}
    </div>
  );
}
