/** Seconds between two lines of the ruler, so that there are about ten of them. */
export function rulerStep(duration: number): number {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
  return steps.find((step) => duration / step <= 12) ?? 7200;
}
