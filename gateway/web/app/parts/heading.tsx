import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

let first = true;

/** The heading of a view. It takes the focus when the view comes, so that a screen reader says where one is; not at the
 * first view of a page, which browsers read by themselves, and not when `quiet`. */
export function Heading({ children, quiet = false }: { children: ComponentChildren; quiet?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!first && !quiet) heading.current?.focus({ preventScroll: true });
    first = false;
  }, []);
  return <h1 ref={heading} tabIndex={-1}>{children}</h1>;
}
