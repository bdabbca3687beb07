import { useEffect } from "react";
import { useLocation } from "wouter";

let lastLocation: string | undefined;

/**
 * Takes the focus to the heading of a place that one has come to, so that it is read out and the Tab key begins there
 * (docs/spec/app.md, AP-20); as soon as it is drawn, where its part has to be loaded first. Not on the first page: there the
 * reader's own beginning counts.
 */
export function RouteFocus() {
  const [location] = useLocation();
  useEffect(() => {
    const isNew = lastLocation !== undefined && lastLocation !== location;
    lastLocation = location;
    if (!isNew || focusHeading()) return undefined;
    const drawn = new MutationObserver(() => {
      if (focusHeading()) drawn.disconnect();
    });
    drawn.observe(document.body, { childList: true, subtree: true });
    return () => drawn.disconnect();
  }, [location]);
  return null;
}

/** Whether there was a heading to take it. */
function focusHeading(): boolean {
  const heading = document.querySelector<HTMLElement>("main h1");
  // What is left of the place before may still be there, hidden.
  if (!heading || heading.getClientRects().length === 0) return false;
  heading.focus();
  return true;
}
