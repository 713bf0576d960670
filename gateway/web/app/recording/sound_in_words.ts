/** The sound of a call as it was measured, in words. The gateway measures; here it is only said. */
import type { Facts } from '../api/types';
import type { Formats } from '../i18n/formats';
import type { Messages } from '../i18n/messages';
import { laneNames } from '../player/lane_names';

/** A distorted side has one sample in so many at full scale, or more: a click or a loud laugh has fewer. */
const HEARD_AS_CLIPPED = 1000;

/** Names that are the same in every language. */
const CODINGS: Record<string, string> = {
  pcm: 'PCM', pcm_alaw: 'A-law', pcm_mulaw: 'mu-law', gsm: 'GSM', mp3: 'MP3', opus: 'Opus', aac: 'AAC', amr_nb: 'AMR',
  amr_wb: 'AMR-WB', flac: 'FLAC', vorbis: 'Vorbis' };

/** What stands out, for who is about to listen: a sentence each. */
export function soundFindings({ sound, channels: roles, duration_ms = 0 }: Facts, words: Messages['sound']): string[] {
  if (!sound) return [];
  const samples = (sound.rate_hz * duration_ms) / 1000;
  const sides = sound.channels.map(({ silent, clipped }, index) => ({
    role: roles?.[index] ?? 'mixed', silent, clipped: clipped > 0 && clipped * HEARD_AS_CLIPPED >= samples }));
  if (sides.every((side) => side.silent)) return [words.allSilent];
  const clipped = sides.filter((side) => side.clipped);
  return [
    ...sides.filter((side) => side.silent).map((side) => words.silent[side.role]),
    ...(sound.equal_channels ? [words.equal] : []),
    ...(clipped.length === sides.length ? [words.allClipped] : clipped.map((side) => words.clipped[side.role])),
  ];
}

/** How it was recorded, and how loud each party is: "A-law, 8 kHz; mean level: Agent −21 dB, Customer −27 dB". */
export function soundInWords({ sound, channels: roles }: Facts, m: Messages, f: Formats): string {
  if (!sound) return m.sound.notMeasured;
  const names = laneNames(roles ?? ['mixed'], m.player.lane);
  const levels = sound.channels.map(({ level_db: level }, index) =>
    `${names[index] ?? index + 1} ${level === undefined ? m.sound.nothing : `${f.number(level).replace('-', '−')}\u00a0dB`}`);
  return m.sound.madeOf(CODINGS[sound.coding] ?? sound.coding, f.number(sound.rate_hz / 1000), levels.join(', '));
}
