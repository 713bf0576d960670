/** What time it is at the gateway. The browser's own clock may be wrong by years, so only its stopwatch is used. */

let serverAt: number | undefined;
let stopwatchAt = 0;

export function noteServerDate(date: string | null): void {
  const at = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(at)) return;
  serverAt = at;
  stopwatchAt = performance.now();
}

/** Milliseconds since 1970; by the browser's clock as long as nothing has been heard. */
export function serverNow(): number {
  return serverAt === undefined ? Date.now() : serverAt + (performance.now() - stopwatchAt);
}
