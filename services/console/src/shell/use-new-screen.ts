import { type RefObject, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';

/**
 * A new screen begins at its top. Where what had the focus went with the old one, the new one has it, so that the keyboard goes on
 * there and not at the head of the page.
 */
export function useNewScreen(): RefObject<HTMLElement | null> {
  const content = useRef<HTMLElement>(null);
  const [location] = useLocation();
  const shown = useRef(location);
  useEffect(() => {
    if (shown.current === location) return;
    shown.current = location;
    window.scrollTo(0, 0);
    if (document.activeElement === document.body) content.current?.focus({ preventScroll: true });
  }, [location]);
  return content;
}
