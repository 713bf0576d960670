/**
 * The picture of the sound, as the gateway keeps it: BBC audiowaveform's .dat, version 2.
 *
 *   int32 version (2) | uint32 flags (bit 0: 8-bit) | int32 sample rate | int32 samples a point | uint32 points |
 *   int32 channels | points x channels pairs of int8 (lowest, highest); all little-endian
 */

export interface Peaks {
  /** For each channel, for each point, 0 to 1: how far the sound swings. */
  channels: Float32Array[];
  pointsPerSecond: number;
  seconds: number;
}

const HEADER_BYTES = 24;
const EIGHT_BITS = 1;
const MOST_CHANNELS = 8;

/** Nothing: not such a file, or one that is shorter than it says. */
export function readPeaks(bytes: ArrayBuffer): Peaks | undefined {
  if (bytes.byteLength < HEADER_BYTES) return undefined;
  const view = new DataView(bytes);
  const rate = view.getInt32(8, true);
  const perPoint = view.getInt32(12, true);
  const points = view.getUint32(16, true);
  const count = view.getInt32(20, true);
  const sound = view.getInt32(0, true) === 2 && (view.getUint32(4, true) & EIGHT_BITS) === EIGHT_BITS;
  if (!sound || rate <= 0 || perPoint <= 0 || count < 1 || count > MOST_CHANNELS) return undefined;
  if (points === 0 || bytes.byteLength < HEADER_BYTES + points * count * 2) return undefined;
  const channels = Array.from({ length: count }, () => new Float32Array(points));
  const values = new Int8Array(bytes, HEADER_BYTES);
  let at = 0;
  for (let point = 0; point < points; ++point) {
    for (const channel of channels) {
      channel[point] = Math.max(Math.abs(values[at] ?? 0), Math.abs(values[at + 1] ?? 0)) / 128;
      at += 2;
    }
  }
  return { channels, pointsPerSecond: rate / perPoint, seconds: (points * perPoint) / rate };
}
