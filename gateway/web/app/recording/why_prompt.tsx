import { useState } from 'preact/hooks';

import { Heading } from '../parts/heading';
import { useMessages } from '../i18n/use_messages';
import { PurposeFields, type Why } from './purpose_fields';
import { needsCase, purposesFor } from './purposes';

/** Asked before a call is shown that was opened by its address. */
export function WhyPrompt({ roles, onDeclared }: { roles: readonly string[]; onDeclared: (why: Why) => void }) {
  const { m } = useMessages();
  const [why, setWhy] = useState<Why>({ purpose: purposesFor(roles)[0] ?? 'quality', case: '' });
  const [caseMissing, setMissing] = useState(false);
  return (
    <form
      class="why-prompt card"
      onSubmit={(event) => {
        event.preventDefault();
        const missing = needsCase(why.purpose, roles) && why.case.trim() === '';
        setMissing(missing);
        if (!missing) onDeclared(why);
      }}
    >
      <Heading>{m.why.promptTitle}</Heading>
      <p>{m.why.promptText}</p>
      <div class="fields">
        <PurposeFields value={why} roles={roles} caseMissing={caseMissing} onChange={(change) => setWhy({ ...why, ...change })} />
        <button type="submit" class="primary">{m.why.showCall}</button>
      </div>
    </form>
  );
}
