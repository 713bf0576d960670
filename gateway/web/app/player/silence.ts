/** Stretches in which nobody speaks, and the way past them. Times are seconds. */

export interface Stretch {
  from: number;
  to: number;
}

/** What is left of a silence, so that speech does not begin without a breath. */
const BREATH_S = 0.25;
/** Shorter silences are part of talking. */
const SHORTEST_S = 1.5;

/** The gateway's {"silence": [[start_ms, end_ms], ...]}; whatever is not that is left out. */
export function readSilence(said: unknown): Stretch[] {
  const list = (said as { silence?: unknown } | null)?.silence;
  if (!Array.isArray(list)) return [];
  const out: Stretch[] = [];
  for (const pair of list) {
    if (!Array.isArray(pair)) continue;
    const [from, to] = pair as unknown[];
    if (typeof from !== 'number' || typeof to !== 'number' || !(to > from) || from < 0) continue;
    out.push({ from: from / 1000, to: to / 1000 });
  }
  return out.sort((a, b) => a.from - b.from);
}

/** Where to go on when playing has come to `time`; nothing: just play on. */
export function skipTo(time: number, silence: readonly Stretch[]): number | undefined {
  for (const { from, to } of silence) {
    if (to - from >= SHORTEST_S && time >= from + BREATH_S && time < to - 2 * BREATH_S) return to - BREATH_S;
  }
  return undefined;
}

/** Seconds that skipping saves. */
export function saved(silence: readonly Stretch[]): number {
  return silence
    .filter(({ from, to }) => to - from >= SHORTEST_S)
    .reduce((sum, { from, to }) => sum + (to - from) - 2 * BREATH_S, 0);
}
