import { useMessages } from '../i18n/use_messages';
import { Field } from '../parts/field';
import type { AccessPurpose, Facts } from '../api/types';
import { needsCase, purposesFor } from './purposes';

export interface Why {
  purpose: AccessPurpose;
  case: string;
}

/** Why somebody looks or listens, and the case where the purpose needs one. */
export function PurposeFields({ value, roles, facts, caseMissing, onChange }: {
  value: Why;
  roles: readonly string[];
  facts?: Facts;
  caseMissing: boolean;
  onChange: (change: Partial<Why>) => void;
}) {
  const { m } = useMessages();
  return (
    <>
      <Field label={m.why.label}>
        {(aria) => (
          <select {...aria} name="purpose" value={value.purpose}
            onChange={(event) => onChange({ purpose: event.currentTarget.value as AccessPurpose })}>
            {purposesFor(roles, facts).map((one) => <option key={one} value={one}>{m.purpose[one]}</option>)}
          </select>
        )}
      </Field>
      {needsCase(value.purpose, roles) && (
        <Field label={m.why.case} error={caseMissing ? m.why.caseMissing : undefined} hint={m.why.caseHint}>
          {(aria) => (
            <input {...aria} name="case" value={value.case} maxLength={128} spellcheck={false} autocomplete="off"
              onInput={(event) => onChange({ case: event.currentTarget.value })} />
          )}
        </Field>
      )}
    </>
  );
}
