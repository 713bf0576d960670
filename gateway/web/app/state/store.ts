import { useEffect, useState } from 'preact/hooks';

/** A value that components watch. */
export class Store<T> {
  private readonly watchers = new Set<() => void>();

  constructor(private value: T) {}

  get(): T {
    return this.value;
  }

  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const tell of [...this.watchers]) tell();
  }

  update(change: Partial<T>): void {
    this.set({ ...this.value, ...change });
  }

  watch(tell: () => void): () => void {
    this.watchers.add(tell);
    return () => this.watchers.delete(tell);
  }
}

export function useStore<T>(store: Store<T>): T {
  const [, redraw] = useState({});
  const drawn = store.get();
  useEffect(() => {
    if (!Object.is(store.get(), drawn)) redraw({}); // it changed before anybody watched
    return store.watch(() => redraw({}));
  }, [store]);
  return drawn;
}
