import type { ChannelRole } from '../api/types';
import type { Messages } from '../i18n/messages';

/** The parties by their roles, in the order of the channels; two of one role are numbered. */
export function laneNames(roles: readonly ChannelRole[], names: Messages['player']['lane']): string[] {
  return roles.map((role, index) => {
    const same = roles.filter((one) => one === role).length;
    const place = roles.slice(0, index + 1).filter((one) => one === role).length;
    return same > 1 ? `${names[role]} ${place}` : names[role];
  });
}
