/** The machine that plays: one media element, its sound, and what somebody does with them. Knows no play and no page. */
import { Store } from '../state/store';
import { settings } from '../state/settings';
import { claim, whenClaimed } from './one_at_a_time';
import { skipTo, type Stretch } from './silence';
import { Sound } from './sound';

export const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2, 2.5] as const;

export interface Lane {
  volume: number;
  muted: boolean;
}

export interface DeckState {
  time: number;
  duration: number;
  playing: boolean;
  /** Something of this play has been heard. */
  heard: boolean;
  /** Wants to play, and waits for bytes. */
  waiting: boolean;
  muted: boolean;
  lanes: Lane[];
  /** The browser wants a press of a key or button first. */
  needsClick: boolean;
  /** Another tab plays: this one paused for it. */
  yielded: boolean;
}

const SKIP_LOOK_MS = 60;

export class Deck {
  readonly element = new Audio();
  readonly state: Store<DeckState>;
  /** Called when the element can not read its sound. */
  onBroken: () => void = () => undefined;
  /** Called with the second that is wanted next, when the browser does not have it yet. */
  onSeek: (seconds: number) => void = () => undefined;
  silence: readonly Stretch[] = [];

  private address: string | undefined;
  private sound: Sound | undefined;
  private looking: ReturnType<typeof setInterval> | undefined;
  private readonly unwatch: (() => void)[];

  /** `duration`: seconds, as the facts say; the file's own counts once it is known. */
  constructor(lanes: number, duration: number) {
    this.state = new Store<DeckState>({
      time: 0, duration, playing: false, heard: false, waiting: false, muted: false, needsClick: false, yielded: false,
      lanes: Array.from({ length: lanes }, () => ({ volume: 1, muted: false })) });
    const { element } = this;
    element.preload = 'auto';
    element.preservesPitch = true;
    const on = (name: string, then: () => void) => element.addEventListener(name, then);
    on('timeupdate', () => this.moved());
    on('seeking', () => this.moved());
    on('seeked', () => this.moved());
    on('durationchange', () => {
      if (Number.isFinite(element.duration)) this.state.update({ duration: element.duration });
    });
    on('play', () => this.state.update({ playing: true, needsClick: false, yielded: false }));
    on('playing', () => this.state.update({ heard: true, waiting: false }));
    on('waiting', () => this.state.update({ waiting: !element.paused }));
    on('pause', () => this.state.update({ playing: false, waiting: false }));
    on('ended', () => this.state.update({ playing: false, waiting: false, time: element.currentTime }));
    on('error', () => {
      if (this.attached) this.onBroken();
    });
    this.unwatch = [settings.watch(() => this.obey()), whenClaimed(() => this.yield())];
  }

  /** Loads a play's sound and goes to `at`. */
  load(address: string, at: number): void {
    this.address = address;
    this.attach(at);
  }

  /** Nothing of the sound stays in the page. The position does. */
  unload(): void {
    this.address = undefined;
    this.state.update({ heard: false });
    this.silence = [];
    this.detach();
  }

  get loaded(): boolean {
    return this.address !== undefined;
  }

  async play(): Promise<void> {
    if (!this.loaded) return;
    this.sound ??= this.newSound();
    // It gave its connection to another tab, or the line was lost while it read.
    if (!this.attached || this.element.error) this.attach(this.state.get().time);
    claim();
    if (this.element.ended) this.element.currentTime = 0;
    try {
      await Promise.all([this.sound.wake(), this.element.play()]);
    } catch (failed) {
      if (failed instanceof DOMException && failed.name === 'NotAllowedError') this.state.update({ needsClick: true });
      return;
    }
    clearInterval(this.looking);
    this.looking = setInterval(() => this.skip(), SKIP_LOOK_MS);
  }

  pause(): void {
    clearInterval(this.looking);
    this.element.pause();
  }

  toggle(): void {
    if (this.element.paused) void this.play();
    else this.pause();
  }

  seek(seconds: number): void {
    const { duration } = this.state.get();
    const to = Math.min(Math.max(0, seconds), duration);
    if (this.attached) this.goTo(to);
    this.state.update({ time: to });
  }

  jump(seconds: number): void {
    this.seek(this.state.get().time + seconds);
  }

  /** A step through SPEEDS, kept in the settings. */
  faster(step: 1 | -1): number {
    const now = settings.get().speed;
    const next = step > 0 ? SPEEDS.find((speed) => speed > now) : SPEEDS.findLast((speed) => speed < now);
    if (next !== undefined) settings.update({ speed: next });
    return next ?? now;
  }

  setMuted(muted: boolean): void {
    this.sound?.setMuted(muted);
    this.state.update({ muted });
  }

  setLane(lane: number, change: Partial<Lane>): void {
    const lanes = this.state.get().lanes.map((one, index) => (index === lane ? { ...one, ...change } : one));
    this.state.update({ lanes });
    this.obeyLanes();
  }

  destroy(): void {
    this.onBroken = () => undefined;
    this.unload();
    for (const end of this.unwatch) end();
    this.sound?.close();
  }

  private get attached(): boolean {
    return this.element.hasAttribute('src');
  }

  private attach(at: number): void {
    this.element.src = this.address ?? '';
    this.element.load();
    this.obey();
    if (at > 0) this.element.currentTime = at;
    this.state.update({ time: at });
  }

  private detach(): void {
    const { time } = this.state.get();
    clearInterval(this.looking);
    this.element.pause();
    this.element.removeAttribute('src');
    this.element.load();
    this.state.update({ playing: false, waiting: false, time });
  }

  private goTo(seconds: number): void {
    this.element.currentTime = seconds;
    if (!this.has(seconds)) this.onSeek(seconds);
  }

  private has(seconds: number): boolean {
    const { buffered } = this.element;
    return Array.from({ length: buffered.length }, (_, at) => at).some((at) => buffered.start(at) <= seconds && seconds < buffered.end(at));
  }

  private yield(): void {
    if (!this.attached) return;
    this.detach();
    this.state.update({ yielded: true });
  }

  private newSound(): Sound {
    const sound = new Sound(this.element, this.state.get().lanes.length);
    this.sound = sound;
    sound.setMuted(this.state.get().muted);
    this.obey();
    this.obeyLanes();
    return sound;
  }

  private obey(): void {
    const { speed, apart } = settings.get();
    this.element.defaultPlaybackRate = speed;
    this.element.playbackRate = speed;
    this.sound?.setApart(apart);
  }

  private obeyLanes(): void {
    this.state.get().lanes.forEach(({ volume, muted }, lane) => this.sound?.setVolume(lane, muted ? 0 : volume));
  }

  private moved(): void {
    if (this.attached) this.state.update({ time: this.element.currentTime });
    this.skip();
  }

  private skip(): void {
    if (!settings.get().skipSilence || this.element.paused || this.element.seeking) return;
    const to = skipTo(this.element.currentTime, this.silence);
    if (to !== undefined) this.goTo(to);
  }
}
