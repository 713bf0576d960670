import { useEffect, useRef } from 'preact/hooks';
import WaveSurfer from 'wavesurfer.js';

import type { Deck } from './deck';
import type { Peaks } from './peaks';
import { waveformStyle } from './waveform_style';

export const LANE_HEIGHT = 64;

/** The lanes' colours, as the style sheet has them for the theme of now. */
function colours(from: HTMLElement, lanes: number) {
  const style = getComputedStyle(from);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return Array.from({ length: lanes }, (_, lane) => ({
    waveColor: of(`--lane-${lane % 2}-ahead`),
    progressColor: of(`--lane-${lane % 2}`),
    overlay: false,
  }));
}

/** The picture of the sound: one lane for each channel. For the eye alone; the slider over it is for everybody. */
export function Waveform({ deck, peaks, duration }: { deck: Deck; peaks: Peaks; duration: number }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const container = frame.current;
    if (!container) return undefined;
    const lanes = peaks.channels.length;
    const cursorColor = () => getComputedStyle(container).getPropertyValue('--playhead').trim();
    const drawn = WaveSurfer.create({
      container, media: deck.element, peaks: peaks.channels, duration, interact: false, height: LANE_HEIGHT,
      barWidth: 2, barGap: 1, barRadius: 1, normalize: true, cursorWidth: 2, cursorColor: cursorColor(),
      hideScrollbar: true, autoScroll: false, splitChannels: colours(container, lanes) });
    const root = drawn.getWrapper().getRootNode();
    if (root instanceof ShadowRoot) root.adoptedStyleSheets = [waveformStyle(LANE_HEIGHT * lanes)];
    // Without its sound the element is at the beginning; the call is not.
    const emptied = () => setTimeout(() => drawn.setTime(deck.state.get().time));
    deck.element.addEventListener('emptied', emptied);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const recolour = () => drawn.setOptions({ cursorColor: cursorColor(), splitChannels: colours(container, lanes) });
    dark.addEventListener('change', recolour);
    return () => {
      deck.element.removeEventListener('emptied', emptied);
      dark.removeEventListener('change', recolour);
      drawn.destroy();
    };
  }, [deck, peaks, duration]);
  return <div class="waveform" ref={frame} aria-hidden="true" />;
}
