/** Which purposes somebody may declare, and when they name a case. policy/ decides; this only spares refusals. */
import type { AccessPurpose, Facts } from '../api/types';

export const PURPOSES: readonly AccessPurpose[] = [
  'quality', 'training', 'complaint', 'contract_evidence', 'statutory', 'subject_request', 'legal_claim'];
const RIGHTS: readonly AccessPurpose[] = ['subject_request', 'legal_claim'];
const EVERYDAY: readonly AccessPurpose[] = ['quality', 'training'];
const HEARS: readonly string[] = ['qa', 'supervisor', 'privacy_officer'];

export const isOfficer = (roles: readonly string[]) => roles.includes('privacy_officer');

/** Whether any of the roles finds and plays calls. */
export const mayHear = (roles: readonly string[]) => roles.some((role) => HEARS.includes(role));

export function purposesFor(roles: readonly string[], facts?: Facts): AccessPurpose[] {
  return PURPOSES.filter((purpose) => {
    if (RIGHTS.includes(purpose)) return isOfficer(roles);
    return !facts || facts.purposes.some((one) => one === purpose);
  });
}

export function needsCase(purpose: AccessPurpose, roles: readonly string[]): boolean {
  const onlyOfficer = isOfficer(roles) && !roles.includes('qa') && !roles.includes('supervisor');
  return onlyOfficer || !EVERYDAY.includes(purpose);
}
