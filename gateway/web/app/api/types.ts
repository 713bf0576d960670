/** The API's bodies, as deploy/openapi.yaml describes them: only what the page reads. */

export type Purpose = 'quality' | 'training' | 'complaint' | 'contract_evidence' | 'statutory';
export type AccessPurpose = Purpose | 'subject_request' | 'legal_claim';
export type ChannelRole = 'agent' | 'customer' | 'other' | 'mixed';

export interface Session {
  kind: string;
  roles: string[];
  teams: string[];
  second_factor: boolean;
  auth_time?: string;
  expires_at?: string;
  issuer?: string;
}

export interface Named {
  id: string;
  name?: string;
}

export interface Party {
  /** Dots, and the last characters. */
  number?: string;
  country?: string;
}

export interface Mark {
  from_ms: number;
  to_ms: number;
  kind: 'hold' | 'pause' | 'payment';
}

/** What was measured of the sound, by channel in their order. */
export interface Sound {
  coding: string;
  rate_hz: number;
  equal_channels: boolean;
  /** `clipped`: samples at full scale; `level_db`: absent for digital silence. */
  channels: { silent: boolean; clipped: number; level_db?: number }[];
}

export interface Facts {
  id: string;
  call_id?: string;
  started_at: string;
  received_at: string;
  /** Absent of a call that cannot be played, or not yet. */
  duration_ms?: number;
  direction?: 'inbound' | 'outbound' | 'internal';
  team: Named;
  agent?: Named;
  queue?: Named;
  caller?: Party;
  callee?: Party;
  channels?: ChannelRole[];
  /** Absent until it was measured. */
  sound?: Sound;
  purposes: Purpose[];
  basis: 'consent' | 'legitimate_interest';
  consent?: { given_at: string; how?: string };
  notice?: { how?: string; version?: string };
  marks?: Mark[];
  purge_date: string;
  rule: { id: string; text: string };
  profile: string;
  retention_class?: string;
  state: 'playable' | 'unplayable' | 'restricted' | 'quarantined';
  unplayable_reason?: string;
  restrictions?: { ground: string; since: string; erase_by?: string }[];
  holds?: number;
}

export interface Question {
  purpose: AccessPurpose;
  case?: string;
  from: string;
  to: string;
  teams?: string[];
  agent?: string;
  queue?: string;
  number?: string;
  limit?: number;
  after?: string;
}

export interface Page {
  recordings: Facts[];
  next?: string;
}

export interface Play {
  id: string;
  media: string;
  expires_at: string;
  /** Paths of the picture of the sound and of its silences; absent while the call is being prepared. */
  peaks?: string;
  silence?: string;
}

export type PlayEnd =
  | 'closed'
  | 'idle'
  | 'expired'
  | 'revoked'
  | 'logged_out'
  | 'corrupt'
  | 'gateway_lost';

export interface PlayState {
  id: string;
  recording_id: string;
  state: 'open' | 'ended';
  reason?: PlayEnd;
}
