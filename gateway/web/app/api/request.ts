import { noteServerDate } from './clock';
import { NoAnswer, problemFrom } from './problem';

const PATIENCE_MS = 20_000;

let lastUse = 0;

/** When something was asked last, by performance.now(): a session ends some time after that. */
export function lastUsed(): number {
  return lastUse;
}

interface Asking {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Goes out even when the page is being left. */
  keepalive?: boolean;
  patienceMs?: number;
}

/** One request with the session's cookie. Throws Problem or NoAnswer; an aborted one throws what the signal says. */
export async function ask(path: string, how: Asking = {}): Promise<Response> {
  const headers: Record<string, string> = { ...how.headers };
  if (how.body !== undefined) headers['Content-Type'] = 'application/json';
  const patience = AbortSignal.timeout(how.patienceMs ?? PATIENCE_MS);
  let response: Response;
  try {
    response = await fetch(path, {
      method: how.method ?? 'GET',
      headers,
      ...(how.body === undefined ? {} : { body: JSON.stringify(how.body) }),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      keepalive: how.keepalive ?? false,
      signal: how.signal ? AbortSignal.any([how.signal, patience]) : patience,
    });
  } catch (failed) {
    if (how.signal?.aborted) throw failed;
    throw new NoAnswer(path);
  }
  lastUse = performance.now();
  noteServerDate(response.headers.get('Date'));
  if (!response.ok) throw await problemFrom(response);
  return response;
}
