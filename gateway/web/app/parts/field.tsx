import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Aria {
  id: string;
  'aria-invalid'?: true;
  'aria-describedby'?: string;
}

/** A labelled control, with what is wrong with it. */
export function Field({ label, error, hint, children }: {
  label: string;
  error?: string | undefined;
  hint?: string | undefined;
  children: (aria: Aria) => ComponentChildren;
}) {
  const id = useId();
  const about = error ?? hint;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        ...(error === undefined ? {} : { 'aria-invalid': true as const }),
        ...(about === undefined ? {} : { 'aria-describedby': `${id}-about` }),
      })}
      {about !== undefined && (
        <p id={`${id}-about`} class={error === undefined ? 'hint' : 'error'}>{about}</p>
      )}
    </div>
  );
}
