import { useEffect, useState } from 'preact/hooks';

import { viewRecording, type Declared } from '../api/calls';
import { Problem } from '../api/problem';
import type { Facts } from '../api/types';
import { wasTheSession } from '../session/session';
import { stepUp } from '../session/step_up';

export type Look =
  | { kind: 'loading' }
  | { kind: 'shown'; facts: Facts }
  | { kind: 'failed'; failure: unknown };

const PREPARING_MS = 5000;

/** The facts of a call, once a purpose is declared. One that is being prepared is looked at again until it is ready. */
export function useFacts(id: string, declared: Declared | undefined, seconds: number): { look: Look; again: () => void } {
  const [look, setLook] = useState<Look>({ kind: 'loading' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!declared) return undefined;
    const mine = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        const facts = await viewRecording(id, declared, mine.signal);
        if (mine.signal.aborted) return;
        setLook({ kind: 'shown', facts });
        if (facts.unplayable_reason === 'preparing') timer = setTimeout(() => void ask(), PREPARING_MS);
      } catch (failure) {
        if (mine.signal.aborted || wasTheSession(failure)) return;
        if (failure instanceof Problem && failure.needsStepUp) stepUp({ recording: id, purpose: declared.purpose, seconds, play: false });
        else setLook({ kind: 'failed', failure });
      }
    };
    setLook({ kind: 'loading' });
    void ask();
    return () => {
      mine.abort();
      clearTimeout(timer);
    };
  }, [id, declared?.purpose, declared?.case, round]);
  return { look, again: () => setRound(round + 1) };
}
