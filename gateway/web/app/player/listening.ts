/**
 * One person listening to one recording: opens a play, watches it, and says why it ended.
 *
 * The gateway stops sending as soon as the right is gone, but what the browser has buffered would play on: so a running
 * play is asked about every two seconds, and when it is over the sound stops here too.
 */
import { closePlay, openPlay, playState, tellPosition, touchPlay, viewRecording, type Declared } from '../api/calls';
import { Problem } from '../api/problem';
import type { Play, PlayState } from '../api/types';
import { wasTheSession } from '../session/session';
import { Store } from '../state/store';
import { latestOnly } from './latest_only';
import { reasonOfEnd, reasonOfFailure, type StopReason } from './stop_reason';

export type Phase =
  | { kind: 'closed' }
  | { kind: 'opening' }
  /** `line`: false while the gateway does not answer; the sound waits. */
  | { kind: 'open'; play: Play; line: boolean; back: boolean }
  | { kind: 'stopped'; why: StopReason };

const POLL_MS = 2000;
/** So many unanswered questions in a row are a lost line. */
const LOST_AFTER = 2;
/** A play ends after five minutes without bytes; sound that lies in the browser already asks for none. */
const TOUCH_MS = 120_000;

export class Listening {
  readonly phase = new Store<Phase>({ kind: 'closed' });
  /** Whether sound is heard now. */
  audible: () => boolean = () => false;
  /** Called when a fresh second factor is needed. */
  onStepUp: (why: Declared) => void = () => undefined;

  private timer: ReturnType<typeof setTimeout> | undefined;
  private unanswered = 0;
  private touchedAt = 0;
  private gone = false;

  constructor(private readonly recording: string) {
    addEventListener('pagehide', this.leave);
    addEventListener('online', this.askNow);
    addEventListener('offline', this.askNow);
  }

  async open(why: Declared): Promise<void> {
    const { kind } = this.phase.get();
    if (kind === 'opening' || kind === 'open') return;
    this.phase.set({ kind: 'opening' });
    try {
      const play = await openPlay(this.recording, why);
      if (this.gone) return closePlay(play.id);
      this.unanswered = 0;
      this.touchedAt = performance.now();
      this.phase.set({ kind: 'open', play, line: true, back: false });
      this.askLater(why);
    } catch (failure) {
      if (this.gone || wasTheSession(failure)) return;
      if (failure instanceof Problem && failure.needsStepUp) {
        this.phase.set({ kind: 'closed' });
        this.onStepUp(why);
        return;
      }
      this.phase.set({ kind: 'stopped', why: reasonOfFailure(failure) });
    }
  }

  /** The sound has stopped for a reason that was found here. */
  stop(why: StopReason): void {
    const now = this.phase.get();
    clearTimeout(this.timer);
    if (now.kind === 'open') closePlay(now.play.id);
    this.phase.set({ kind: 'stopped', why });
  }

  /** The media element cannot go on: the gateway knows why, if anybody does. */
  broken(): void {
    const now = this.phase.get();
    if (now.kind !== 'open') return;
    playState(now.play.id).then(
      (said) => {
        if (this.phase.get() === now && said.state === 'open') this.stop('media');
        else this.askNow();
      },
      () => this.askNow(),
    );
  }

  /** The sound goes on at that second, which the browser does not have. Whether that arrives nobody waits for. */
  readonly sought = latestOnly(async (seconds: number) => {
    const now = this.phase.get();
    if (now.kind === 'open') await tellPosition(now.play.id, Math.round(seconds * 1000));
  });

  destroy(): void {
    this.gone = true;
    removeEventListener('pagehide', this.leave);
    removeEventListener('online', this.askNow);
    removeEventListener('offline', this.askNow);
    this.leave();
  }

  private why: Declared = { purpose: 'quality' };

  private readonly leave = (): void => {
    const now = this.phase.get();
    clearTimeout(this.timer);
    if (now.kind === 'open') closePlay(now.play.id);
    this.phase.set({ kind: 'closed' });
  };

  private readonly askNow = (): void => {
    if (this.phase.get().kind === 'open') void this.ask();
  };

  private askLater(why: Declared = this.why): void {
    this.why = why;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), POLL_MS);
  }

  private async ask(): Promise<void> {
    clearTimeout(this.timer);
    const now = this.phase.get();
    if (now.kind !== 'open') return;
    try {
      const said = await playState(now.play.id);
      // Of a gateway that started anew the play looks open for a while; its sound says more.
      if (this.unanswered > 0 && said.state === 'open') await touchPlay(now.play.media);
      this.heard(said, now.play.id);
      if (this.audible() && performance.now() - this.touchedAt > TOUCH_MS) {
        this.touchedAt = performance.now();
        await touchPlay(now.play.media);
      }
    } catch (failure) {
      this.unheard(failure, now.play.id);
    }
    if (this.phase.get().kind === 'open') this.askLater();
  }

  private heard(said: PlayState, play: string): void {
    const now = this.phase.get();
    if (now.kind !== 'open' || now.play.id !== play) return;
    this.unanswered = 0;
    if (said.state === 'ended') {
      void this.ended(said);
      return;
    }
    if (!now.line) this.phase.set({ ...now, line: true, back: true });
  }

  private unheard(failure: unknown, play: string): void {
    const now = this.phase.get();
    if (now.kind !== 'open' || now.play.id !== play || wasTheSession(failure)) return;
    if (failure instanceof Problem && (failure.status === 404 || failure.status === 410)) {
      this.phase.set({ kind: 'stopped', why: 'lease_lost' });
      return;
    }
    this.unanswered += 1;
    if (this.unanswered >= LOST_AFTER && now.line) this.phase.set({ ...now, line: false, back: false });
  }

  /** The reason the gateway gives; of a lost right it tells more to who asks for the call itself. */
  private async ended(said: PlayState): Promise<void> {
    const why = reasonOfEnd(said.reason);
    this.phase.set({ kind: 'stopped', why });
    if (why !== 'revoked') return;
    try {
      await viewRecording(this.recording, this.why);
    } catch (failure) {
      if (this.gone || wasTheSession(failure) || !(failure instanceof Problem)) return;
      const told = reasonOfFailure(failure);
      const now = this.phase.get();
      if (now.kind === 'stopped' && (told === 'restricted' || told === 'gone')) {
        this.phase.set({ kind: 'stopped', why: told });
      }
    }
  }
}
