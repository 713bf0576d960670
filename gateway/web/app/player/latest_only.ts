/**
 * Acts on one value at a time; of those that come meanwhile only the latest is acted on. A slider that is dragged over a
 * long call asks for more places than a browser has connections.
 */
export function latestOnly<T>(act: (value: T) => Promise<unknown>): (value: T) => void {
  let busy = false;
  let waiting: { value: T } | undefined;
  const next = (value: T): void => {
    busy = true;
    act(value).catch(() => undefined).finally(() => {
      busy = false;
      const latest = waiting;
      waiting = undefined;
      if (latest !== undefined) next(latest.value);
    });
  };
  return (value) => {
    if (busy) waiting = { value };
    else next(value);
  };
}
