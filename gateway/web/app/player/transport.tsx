import { Icon } from '../parts/icon';
import { clock } from '../i18n/formats';
import { useMessages } from '../i18n/use_messages';
import { settings } from '../state/settings';
import { useStore } from '../state/store';
import { SPEEDS, type Deck, type DeckState } from './deck';
import { saved, type Stretch } from './silence';

export const JUMP_S = 10;

/** The buttons below the lanes. Each has its key beside its name. */
export function Transport({ deck, state, ready, silence, zoom, onPlay, onSpeed, onLink, onEnd }: {
  deck: Deck;
  state: DeckState;
  ready: boolean;
  silence: readonly Stretch[] | undefined;
  /** Nothing: the call is short enough as it is. */
  zoom: { now: number; most: number; change: (factor: 2 | 0.5) => void } | undefined;
  onPlay: () => void;
  onSpeed: (step: 1 | -1) => void;
  onLink: () => void;
  onEnd: () => void;
}) {
  const { m, f } = useMessages();
  const { speed, skipSilence, apart } = useStore(settings);
  const saves = silence ? saved(silence) : 0;
  return (
    <div class="transport">
      <div class="group">
        <button type="button" class="icon-button" aria-label={m.player.back(JUMP_S)} title={`${m.player.back(JUMP_S)} (J)`}
          disabled={!ready} onClick={() => deck.jump(-JUMP_S)}>
          <Icon name="back" />
        </button>
        <button type="button" class="play" disabled={!ready} aria-label={state.playing ? m.player.pause : m.player.play}
          title={`${state.playing ? m.player.pause : m.player.play} (K)`} onClick={onPlay} data-play>
          <Icon name={state.playing ? 'pause' : 'play'} />
        </button>
        <button type="button" class="icon-button" aria-label={m.player.forward(JUMP_S)}
          title={`${m.player.forward(JUMP_S)} (L)`} disabled={!ready} onClick={() => deck.jump(JUMP_S)}>
          <Icon name="forward" />
        </button>
        <span class="clock">
          <b>{clock(state.time, true)}</b> <span class="faint">/ {clock(state.duration)}</span>
        </span>
        {state.waiting && <span class="faint">{m.player.loadingSound}</span>}
      </div>
      <div class="group" role="group" aria-label={m.player.speed}>
        <button type="button" class="icon-button" aria-label={m.player.slower} title={`${m.player.slower} (,)`}
          disabled={speed <= SPEEDS[0]} onClick={() => onSpeed(-1)}>−</button>
        <span class="speed">{f.speed(speed)}</span>
        <button type="button" class="icon-button" aria-label={m.player.faster} title={`${m.player.faster} (.)`}
          disabled={speed >= (SPEEDS.at(-1) ?? 1)} onClick={() => onSpeed(1)}>+</button>
      </div>
      <div class="group">
        <button type="button" class="toggle" aria-pressed={skipSilence} title={`${m.player.skipSilence} (S)`}
          onClick={() => settings.update({ skipSilence: !skipSilence })}>
          <Icon name="skip" />{m.player.skipSilence}
          {saves >= 1 && <small class="faint" title={m.player.silenceSum(f.words(saves))}>−{clock(saves)}</small>}
        </button>
        {state.lanes.length > 1 && (
          <button type="button" class="toggle" aria-pressed={apart} title={m.player.apartHint}
            onClick={() => settings.update({ apart: !apart })}>
            <Icon name="ears" />{m.player.apart}
          </button>
        )}
      </div>
      <div class="group last">
        {zoom && (
          <>
            <button type="button" class="icon-button" aria-label={m.player.zoomOut} title={`${m.player.zoomOut} (-)`}
              disabled={!ready || zoom.now <= 1} onClick={() => zoom.change(0.5)}><Icon name="out_of" /></button>
            <button type="button" class="icon-button" aria-label={m.player.zoomIn} title={`${m.player.zoomIn} (+)`}
              disabled={!ready || zoom.now >= zoom.most} onClick={() => zoom.change(2)}><Icon name="into" /></button>
          </>
        )}
        <button type="button" class="icon-button" aria-pressed={state.muted} aria-label={m.player.muteAll}
          title={`${m.player.muteAll} (M)`} onClick={() => deck.setMuted(!state.muted)}>
          <Icon name={state.muted ? 'muted' : 'sound'} />
        </button>
        <button type="button" class="icon-button" aria-label={m.player.copyLink} title={`${m.player.copyLink} (C)`}
          onClick={onLink}>
          <Icon name="link" />
        </button>
        <button type="button" class="icon-button" aria-label={m.player.end} title={m.player.end} disabled={!ready}
          onClick={onEnd}>
          <Icon name="stop" />
        </button>
      </div>
    </div>
  );
}
