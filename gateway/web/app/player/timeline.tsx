import { clock } from '../i18n/formats';
import { useMessages } from '../i18n/use_messages';
import type { Mark } from '../api/types';
import { rulerStep } from './ruler_step';
import type { Stretch } from './silence';

const at = (seconds: number, duration: number) => `${(seconds / duration) * 100}%`;

/** What happened when: silences and marks behind the lanes. */
export function Happenings({ duration, silence, marks }: { duration: number; silence: readonly Stretch[]; marks: readonly Mark[] }) {
  const { m } = useMessages();
  if (duration <= 0) return null;
  return (
    <div class="happenings" aria-hidden="true">
      {silence.map(({ from, to }) => (
        <i key={from} class="silence" style={{ left: at(from, duration), width: at(to - from, duration) }} />
      ))}
      {marks.map(({ from_ms, to_ms, kind }) => (
        <i key={`${kind}${from_ms}`} class="mark"
          style={{ left: at(from_ms / 1000, duration), width: at(Math.max(0, to_ms - from_ms) / 1000, duration) }}>
          <b>{m.player.mark[kind]}</b>
        </i>
      ))}
    </div>
  );
}

export function Ruler({ duration, zoom }: { duration: number; zoom: number }) {
  if (duration <= 0) return null;
  const step = rulerStep(duration / zoom);
  const lines = Array.from({ length: Math.floor(duration / step) + 1 }, (_, index) => index * step);
  return (
    <div class="ruler" aria-hidden="true">
      {lines.map((seconds) => (
        <span key={seconds} style={{ left: at(seconds, duration) }}>
          {seconds + step * 0.4 < duration || seconds === 0 ? clock(seconds) : ''}
        </span>
      ))}
    </div>
  );
}
