// The service worker: keeps the files of one build, so that the app starts without a network, at any place in it
// (docs/spec/app.md, AP-23). It keeps nothing of what people write, and it answers nothing but files of this build.

import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

declare const self: ServiceWorkerGlobalScope & {
  readonly __WB_MANIFEST: readonly PrecacheEntry[];
};

// oxlint-disable-next-line no-underscore-dangle -- the name under which the build puts the list of files here
const files = [...self.__WB_MANIFEST];
/** What one language alone needs: of these, a first visit fetches those of the reader (AP-94). */
const worded = new Map<string, string>(
  files.flatMap(({ url }) => {
    const language = languageOf(url);
    return language === undefined ? [] : [[`/${url}`, language] as const];
  }),
);
const WORDS = "halqa.words";
/** What another app handed over, until a page takes it: nowhere else, and gone with this worker (AP-95). */
let shared = "";
const MOST_SHARED = 4_000;

precacheAndRoute(files.filter(({ url }) => languageOf(url) === undefined));
cleanupOutdatedCaches();
registerRoute(
  new NavigationRoute(createHandlerBoundToURL("/index.html"), {
    // What the relay answers by itself is no page of the app.
    denylist: [/^\/healthz$/, /^\/relay\.json$/],
  }),
);
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && worded.has(url.pathname),
  ({ url }) => answerWords(url.pathname),
);

registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname === "/share",
  async ({ request }) => {
    shared = await readShared(request);
    // Only now, and without what was handed over: an address is written down in many places.
    return Response.redirect("/#/share", 303);
  },
  "POST",
);

self.addEventListener("install", (event) => {
  // Whoever could read the last build without a network can read this one.
  event.waitUntil(keptLanguages().then(keepWords));
});
self.addEventListener("message", (event) => {
  const { data } = event;
  if (data === "skip-waiting") void self.skipWaiting();
  else if (data === "take-shared") {
    // The page that asks is the one that was just sent to the place for it.
    event.ports[0]?.postMessage(shared);
    shared = "";
  } else if (data === "keep-all-words")
    event.waitUntil(keepWords(new Set(worded.values())));
  else if (isLanguage(data)) event.waitUntil(keepWords(new Set([data])));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([self.clients.claim(), dropOldWords()]));
});

/** The language that a file belongs to alone; the letters of the third font are Kurmanji's. */
function languageOf(url: string): string | undefined {
  if (/^assets\/vazirmatn-latin-ext-[\w.-]+$/.test(url)) return "kmr";
  return /^assets\/(ar|en|es|fr|de|kmr|ckb)-[\w-]+\.js$/.exec(url)?.[1];
}

function isLanguage(data: unknown): data is string {
  return [...worded.values()].some((language) => language === data);
}

async function readShared(request: Request): Promise<string> {
  try {
    const form = await request.formData();
    const parts = ["title", "text", "url"].map((name) => form.get(name));
    const texts = parts.filter((part) => typeof part === "string");
    // Some apps say the same twice.
    const said = new Set(texts.map((text) => text.trim()).filter(Boolean));
    return [...said].join("\n").slice(0, MOST_SHARED);
  } catch {
    // No form: nothing that an app of the device hands over.
    return "";
  }
}

async function answerWords(path: string): Promise<Response> {
  const cache = await caches.open(WORDS);
  const kept = await cache.match(path);
  if (kept !== undefined) return kept;
  const answer = await fetch(path);
  if (answer.ok) await cache.put(path, answer.clone());
  return answer;
}

/** Of every build whose words are still here. */
async function keptLanguages(): Promise<ReadonlySet<string>> {
  const kept = await (await caches.open(WORDS)).keys();
  return new Set(
    kept.flatMap(({ url }) => languageOf(new URL(url).pathname.slice(1)) ?? []),
  );
}

async function keepWords(languages: ReadonlySet<string>): Promise<void> {
  const cache = await caches.open(WORDS);
  const wanted = [...worded].filter(([, language]) => languages.has(language));
  for (const [path] of wanted)
    if ((await cache.match(path)) === undefined) await cache.add(path);
}

async function dropOldWords(): Promise<void> {
  const cache = await caches.open(WORDS);
  for (const request of await cache.keys())
    if (!worded.has(new URL(request.url).pathname)) await cache.delete(request);
}
