/** What the page asks the gateway for. Every function throws Problem or NoAnswer. */
import { ask } from './request';
import type { AccessPurpose, Facts, Page, Play, PlayState, Question, Session } from './types';

/** Why somebody looks. The case is needed for all but everyday purposes. */
export interface Declared {
  purpose: AccessPurpose;
  case?: string;
}

export async function viewSession(): Promise<Session> {
  return (await ask('/v1/session')).json() as Promise<Session>;
}

export async function search(question: Question, signal: AbortSignal): Promise<Page> {
  return (await ask('/v1/searches', { method: 'POST', body: question, signal })).json() as Promise<Page>;
}

export async function viewRecording(id: string, why: Declared, signal?: AbortSignal): Promise<Facts> {
  const path = `/v1/recordings/${encodeURIComponent(id)}?purpose=${encodeURIComponent(why.purpose)}`;
  const headers: Record<string, string> = why.case === undefined ? {} : { 'Callvault-Case': why.case };
  return (await ask(path, { headers, ...(signal ? { signal } : {}) })).json() as Promise<Facts>;
}

export async function openPlay(recording: string, why: Declared): Promise<Play> {
  const path = `/v1/recordings/${encodeURIComponent(recording)}/plays`;
  return (await ask(path, { method: 'POST', body: why })).json() as Promise<Play>;
}

export async function playState(play: string): Promise<PlayState> {
  return (await ask(`/v1/plays/${encodeURIComponent(play)}`, { patienceMs: 5000 })).json() as Promise<PlayState>;
}

/** Also while the page is being left; whether it arrives nobody waits for, since an idle play ends by itself. */
export function closePlay(play: string): void {
  ask(`/v1/plays/${encodeURIComponent(play)}`, { method: 'DELETE', keepalive: true }).catch(() => undefined);
}

/** Where the listener goes: what is needed there may flow at once. */
export async function tellPosition(play: string, atMs: number): Promise<void> {
  await ask(`/v1/plays/${encodeURIComponent(play)}/position`, { method: 'POST', body: { at_ms: atMs }, patienceMs: 5000 });
}

/** A byte of sound, so that a play whose sound is all in the browser already does not count as idle. */
export async function touchPlay(media: string): Promise<void> {
  await ask(media, { headers: { Range: 'bytes=0-0' } });
}

export async function peaksOf(address: string, signal: AbortSignal): Promise<ArrayBuffer> {
  return (await ask(address, { signal })).arrayBuffer();
}

export async function silenceOf(address: string, signal: AbortSignal): Promise<unknown> {
  return (await ask(address, { signal })).json();
}
