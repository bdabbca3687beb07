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
precacheAndRoute([...self.__WB_MANIFEST]);
cleanupOutdatedCaches();
registerRoute(
  new NavigationRoute(createHandlerBoundToURL("/index.html"), {
    // What the relay answers by itself is no page of the app.
    denylist: [/^\/healthz$/, /^\/relay\.json$/],
  }),
);

self.addEventListener("message", ({ data }) => {
  if (data === "skip-waiting") void self.skipWaiting();
});
self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});
