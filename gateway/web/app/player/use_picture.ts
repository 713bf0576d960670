import { useEffect, useState } from 'preact/hooks';

import { peaksOf, silenceOf } from '../api/calls';
import type { Play } from '../api/types';
import { readPeaks, type Peaks } from './peaks';
import { readSilence, type Stretch } from './silence';

const RETRY_MS = 4000;
const TRIES = 15;

/** Fetches until it is there, for a minute. Nothing is lost without it: the call plays on. */
function useFetched<T>(address: string | undefined, get: (address: string, signal: AbortSignal) => Promise<T | undefined>) {
  const [got, setGot] = useState<T>();
  useEffect(() => {
    setGot(undefined);
    if (address === undefined) return undefined;
    const mine = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const attempt = async (left: number): Promise<void> => {
      const value = await get(address, mine.signal).catch(() => undefined);
      if (mine.signal.aborted) return;
      if (value !== undefined) setGot(() => value);
      else if (left > 1) timer = setTimeout(() => void attempt(left - 1), RETRY_MS);
    };
    void attempt(TRIES);
    return () => {
      mine.abort();
      clearTimeout(timer);
    };
  }, [address]);
  return got;
}

const fetchPeaks = async (address: string, signal: AbortSignal) => readPeaks(await peaksOf(address, signal));
const fetchSilence = async (address: string, signal: AbortSignal) => readSilence(await silenceOf(address, signal));

/** What a play's sound looks like, once the gateway has it. */
export function usePicture(play: Play | undefined): { peaks: Peaks | undefined; silence: Stretch[] | undefined } {
  return { peaks: useFetched(play?.peaks, fetchPeaks), silence: useFetched(play?.silence, fetchSilence) };
}
