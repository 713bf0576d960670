import { useState } from 'preact/hooks';

import { Icon } from '../parts/icon';
import { useMessages } from '../i18n/use_messages';
import { needsCase, purposesFor } from '../recording/purposes';
import { PurposeFields, type Why } from '../recording/purpose_fields';
import type { Facts } from '../api/types';
import type { Declared } from '../api/calls';

/** Asks for what purpose, then opens. The purpose of the search stands there already where it fits the call. */
export function Opener({ facts, roles, why, busy, label, onWhy, onOpen }: {
  facts: Facts;
  roles: readonly string[];
  why: Why;
  busy: boolean;
  label: string;
  onWhy: (why: Why) => void;
  onOpen: (declared: Declared) => void;
}) {
  const { m } = useMessages();
  const [caseMissing, setMissing] = useState(false);
  const possible = purposesFor(roles, facts);
  const purpose = possible.includes(why.purpose) ? why.purpose : possible[0];
  if (purpose === undefined) return <p class="notice">{m.player.stopped.denied}</p>;
  const chosen = { ...why, purpose };
  return (
    <form
      class="opener"
      onSubmit={(event) => {
        event.preventDefault();
        const needed = needsCase(purpose, roles);
        setMissing(needed && chosen.case.trim() === '');
        if (!needed) onOpen({ purpose });
        else if (chosen.case.trim() !== '') onOpen({ purpose, case: chosen.case.trim() });
      }}
    >
      <PurposeFields value={chosen} roles={roles} facts={facts} caseMissing={caseMissing}
        onChange={(change) => onWhy({ ...chosen, ...change })} />
      <button type="submit" class="primary" disabled={busy} data-open>
        <Icon name="play" />{busy ? m.player.opening : label}
      </button>
    </form>
  );
}
