import { useRef, useState } from 'preact/hooks';

import { clock } from '../i18n/formats';
import { useMessages } from '../i18n/use_messages';

const STEPS: Record<string, number> = {
  ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30 };

/**
 * Where in the call one is: a real slider over the lanes, for pointer, keys and screen readers. It says the time in words,
 * at once when somebody moves it, and every few seconds while the call plays, so that no screen reader talks into it.
 */
export function SeekSlider({ time, duration, playing, onSeek }: {
  time: number;
  duration: number;
  playing: boolean;
  onSeek: (seconds: number) => void;
}) {
  const { m, f } = useMessages();
  const [hover, setHover] = useState<number>();
  const said = useRef(time);
  if (!playing || Math.abs(time - said.current) >= 10) said.current = time;
  const move = (seconds: number) => {
    const to = Math.min(duration, Math.max(0, seconds));
    said.current = to;
    onSeek(to);
  };
  return (
    <div
      class="seek"
      onPointerMove={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        setHover(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
      }}
      onPointerLeave={() => setHover(undefined)}
    >
      <input
        type="range"
        min={0}
        max={duration}
        step={0.01}
        value={time}
        aria-label={m.player.position}
        aria-valuetext={m.player.positionOf(f.words(said.current), f.words(duration))}
        onInput={(event) => move(event.currentTarget.valueAsNumber)}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const step = STEPS[event.key];
          if (step !== undefined) move(time + step);
          else if (event.key === 'Home') move(0);
          else if (event.key === 'End') move(duration);
          else return;
          event.preventDefault();
        }}
      />
      {hover !== undefined && (
        <div class="hover" style={{ left: `${hover * 100}%` }} aria-hidden="true">
          <span class={hover > 0.9 ? 'end' : ''}>{clock(hover * duration, duration < 600)}</span>
        </div>
      )}
    </div>
  );
}
