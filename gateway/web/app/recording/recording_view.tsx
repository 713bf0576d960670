import { useState } from 'preact/hooks';

import type { Declared } from '../api/calls';
import { Problem } from '../api/problem';
import type { Facts, Session } from '../api/types';
import type { Messages } from '../i18n/messages';
import { useMessages } from '../i18n/use_messages';
import { sentenceOf } from '../parts/failure';
import { Heading } from '../parts/heading';
import { Icon } from '../parts/icon';
import { StateBadge } from '../parts/state_badge';
import { Player } from '../player/player';
import { neighboursOf, results } from '../search/results';
import { peekIntention } from '../session/step_up';
import { go, pathOf, route } from '../state/route';
import { useShortcut } from '../state/shortcuts';
import { useStore } from '../state/store';
import { FactsList } from './facts_list';
import type { Why } from './purpose_fields';
import { needsCase } from './purposes';
import { soundFindings } from './sound_in_words';
import { useFacts } from './use_facts';
import { WhyPrompt } from './why_prompt';

/** Why the call of this address cannot be shown. */
function sentenceOfRefusal(failure: unknown, m: Messages): string {
  if (failure instanceof Problem) {
    if (failure.kind === 'restricted') return m.recording.restricted;
    if (failure.status === 403) return m.recording.denied;
    if (failure.status === 404) return m.recording.notFound;
    if (failure.status === 410) return m.recording.gone;
  }
  return sentenceOf(failure, m);
}

const sentenceOfUnplayable = (reason: string, m: Messages) =>
  reason === 'preparing' ? m.unplayable.preparing : m.unplayable.because[reason] ?? m.unplayable.other(reason);

/** What a listener wants to know before playing: a silent side, a distorted one, both the same. */
function SoundNotice({ facts }: { facts: Facts }) {
  const { m } = useMessages();
  const found = soundFindings(facts, m.sound);
  if (found.length === 0) return null;
  return <ul class="notice sound" aria-label={m.sound.title}>{found.map((one) => <li key={one}>{one}</li>)}</ul>;
}

const declaredBy = (why: Why, roles: readonly string[]): Declared =>
  needsCase(why.purpose, roles) ? { purpose: why.purpose, case: why.case.trim() } : { purpose: why.purpose };

/** The purpose that is known already: of the search that found the call, or of the step-up one comes back from. */
function knownWhy(id: string, roles: readonly string[]): Why | undefined {
  const { calls, criteria } = results.get();
  if (calls.some((call) => call.id === id)) return { purpose: criteria.purpose, case: criteria.case };
  const intention = peekIntention(id);
  return intention && !needsCase(intention.purpose, roles) ? { purpose: intention.purpose, case: '' } : undefined;
}

export function RecordingView({ id, at, session }: { id: string; at: number | undefined; session: Session }) {
  const { m, f } = useMessages();
  const found = useStore(results).calls.length > 0;
  const { newer, older } = neighboursOf(id);
  const [why, setWhy] = useState<Why | undefined>(() => knownWhy(id, session.roles));
  const [declared, setDeclared] = useState<Declared | undefined>(() => why && declaredBy(why, session.roles));
  const [lost, setLost] = useState<'restricted' | 'gone'>();
  const { look, again } = useFacts(id, declared, at ?? 0);

  const visit = (other: string | undefined) => {
    if (other === undefined) return;
    results.update({ opened: other });
    go(pathOf(other));
  };
  useShortcut('Escape', () => go('/'));
  // From where one is when the key is pressed: two keys in a row may be quicker than the view.
  const step = (way: 'newer' | 'older') => {
    const now = route.get();
    if (now.view === 'recording') visit(neighboursOf(now.id)[way]);
  };
  useShortcut('[', () => step('newer'));
  useShortcut(']', () => step('older'));

  if (!why || !declared) {
    return <WhyPrompt roles={session.roles} onDeclared={(said) => { setWhy(said); setDeclared(declaredBy(said, session.roles)); }} />;
  }
  const facts = look.kind === 'shown' ? look.facts : undefined;
  return (
    <div class="recording-view">
      <nav class="around" aria-label={m.shell.calls}>
        <a href="/" onClick={(event) => { event.preventDefault(); go('/'); }}><Icon name="left" />{found ? m.recording.back : m.shell.toCalls}</a>
        {found && (
          <span>
            <button type="button" class="icon-button" disabled={!newer} aria-label={m.recording.previous} title={`${m.recording.previous} ([)`} onClick={() => visit(newer)}><Icon name="left" /></button>
            <button type="button" class="icon-button" disabled={!older} aria-label={m.recording.next} title={`${m.recording.next} (])`} onClick={() => visit(older)}><Icon name="right" /></button>
          </span>
        )}
      </nav>
      {look.kind === 'loading' && <p class="empty" role="status">{m.shell.loading}</p>}
      {look.kind === 'failed' && (
        <div class="card refused">
          <Heading>{m.shell.calls}</Heading>
          <p class="notice bad" role="alert">{sentenceOfRefusal(look.failure, m)}</p>
          <p class="actions">
            <button type="button" onClick={again}>{m.recording.retry}</button>
            {look.failure instanceof Problem && look.failure.kind === 'denied' && (
              <button type="button" onClick={() => { setWhy(undefined); setDeclared(undefined); }}>{m.recording.otherPurpose}</button>
            )}
          </p>
        </div>
      )}
      {facts && (
        <>
          <header class="call-head">
            <Heading>{m.recording.title(f.moment(facts.started_at))}</Heading>
            <p class="faint">
              {[facts.direction && m.direction[facts.direction], facts.agent?.name ?? facts.agent?.id, facts.team.name ?? facts.team.id, facts.duration_ms !== undefined && f.words(Math.round(facts.duration_ms / 1000))].filter(Boolean).join(' · ')}
              <StateBadge call={facts} />
            </p>
          </header>
          {lost !== undefined ? (
            <p class="notice bad" role="alert">{m.player.stopped[lost]}</p>
          ) : facts.state === 'unplayable' ? (
            <p class="notice" role="status">{sentenceOfUnplayable(facts.unplayable_reason ?? '', m)}</p>
          ) : (
            <>
              <SoundNotice facts={facts} />
              <Player facts={facts} session={session} at={at} why={why} onWhy={setWhy} onGone={setLost} />
            </>
          )}
          {lost === undefined && <FactsList facts={facts} />}
        </>
      )}
    </div>
  );
}
