import { useMessages } from '../i18n/use_messages';
import { lastOf } from '../search/number';
import type { Party } from '../api/types';

/** A masked number: few dots for the eye, words for a screen reader. */
export function PartyNumber({ party }: { party: Party | undefined }) {
  const { m } = useMessages();
  if (!party?.number) return <span class="faint">{m.unknownParty}</span>;
  const last = lastOf(party.number);
  return (
    <span class="masked">
      <span aria-hidden="true">•••{last}{party.country ? <small>{party.country}</small> : null}</span>
      <span class="unseen">{m.numberEnding([...last].join(' '))}</span>
    </span>
  );
}
