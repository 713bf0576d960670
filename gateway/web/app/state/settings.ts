/** What somebody likes, kept in this browser. Nothing about calls or people may ever come in here. */
import { Store } from './store';

export const LANGUAGES = ['en', 'nl'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Settings {
  language: Language;
  /** Single keys do something. Off for who dictates or presses keys by accident (WCAG 2.1.4). */
  keys: boolean;
  speed: number;
  skipSilence: boolean;
  /** Each party in an ear of its own. */
  apart: boolean;
}

const PLACE = 'callvault.settings';

function ofBrowser(): Language {
  for (const tag of navigator.languages) {
    const found = LANGUAGES.find((language) => tag.toLowerCase().startsWith(language));
    if (found) return found;
  }
  return 'en';
}

function kept(): Partial<Settings> {
  try {
    const said: unknown = JSON.parse(localStorage.getItem(PLACE) ?? '{}');
    return typeof said === 'object' && said !== null ? said : {};
  } catch {
    return {};
  }
}

function read(): Settings {
  const { language, keys, speed, skipSilence, apart } = kept();
  return {
    language: LANGUAGES.find((one) => one === language) ?? ofBrowser(),
    keys: keys !== false,
    speed: typeof speed === 'number' && speed >= 0.5 && speed <= 3 ? speed : 1,
    skipSilence: skipSilence === true,
    apart: apart === true,
  };
}

export const settings = new Store<Settings>(read());

settings.watch(() => {
  try {
    localStorage.setItem(PLACE, JSON.stringify(settings.get()));
  } catch {
    // Storage is full or forbidden: then it holds until the page is left.
  }
});
