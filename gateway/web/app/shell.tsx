import { useState } from 'preact/hooks';

import { HelpDialog } from './help/help_dialog';
import { ALL, useMessages } from './i18n/use_messages';
import { signingOut } from './session/session';
import { go } from './state/route';
import { LANGUAGES, settings, type Language } from './state/settings';
import { useShortcut } from './state/shortcuts';
import type { Session } from './api/types';
import type { ComponentChildren } from 'preact';

/** The bar above every view. A further part of the page (the QA desk) gets its link here. */
export function Shell({ session, children }: { session: Session | undefined; children: ComponentChildren }) {
  const { m } = useMessages();
  const [help, setHelp] = useState(false);
  useShortcut('?', () => setHelp(true));
  useShortcut('/', () => {
    if (!session || location.pathname === '/') return;
    go('/');
    setTimeout(() => document.querySelector<HTMLInputElement>('input[name=number]')?.focus());
  });
  return (
    <>
      <a class="skip" href="#content" onClick={(event) => { event.preventDefault(); document.getElementById('content')?.focus(); }}>{m.shell.skipToContent}</a>
      <header class="bar">
        <a class="brand" href="/" onClick={(event) => { event.preventDefault(); go('/'); }}>callvault</a>
        <span class="who">{session?.roles.map((role) => m.shell.roles[role] ?? role).join(', ')}</span>
        <LanguageChoice />
        <button type="button" class="quiet" onClick={() => setHelp(true)} title={`${m.shell.keyboardHelp} (?)`}>{m.shell.keyboardHelp}</button>
        {session && (
          <form method="post" action="/auth/sign-out" onSubmit={() => signingOut()}>
            <button type="submit" class="quiet">{m.shell.signOut}</button>
          </form>
        )}
      </header>
      <main id="content" tabIndex={-1}>{children}</main>
      {help && <HelpDialog onClose={() => setHelp(false)} />}
    </>
  );
}

function LanguageChoice() {
  const { m } = useMessages();
  return (
    <label class="language">
      <span class="unseen">{m.shell.language}</span>
      <select value={settings.get().language}
        onChange={(event) => settings.update({ language: event.currentTarget.value as Language })}>
        {LANGUAGES.map((one) => <option key={one} value={one} lang={one}>{ALL[one].languageName}</option>)}
      </select>
    </label>
  );
}
