import type { ComponentChildren } from 'preact';

import { serverNow } from '../api/clock';
import type { Facts, Named } from '../api/types';
import { daysUntil } from '../i18n/formats';
import { useMessages } from '../i18n/use_messages';
import { PartyNumber } from '../parts/party_number';
import { ruleInWords } from './rule_in_words';
import { soundInWords } from './sound_in_words';

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const shown = (one: Named) => (
  <>{one.name ?? one.id}{one.name !== undefined && <span class="faint"> {one.id}</span>}</>
);

/** What the gateway says about a call, the law's side included. */
export function FactsList({ facts }: { facts: Facts }) {
  const { m, f } = useMessages();
  const word = (how: string) => m.facts.how[how] ?? how;
  return (
    <div class="facts">
      <section aria-labelledby="facts-call">
        <h2 id="facts-call">{m.facts.call}</h2>
        <dl>
          <Fact label={m.facts.started}>{f.moment(facts.started_at)}</Fact>
          {facts.duration_ms !== undefined && <Fact label={m.facts.length}>{f.words(Math.round(facts.duration_ms / 1000))}</Fact>}
          {facts.direction && <Fact label={m.facts.direction}>{m.direction[facts.direction]}</Fact>}
          {facts.caller && <Fact label={m.facts.caller}><PartyNumber party={facts.caller} /></Fact>}
          {facts.callee && <Fact label={m.facts.callee}><PartyNumber party={facts.callee} /></Fact>}
          {facts.agent && <Fact label={m.facts.agent}>{shown(facts.agent)}</Fact>}
          <Fact label={m.facts.team}>{shown(facts.team)}</Fact>
          {facts.queue && <Fact label={m.facts.queue}>{shown(facts.queue)}</Fact>}
          {facts.state !== 'unplayable' && <Fact label={m.sound.title}>{soundInWords(facts, m, f)}</Fact>}
          {facts.call_id !== undefined && <Fact label={m.facts.callId}><span class="code">{facts.call_id}</span></Fact>}
        </dl>
      </section>
      <section aria-labelledby="facts-law">
        <h2 id="facts-law">{m.facts.law}</h2>
        <dl>
          <Fact label={m.facts.basis}>
            {m.facts.basisOf[facts.basis]}
            {facts.consent && (
              <span class="faint">, {m.facts.consentGiven(f.short(facts.consent.given_at), facts.consent.how && word(facts.consent.how))}</span>
            )}
          </Fact>
          {facts.notice?.how !== undefined && (
            <Fact label={m.facts.notice}>{m.facts.noticeOf(word(facts.notice.how), facts.notice.version ?? '')}</Fact>
          )}
          <Fact label={m.facts.purposes}>{facts.purposes.map((one) => m.purpose[one]).join(', ')}</Fact>
          <Fact label={m.facts.due}>
            {f.day(facts.purge_date)} <span class="faint">({m.facts.inDays(daysUntil(facts.purge_date, serverNow()))})</span>
          </Fact>
          <Fact label={m.facts.rule}>{ruleInWords(facts, m.rule) ?? <span lang="en">{facts.rule.text}</span>}</Fact>
          {facts.retention_class !== undefined && <Fact label={m.facts.keptFor}>{facts.retention_class}</Fact>}
          {facts.holds !== undefined && <Fact label={m.facts.holds}>{m.facts.holdsOf(facts.holds)}</Fact>}
          {facts.restrictions?.map((one) => (
            <Fact key={one.since} label={m.facts.restrictions}>
              {m.facts.restrictionOf(m.facts.ground[one.ground] ?? one.ground, f.short(one.since))}
            </Fact>
          ))}
        </dl>
      </section>
    </div>
  );
}
