// Hears everything that must not happen on a page: reports of the security policy, errors on the console or thrown, and
// requests to another origin. What it hears is shown by faults planted on purpose (policy.e2e.test.ts).

import type { BrowserContext, Page } from "playwright-core";

export interface Leaks {
  readonly violations: readonly string[];
  readonly errors: readonly string[];
  readonly foreignRequests: readonly string[];
}

export const NO_LEAKS: Leaks = {
  violations: [],
  errors: [],
  foreignRequests: [],
};

/** Listens to a page from before its first byte; what is returned fills up as things happen. */
export async function listenForLeaks(
  page: Page,
  origin: string,
): Promise<Leaks> {
  const violations: string[] = [];
  const errors: string[] = [];
  const foreignRequests: string[] = [];
  await page.exposeFunction("reportViolation", (violation: string) => {
    violations.push(violation);
  });
  await page.addInitScript(reportViolations);
  page.on("console", (message) => {
    const isFault = ["error", "warning"].includes(message.type());
    if (isFault) errors.push(message.text());
  });
  // What a worker is refused fires no event on the page and reaches no console: the browser's own log has it.
  const session = await page.context().newCDPSession(page);
  session.on("Log.entryAdded", ({ entry }) => {
    const isFault = entry.level === "error" || entry.level === "warning";
    if (isFault) errors.push(entry.text);
  });
  await session.send("Log.enable");
  page.on("pageerror", (error) => errors.push(String(error)));
  listenForRequests(page.context(), origin, foreignRequests);
  return { violations, errors, foreignRequests };
}

function listenForRequests(
  context: BrowserContext,
  origin: string,
  foreign: string[],
): void {
  // Of the whole context, so that those of workers are heard too.
  context.on("request", (request) => {
    const url = new URL(request.url());
    const isLocal = url.protocol === "data:" || url.protocol === "blob:";
    if (!isLocal && url.origin !== origin) foreign.push(url.href);
  });
}

declare global {
  interface Window {
    reportViolation(violation: string): Promise<void>;
  }
}

function reportViolations(): void {
  document.addEventListener("securitypolicyviolation", (event) => {
    const { effectiveDirective, blockedURI } = event;
    void window.reportViolation(`${effectiveDirective} ${blockedURI}`);
  });
}
