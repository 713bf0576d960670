import { useEffect, useMemo, useRef, useState } from 'preact/hooks';

import type { Declared } from '../api/calls';
import type { Facts, Session } from '../api/types';
import type { Messages } from '../i18n/messages';
import { useMessages } from '../i18n/use_messages';
import type { Why } from '../recording/purpose_fields';
import { takeIntention, stepUp } from '../session/step_up';
import { pathOf } from '../state/route';
import { useStore } from '../state/store';
import { Deck, type DeckState } from './deck';
import { laneNames } from './lane_names';
import { LaneControls } from './lanes';
import { Listening } from './listening';
import { Opener } from './opener';
import { SeekSlider } from './seek_slider';
import { canGoOn, isOrdinary } from './stop_reason';
import { Happenings, Ruler } from './timeline';
import { Transport } from './transport';
import { usePicture } from './use_picture';
import { usePlayerKeys } from './use_player_keys';
import { useZoom } from './use_zoom';
import { LANE_HEIGHT, Waveform } from './waveform';

/** Plays one recording. Without a play it shows where one would be, and asks for the purpose. */
export function Player({ facts, session, at, why, onWhy, onGone }: {
  facts: Facts;
  session: Session;
  at: number | undefined;
  why: Why;
  onWhy: (why: Why) => void;
  /** The right to the call was lost while listening. */
  onGone: (why: 'restricted' | 'gone') => void;
}) {
  const { m, f } = useMessages();
  const roles = useMemo(() => facts.channels ?? (['mixed'] as const), [facts]);
  const names = laneNames(roles, m.player.lane);
  const deck = useMemo(() => new Deck(roles.length, (facts.duration_ms ?? 0) / 1000), [facts.id]);
  const listening = useMemo(() => new Listening(facts.id), [facts.id]);
  const phase = useStore(listening.phase);
  const state = useStore(deck.state);
  const play = phase.kind === 'open' ? phase.play : undefined;
  // The picture waits until there is sound: an hour of it would hold the line for as long as the sound takes.
  const { peaks, silence } = usePicture(state.heard || state.needsClick ? play : undefined);
  const [says, say] = useState('');
  const [link, setLink] = useState<string>();
  const declared = useRef<Declared>({ purpose: why.purpose });
  const section = useRef<HTMLElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const { zoom, most, change: changeZoom } = useZoom(stage, state.time, state.duration);

  const open = (by: Declared) => {
    declared.current = by;
    say('');
    void listening.open(by);
  };

  useEffect(() => {
    deck.seek(at ?? 0);
    deck.onBroken = () => listening.broken();
    deck.onSeek = (seconds) => listening.sought(seconds);
    listening.audible = () => !deck.element.paused;
    listening.onStepUp = (by) =>
      stepUp({ recording: facts.id, purpose: by.purpose, seconds: deck.state.get().time, play: true });
    const intention = takeIntention(facts.id);
    if (intention?.play) {
      deck.seek(intention.seconds);
      onWhy({ purpose: intention.purpose, case: '' });
      open({ purpose: intention.purpose });
    }
    return () => {
      listening.destroy();
      deck.destroy();
    };
  }, [deck, listening]);

  useEffect(() => {
    if (at !== undefined) deck.seek(at);
  }, [at]);

  const media = play?.media;
  useEffect(() => {
    if (media === undefined) return deck.unload();
    deck.load(media, deck.state.get().time);
    void deck.play();
    section.current?.querySelector<HTMLElement>('[data-play]')?.focus();
  }, [media]);

  const lineLost = phase.kind === 'open' && !phase.line;
  useEffect(() => {
    if (lineLost) deck.pause();
    else if (phase.kind === 'open' && phase.back) section.current?.querySelector<HTMLElement>('[data-play]')?.focus();
  }, [lineLost]);

  useEffect(() => {
    deck.silence = silence ?? [];
  }, [silence]);

  useEffect(() => {
    if (phase.kind !== 'stopped') return;
    if (phase.why === 'restricted' || phase.why === 'gone') onGone(phase.why);
    else section.current?.querySelector<HTMLElement>('[data-open]')?.focus();
  }, [phase]);

  const ready = play !== undefined && !lineLost;
  const speed = (step: 1 | -1) => say(m.player.speedIs(f.speed(deck.faster(step))));
  const copyLink = () => {
    const address = location.origin + pathOf(facts.id, deck.state.get().time);
    navigator.clipboard.writeText(address).then(
      () => { setLink(undefined); say(m.player.copied); },
      () => { say(''); setLink(address); },
    );
  };
  usePlayerKeys({ deck, ready, say, speed, copyLink, zoom: changeZoom, openFirst: () => section.current?.querySelector<HTMLElement>('[data-open]')?.click() });

  const stopped = phase.kind === 'stopped' ? m.player.stopped[phase.why] : lineLost ? m.player.stopped.line_lost : undefined;
  const hint = hintOf({ back: phase.kind === 'open' && phase.back, state, says, declared: play && declared.current }, m);
  const height = { height: `${LANE_HEIGHT * roles.length}px` };

  return (
    <section class="player" aria-label={m.player.title} ref={section}>
      <div class="desk">
        <LaneControls deck={deck} names={names} lanes={state.lanes} />
        <div class={zoom > 1 ? 'stage zoomed' : 'stage'} ref={stage}>
          <div class="strip" style={{ width: `${(play ? zoom : 1) * 100}%` }}>
            <div class="lanes" style={height}>
              {play && <Happenings duration={state.duration} silence={silence ?? []} marks={facts.marks ?? []} />}
              {peaks && play && peaks.channels.length === roles.length
                ? <Waveform deck={deck} peaks={peaks} duration={state.duration} />
                : <PlainLanes count={roles.length} part={state.duration > 0 ? state.time / state.duration : 0} />}
              {ready && <SeekSlider time={state.time} duration={state.duration} playing={state.playing} onSeek={(to) => deck.seek(to)} />}
              {!play && (
                <div class="curtain">
                  {stopped !== undefined && (
                    <p class={phase.kind === 'stopped' && isOrdinary(phase.why) ? 'notice plain' : 'notice bad'} role="alert">{stopped}</p>
                  )}
                  {(phase.kind !== 'stopped' || canGoOn(phase.why)) && (
                    <Opener facts={facts} roles={session.roles} why={why} busy={phase.kind === 'opening'}
                      label={phase.kind === 'stopped' && state.time > 0 ? m.player.goOn : m.player.open}
                      onWhy={onWhy} onOpen={open} />
                  )}
                </div>
              )}
              {lineLost && <div class="curtain"><p class="notice bad" role="alert">{stopped}</p></div>}
            </div>
            <Ruler duration={state.duration} zoom={play ? zoom : 1} />
          </div>
        </div>
      </div>
      <Transport deck={deck} state={state} ready={ready} silence={silence}
        zoom={most > 1 ? { now: zoom, most, change: changeZoom } : undefined} onPlay={() => deck.toggle()}
        onSpeed={speed} onLink={copyLink} onEnd={() => listening.stop('closed')} />
      <p class="says" role="status">{hint}</p>
      {play && play.peaks === undefined && <p class="faint small">{m.player.noPeaks}</p>}
      {link !== undefined && (
        <p class="by-hand"><label>{m.player.copyByHand} <input readOnly value={link} onFocus={(event) => event.currentTarget.select()} /></label></p>
      )}
    </section>
  );
}

/** The one sentence below the buttons. */
function hintOf(now: { back: boolean; state: DeckState; says: string; declared: Declared | undefined }, m: Messages): string {
  if (now.state.yielded) return m.player.otherTab;
  if (now.back && !now.state.playing) return m.player.lineBack;
  if (now.state.needsClick) return m.player.needsClick;
  return now.says || (now.declared ? m.player.purposeShown(m.purpose[now.declared.purpose]) : '');
}

/** Lanes without a picture: how far the call has played. */
function PlainLanes({ count, part }: { count: number; part: number }) {
  return (
    <div class="plain-lanes" aria-hidden="true">
      {Array.from({ length: count }, (_, lane) => (
        <i key={lane} class={`lane-${lane % 2}`}><b style={{ width: `${part * 100}%` }} /></i>
      ))}
    </div>
  );
}
