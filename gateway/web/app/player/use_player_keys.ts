import { useMessages } from '../i18n/use_messages';
import { settings } from '../state/settings';
import { useShortcut } from '../state/shortcuts';
import type { Deck } from './deck';
import { JUMP_S } from './transport';

const SMALL_JUMP_S = 5;

/** The player's keys; help/help_dialog.tsx lists them. What cannot be seen is said. */
export function usePlayerKeys({ deck, ready, say, speed, copyLink, zoom, openFirst }: {
  deck: Deck;
  ready: boolean;
  say: (sentence: string) => void;
  speed: (step: 1 | -1) => void;
  copyLink: () => void;
  zoom: (factor: 2 | 0.5) => void;
  /** Opens the play when there is none yet. */
  openFirst: () => void;
}): void {
  const { m } = useMessages();
  const toggle = () => (ready ? deck.toggle() : openFirst());
  const jump = (seconds: number) => () => {
    if (ready) deck.jump(seconds);
  };
  useShortcut(' ', toggle);
  useShortcut('k', toggle);
  useShortcut('j', jump(-JUMP_S));
  useShortcut('l', jump(JUMP_S));
  useShortcut('ArrowLeft', jump(-SMALL_JUMP_S));
  useShortcut('ArrowRight', jump(SMALL_JUMP_S));
  useShortcut('Home', () => ready && deck.seek(0));
  useShortcut('End', () => ready && deck.seek(deck.state.get().duration));
  useShortcut(',', () => speed(-1));
  useShortcut('.', () => speed(1));
  useShortcut('c', copyLink);
  useShortcut('+', () => zoom(2));
  useShortcut('=', () => zoom(2));
  useShortcut('-', () => zoom(0.5));
  useShortcut('m', () => {
    const muted = !deck.state.get().muted;
    deck.setMuted(muted);
    say(m.player.mutedIs(muted));
  });
  useShortcut('s', () => {
    const skipSilence = !settings.get().skipSilence;
    settings.update({ skipSilence });
    say(m.player.skipSilenceIs(skipSilence));
  });
  const party = (lane: number) => () => {
    const now = deck.state.get().lanes[lane];
    if (now) deck.setLane(lane, { muted: !now.muted });
  };
  useShortcut('1', party(0));
  useShortcut('2', party(1));
}
