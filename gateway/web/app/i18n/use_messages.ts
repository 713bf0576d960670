import { settings, type Language } from '../state/settings';
import { useStore } from '../state/store';
import { en } from './en';
import { formatsOf, type Formats } from './formats';
import type { Messages } from './messages';
import { nl } from './nl';

/** A further language: its tag in state/settings.ts, its file beside these, its line here. */
export const ALL: Record<Language, Messages> = { en, nl };

/** The messages and formats of the chosen language. */
export function useMessages(): { m: Messages; f: Formats } {
  const m = ALL[useStore(settings).language];
  return { m, f: formatsOf(m) };
}
