// The browser's offer to install the app, kept until somebody wants it: by itself it would come at the wrong moment.

import { createCell, type Readable } from "../client/cell.ts";

interface InstallPrompt extends Event {
  prompt: () => Promise<unknown>;
}

/** How to install, while the browser offers it. */
export function watchInstall(): Readable<(() => void) | undefined> {
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

/** Whether this is an iPhone or iPad outside the home screen: there is no offer, and what is kept may be deleted. */
export function isManualInstall(): boolean {
  const isApple = /iPhone|iPad/.test(navigator.userAgent);
  // An iPad calls itself a Mac; no Mac has a touch screen.
  const isPad =
    /Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1;
  const isStandalone = matchMedia("(display-mode: standalone)").matches;
  return (isApple || isPad) && !isStandalone;
}
