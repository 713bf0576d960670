/** Everything that the page says. A language is one object of this type: one that lacks a message does not compile. */
import type { AccessPurpose, ChannelRole, Facts, Mark } from '../api/types';
import type { RuleSentences } from '../recording/rule_in_words';
import type { StopReason } from '../player/stop_reason';
import type { Period } from '../search/period';

export interface Messages {
  /** Of the language itself, in itself. */
  languageName: string;
  locale: string;

  shell: {
    calls: string;
    skipToContent: string;
    language: string;
    keyboardHelp: string;
    signOut: string;
    close: string;
    roles: Record<string, string>;
    nowhere: string;
    toCalls: string;
    noRole: string;
    loading: string;
    licences: string;
  };

  signIn: {
    title: string;
    nobody: string;
    over: string;
    signedOut: string;
    button: string;
    noAnswer: string;
    retry: string;
  };

  purpose: Record<AccessPurpose, string>;
  why: {
    label: string;
    case: string;
    caseHint: string;
    caseMissing: string;
    promptTitle: string;
    promptText: string;
    showCall: string;
  };

  search: {
    title: string;
    period: string;
    periods: Record<Period, string>;
    from: string;
    to: string;
    team: string;
    allTeams: string;
    agent: string;
    queue: string;
    number: string;
    numberHint: string;
    find: string;
    finding: string;
    idFormat: string;
    found: (count: number, more: boolean) => string;
    nothing: string;
    nothingHint: string;
    begin: string;
    more: string;
    clear: string;
    when: string;
    length: string;
    party: string;
    gone: string;
    state: string;
    numberBad: string;
    periodBad: string;
    caption: string;
  };

  direction: Record<NonNullable<Facts['direction']>, string>;
  numberEnding: (last: string) => string;
  unknownParty: string;

  state: Record<Facts['state'], string>;
  unplayable: { badge: string; preparing: string; because: Record<string, string>; other: (reason: string) => string };

  /** What stands out about the sound, told before it is played. */
  sound: {
    title: string;
    notMeasured: string;
    madeOf: (coding: string, kilohertz: string, levels: string) => string;
    /** The level of a party that is silent. */
    nothing: string;
    allSilent: string;
    silent: Record<ChannelRole, string>;
    equal: string;
    allClipped: string;
    clipped: Record<ChannelRole, string>;
  };

  facts: {
    call: string;
    law: string;
    started: string;
    length: string;
    direction: string;
    caller: string;
    callee: string;
    agent: string;
    team: string;
    queue: string;
    callId: string;
    basis: string;
    basisOf: Record<Facts['basis'], string>;
    consentGiven: (when: string, how: string | undefined) => string;
    how: Record<string, string>;
    notice: string;
    noticeOf: (how: string, version: string) => string;
    purposes: string;
    due: string;
    inDays: (days: number) => string;
    rule: string;
    keptFor: string;
    holds: string;
    holdsOf: (count: number) => string;
    restrictions: string;
    restrictionOf: (ground: string, since: string) => string;
    ground: Record<string, string>;
  };
  /** The rule that set the purge date, by its id. */
  rule: RuleSentences;

  recording: {
    back: string;
    previous: string;
    next: string;
    title: (when: string) => string;
    restricted: string;
    gone: string;
    notFound: string;
    denied: string;
    retry: string;
    otherPurpose: string;
  };

  player: {
    title: string;
    open: string;
    opening: string;
    purposeShown: (purpose: string) => string;
    play: string;
    pause: string;
    back: (seconds: number) => string;
    forward: (seconds: number) => string;
    position: string;
    positionOf: (at: string, all: string) => string;
    speed: string;
    slower: string;
    faster: string;
    speedIs: (speed: string) => string;
    skipSilence: string;
    skipSilenceIs: (on: boolean) => string;
    silenceSum: (length: string) => string;
    apart: string;
    apartHint: string;
    volumeOf: (party: string) => string;
    muteOf: (party: string) => string;
    muteAll: string;
    mutedIs: (on: boolean) => string;
    zoomIn: string;
    zoomOut: string;
    copyLink: string;
    copied: string;
    copyByHand: string;
    end: string;
    noPeaks: string;
    loadingSound: string;
    lineBack: string;
    needsClick: string;
    otherTab: string;
    mark: Record<Mark['kind'], string>;
    lane: Record<ChannelRole, string>;
    stopped: Record<StopReason, string>;
    goOn: string;
    again: string;
  };

  help: {
    title: string;
    keysOn: string;
    keysHint: string;
    everywhere: string;
    inPlayer: string;
    keys: {
      search: string;
      help: string;
      close: string;
      rows: string;
      play: string;
      jumps: string;
      smallJumps: string;
      ends: string;
      speed: string;
      skip: string;
      mute: string;
      party: string;
      link: string;
      zoom: string;
      neighbours: string;
    };
  };

  failed: {
    noAnswer: string;
    busy: string;
    other: (requestId: string) => string;
    stepUp: string;
  };

  words: {
    hours: (n: number) => string;
    minutes: (n: number) => string;
    seconds: (n: number) => string;
  };
}
