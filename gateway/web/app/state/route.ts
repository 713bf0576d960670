/** Where in the page somebody is. Addresses hold ids and times, never what was searched for. */
import { Store } from './store';

export type Route = { view: 'search' } | { view: 'recording'; id: string; at: number | undefined } | { view: 'nowhere' };

/** Seconds of "#t=83", "#t=83.5" or "#t=1:23". */
export function timeOf(hash: string): number | undefined {
  const found = /^#t=(?:(\d{1,5}):)?(\d{1,6}(?:\.\d{1,3})?)$/.exec(hash);
  return found ? Number(found[1] ?? 0) * 60 + Number(found[2]) : undefined;
}

export function routeOf(path: string, hash: string): Route {
  if (path === '/') return { view: 'search' };
  const found = /^\/recordings\/([0-9a-f]{32})$/.exec(path);
  return found?.[1] === undefined ? { view: 'nowhere' } : { view: 'recording', id: found[1], at: timeOf(hash) };
}

/** The path of a recording, at a time. It carries no right: who opens it needs their own. */
export function pathOf(id: string, seconds?: number): string {
  return `/recordings/${id}${seconds === undefined ? '' : `#t=${Math.max(0, Math.round(seconds * 10) / 10)}`}`;
}

const here = (): Route => routeOf(location.pathname, location.hash);
export const route = new Store<Route>(typeof location === 'undefined' ? { view: 'search' } : here());

export function go(path: string): void {
  history.pushState(null, '', path);
  route.set(here());
  scrollTo(0, 0);
}

export function listenToHistory(): void {
  const moved = () => route.set(here());
  addEventListener('popstate', moved);
  addEventListener('hashchange', moved);
}
