import { useEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

const MOST = 16;
/** Below this, the whole call is shown well enough. */
const SECONDS_A_SCREEN = 20;

/** How many screens wide the lanes are, and the part of them that is seen: the playhead stays in it. */
export function useZoom(stage: RefObject<HTMLElement | null>, time: number, duration: number) {
  const [zoom, setZoom] = useState(1);
  const most = Math.max(1, Math.min(MOST, 2 ** Math.floor(Math.log2(Math.max(1, duration / SECONDS_A_SCREEN)))));
  const change = (factor: 2 | 0.5) => setZoom(Math.min(most, Math.max(1, zoom * factor)));
  useEffect(() => {
    const frame = stage.current;
    if (!frame || zoom === 1 || duration <= 0) return;
    const at = (time / duration) * frame.scrollWidth;
    const seen = at - frame.scrollLeft;
    if (seen < 0 || seen > frame.clientWidth * 0.92) frame.scrollLeft = at - frame.clientWidth * 0.15;
  }, [time, zoom, duration]);
  return { zoom, most, change };
}
