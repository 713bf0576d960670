import { useEffect, useRef } from 'preact/hooks';

import { useMessages } from '../i18n/use_messages';
import { settings } from '../state/settings';
import { useStore } from '../state/store';

function Keys({ rows }: { rows: [keys: string[], does: string][] }) {
  return (
    <dl class="keys">
      {rows.map(([keys, does]) => (
        <div key={does}>
          <dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What each key does. The browser's own dialog: it keeps the focus inside, and Escape closes it. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const { m } = useMessages();
  const { keys } = useStore(settings);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const does = m.help.keys;
  const licences = document.getElementById('app')?.dataset['licences'];
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={onClose}
      onClick={(event) => { if (event.target === dialog.current) dialog.current?.close(); }}>
      <div class="inside">
        <header>
          <h1 id="help-title">{m.help.title}</h1>
          <button type="button" onClick={() => dialog.current?.close()}>{m.shell.close}</button>
        </header>
        <label class="check">
          <input type="checkbox" checked={keys} onChange={(event) => settings.update({ keys: event.currentTarget.checked })} />
          {m.help.keysOn}
        </label>
        <p class="hint">{m.help.keysHint}</p>
        <div class="columns">
          <section>
            <h2>{m.help.inPlayer}</h2>
            <Keys rows={[
              [['Space', 'K'], does.play], [['J', 'L'], does.jumps], [['←', '→'], does.smallJumps],
              [['Home', 'End'], does.ends], [[',', '.'], does.speed], [['S'], does.skip], [['M'], does.mute],
              [['1', '2'], does.party], [['-', '+'], does.zoom], [['C'], does.link], [['[', ']'], does.neighbours]]} />
          </section>
          <section>
            <h2>{m.help.everywhere}</h2>
            <Keys rows={[
              [['/'], does.search], [['↑', '↓', 'Enter'], does.rows], [['Esc'], does.close], [['?'], does.help]]} />
            {licences !== undefined && <p class="hint"><a href={licences}>{m.shell.licences}</a></p>}
          </section>
        </div>
      </div>
    </dialog>
  );
}
