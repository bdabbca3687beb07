// Reads an invite's link out of the address bar and removes it from there: it must not stay in the history, in a
// screenshot or in a list of open windows (docs/spec/app.md, AP-18).

import { createCell, type Cell } from "../client/cell.ts";

/** The part behind `#` of each invite that this window is opened with, the last one first. */
export function watchInviteLinks(): Cell<string | undefined> {
  const link = createCell<string | undefined>(undefined);
  const read = (): void => {
    const { hash } = location;
    if (!hash.startsWith("#j1.")) return;
    history.replaceState(null, "", "#/join");
    link.set(hash.slice(1));
  };
  read();
  // Before the router's own listener, so that it never sees the link as a place.
  addEventListener("hashchange", read, { capture: true });
  return link;
}
