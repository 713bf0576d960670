import { Icon } from '../parts/icon';
import { useMessages } from '../i18n/use_messages';
import type { Deck, Lane } from './deck';

/** Beside each lane: who it is, and how loud. */
export function LaneControls({ deck, names, lanes }: { deck: Deck; names: readonly string[]; lanes: readonly Lane[] }) {
  const { m } = useMessages();
  return (
    <div class="lane-controls">
      {names.map((name, index) => {
        const lane = lanes[index] ?? { volume: 1, muted: false };
        return (
          <div key={name} class={`lane lane-${index % 2}${lane.muted ? ' off' : ''}`} role="group" aria-label={name}>
            <span class="lane-name">{name}</span>
            <button type="button" class="icon-button" aria-pressed={lane.muted} aria-label={m.player.muteOf(name)}
              title={`${m.player.muteOf(name)}${index < 2 ? ` (${index + 1})` : ''}`}
              onClick={() => deck.setLane(index, { muted: !lane.muted })}>
              <Icon name={lane.muted ? 'muted' : 'sound'} />
            </button>
            <input type="range" class="volume" min={0} max={200} step={5} value={lane.volume * 100}
              aria-label={m.player.volumeOf(name)} aria-valuetext={`${Math.round(lane.volume * 100)}%`}
              title={`${m.player.volumeOf(name)}: ${Math.round(lane.volume * 100)}%`}
              onInput={(event) => deck.setLane(index, { volume: event.currentTarget.valueAsNumber / 100, muted: false })} />
          </div>
        );
      })}
    </div>
  );
}
