// Installing, as the browser lets it be done. Its own offer is kept until somebody wants it: by itself it would come at the wrong
// moment (docs/spec/app.md, AP-91).

import { createCell, type Readable } from "../client/cell.ts";
import type { InstallPlace, Installing } from "../client/install.ts";

interface InstallPrompt extends Event {
  prompt: () => Promise<unknown>;
}

/** To be called early: the browser makes its offer once. */
export function watchInstall(): Installing {
  return { place: placeOf(navigator), offer: watchOffer() };
}

function watchOffer(): Readable<(() => void) | undefined> {
  const install = createCell<(() => void) | undefined>(undefined);
  addEventListener("beforeinstallprompt", (event) => {
    if (!isPrompt(event)) return;
    event.preventDefault();
    install.set(() => {
      install.set(undefined);
      // Whatever the person answers: the offer counts once.
      event.prompt().catch(() => undefined);
    });
  });
  addEventListener("appinstalled", () => install.set(undefined));
  return install;
}

function isPrompt(event: Event): event is InstallPrompt {
  return "prompt" in event && typeof event.prompt === "function";
}

function placeOf({
  userAgent,
  maxTouchPoints,
}: Pick<Navigator, "userAgent" | "maxTouchPoints">): InstallPlace {
  if (matchMedia("(display-mode: standalone)").matches) return "installed";
  const isApple =
    /iPhone|iPad/.test(userAgent) ||
    // An iPad calls itself a Mac; no Mac has a touch screen.
    (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
  // Browsers of their own name Safari; what apps open inside of themselves does not. On Android it says that it is a view.
  const isInside = isApple
    ? !/Safari\//.test(userAgent)
    : /Android.*; wv\)/.test(userAgent);
  if (isInside) return "inside-other-app";
  return isApple ? "by-hand" : "browser";
}
