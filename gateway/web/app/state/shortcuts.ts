/** Single keys that do something: one listener for the page, one table that components enter themselves into. */
import { useEffect, useRef } from 'preact/hooks';

import { settings } from './settings';

const table = new Map<string, (() => void)[]>();

/** Elements that a key means something else for. */
function takesKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('dialog')) return true;
  if (target instanceof HTMLInputElement) {
    if (target.type === 'range') return key.startsWith('Arrow') || key === 'Home' || key === 'End';
    if (target.type === 'checkbox') return key === ' ';
    return true;
  }
  if (target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement) return true;
  if (key.startsWith('Arrow') || key === 'Home' || key === 'End') return target.closest('[data-arrows]') !== null;
  return key === ' ' && target.closest('button, a, summary') !== null;
}

export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!settings.get().keys && key !== 'Escape') return;
    if (takesKey(event.target, key)) return;
    const found = table.get(key)?.at(-1);
    if (!found) return;
    event.preventDefault();
    found();
  });
}

/** While the component is there, the key does this; the component that came last has it. */
export function useShortcut(key: string, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const mine = () => latest.current();
    const all = table.get(key) ?? [];
    table.set(key, [...all, mine]);
    return () => {
      table.set(key, (table.get(key) ?? []).filter((one) => one !== mine));
    };
  }, [key]);
}
