// Registers the service worker (docs/spec/app.md, AP-23). By hand: what the plugin would add registers from a string,
// which Trusted Types refuses.

import { createCell, type Readable } from "../client/cell.ts";
import { scriptUrl } from "./script-url.ts";

const CHECK_EVERY_MS = 3_600_000;

type Registration = Pick<
  ServiceWorkerRegistration,
  "installing" | "waiting" | "active"
>;

interface UpdateOptions {
  /** Whether a reload would lose something that a person has written. */
  readonly hasUnsaved: () => boolean;
}

/** Keeps the app for starts without a network; answers with how to go over to a version that waits. */
export function registerServiceWorker({
  hasUnsaved,
}: UpdateOptions): Readable<(() => void) | undefined> {
  const update = createCell<(() => void) | undefined>(undefined);
  // The development server has none.
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return update;
  const container = navigator.serviceWorker;
  let isWanted = false;
  let hadController = container.controller !== null;
  const offer = (worker: ServiceWorker): void => {
    if (container.controller === null) return;
    update.set(() => {
      isWanted = true;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
      worker.postMessage("skip-waiting");
    });
  };
  container.addEventListener("controllerchange", () => {
    // The first one takes over a page that already is of its version.
    if (!hadController) {
      hadController = true;
      tell(container.controller, document.documentElement.lang);
    } else if (isWanted || !hasUnsaved()) location.reload();
    else update.set(() => location.reload());
  });
  void register(offer);
  return update;
}

async function register(offer: (worker: ServiceWorker) => void): Promise<void> {
  const url = scriptUrl("/sw.js");
  try {
    const registration = await navigator.serviceWorker.register(url, {
      scope: "/",
      updateViaCache: "none",
    });
    keepWords(registration);
    watch(registration, offer);
  } catch {
    // Refused, as some private windows do: the app then needs the network to start.
  }
}

/** The words of this language now, those of the others when somebody comes again: a first visit is short of everything (AP-94). */
function keepWords({ installing, waiting, active }: Registration): void {
  const page = document.documentElement;
  tell(installing ?? waiting ?? active, page.lang);
  new MutationObserver(() => {
    tell(navigator.serviceWorker.controller, page.lang);
  }).observe(page, { attributeFilter: ["lang"] });
  if (active !== null && !isSparing()) tell(active, "keep-all-words");
}

function tell(worker: ServiceWorker | null, what: string): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  worker?.postMessage(what);
}

/** Somebody asked the browser to fetch little. */
function isSparing(): boolean {
  if (!("connection" in navigator)) return false;
  const { connection } = navigator;
  return (
    typeof connection === "object" &&
    connection !== null &&
    "saveData" in connection &&
    connection.saveData === true
  );
}

function watch(
  registration: ServiceWorkerRegistration,
  offer: (worker: ServiceWorker) => void,
): void {
  if (registration.waiting) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed") offer(worker);
    });
  });
  const look = (): void => {
    // Offline there is nothing to be found, and that is no fault.
    registration.update().catch(() => undefined);
  };
  setInterval(look, CHECK_EVERY_MS);
  addEventListener("online", look);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
  });
}
