/**
 * What happens to the sound between the media element and the ears: a volume for each party, and whether each has an
 * ear of its own.
 *
 *   element -> splitter -> a gain for each lane -> merger (left, right) -> master gain -> ears
 */
export class Sound {
  private readonly context = new AudioContext();
  private readonly gains: GainNode[];
  private readonly merger: ChannelMergerNode;
  private readonly master: GainNode;

  constructor(element: HTMLMediaElement, lanes: number) {
    const source = this.context.createMediaElementSource(element);
    const splitter = this.context.createChannelSplitter(Math.max(1, lanes));
    this.merger = this.context.createChannelMerger(2);
    this.master = this.context.createGain();
    this.gains = Array.from({ length: Math.max(1, lanes) }, () => this.context.createGain());
    if (lanes <= 1) {
      // One lane, whatever the file has: nothing of it may be lost.
      this.gains[0]?.connect(this.master);
      source.connect(this.gains[0] as GainNode);
    } else {
      source.connect(splitter);
      this.gains.forEach((gain, lane) => splitter.connect(gain, lane));
      this.merger.connect(this.master);
    }
    this.master.connect(this.context.destination);
    this.setApart(false);
  }

  /** Browsers let sound begin only after somebody did something. */
  async wake(): Promise<void> {
    if (this.context.state === 'suspended') await this.context.resume();
  }

  setApart(apart: boolean): void {
    if (this.gains.length <= 1) return;
    this.gains.forEach((gain, lane) => {
      gain.disconnect();
      if (!apart || lane % 2 === 0) gain.connect(this.merger, 0, 0);
      if (!apart || lane % 2 === 1) gain.connect(this.merger, 0, 1);
    });
  }

  /** 0 to 2; glides, so that it does not click. */
  setVolume(lane: number, volume: number): void {
    this.gains[lane]?.gain.setTargetAtTime(volume, this.context.currentTime, 0.01);
  }

  setMuted(muted: boolean): void {
    this.master.gain.setTargetAtTime(muted ? 0 : 1, this.context.currentTime, 0.01);
  }

  close(): void {
    void this.context.close().catch(() => undefined);
  }
}
