import { render } from 'preact';
import { useEffect } from 'preact/hooks';

import { useMessages } from './i18n/use_messages';
import { Heading } from './parts/heading';
import { mayHear } from './recording/purposes';
import { RecordingView } from './recording/recording_view';
import { beginWithKept, dropResults } from './search/results';
import { SearchView } from './search/search_view';
import { presence, watchSession } from './session/session';
import { NoAnswerYet, SignedOut } from './session/signed_out';
import { Shell } from './shell';
import { go, listenToHistory, route } from './state/route';
import { settings } from './state/settings';
import { listenToKeys } from './state/shortcuts';
import { useStore } from './state/store';
import type { Session } from './api/types';
import './style/index.css';

function View({ session }: { session: Session }) {
  const { m } = useMessages();
  const where = useStore(route);
  if (!mayHear(session.roles)) return <div class="card door"><Heading>callvault</Heading><p>{m.shell.noRole}</p></div>;
  switch (where.view) {
    case 'search':
      return <SearchView session={session} />;
    case 'recording':
      return <RecordingView key={where.id} id={where.id} at={where.at} session={session} />;
    case 'nowhere':
      return (
        <div class="card door">
          <Heading>{m.shell.nowhere}</Heading>
          <p><a href="/" onClick={(event) => { event.preventDefault(); go('/'); }}>{m.shell.toCalls}</a></p>
        </div>
      );
  }
}

function App() {
  const { m } = useMessages();
  const now = useStore(presence);
  useEffect(() => {
    document.documentElement.lang = settings.get().language;
  }, [m]);
  return (
    <Shell session={now.state === 'in' ? now.session : undefined}>
      {now.state === 'in' && <View session={now.session} />}
      {now.state === 'out' && <SignedOut why={now.why} />}
      {now.state === 'no_answer' && <NoAnswerYet />}
      {now.state === 'asking' && <p class="empty">{m.shell.loading}</p>}
    </Shell>
  );
}

beginWithKept();
presence.watch(() => {
  const now = presence.get();
  if (now.state === 'out') dropResults(now.why === 'signed_out');
});
listenToHistory();
listenToKeys();
watchSession();
const root = document.getElementById('app');
if (root) render(<App />, root);
