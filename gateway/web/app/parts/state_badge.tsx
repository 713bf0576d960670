import { useMessages } from '../i18n/use_messages';
import type { Facts } from '../api/types';

/** That a call cannot be played now, and whether it only has to wait; nothing of one that can. */
export function StateBadge({ call }: { call: Facts }) {
  const { m } = useMessages();
  if (call.state === 'playable') return null;
  const waits = call.state === 'unplayable' && call.unplayable_reason === 'preparing';
  return <span class={`badge ${call.state}`}>{waits ? m.unplayable.badge : m.state[call.state]}</span>;
}
