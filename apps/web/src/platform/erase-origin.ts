// Takes away everything that the browser keeps of this app (docs/spec/app.md, AP-77). The worker has destroyed the keys before:
// what is left here is noise, files of the app, and the language.

/** Never rejects: each part is taken away whether or not another one could be. */
export async function eraseOrigin(): Promise<void> {
  // Which circle was open stands in the address.
  history.replaceState(null, "", "#/");
  await Promise.allSettled([
    eraseDatabases(),
    eraseFiles(),
    eraseWebStorage(),
    eraseServiceWorker(),
  ]);
}

async function eraseDatabases(): Promise<void> {
  const databases = await indexedDB.databases();
  await Promise.allSettled(
    databases.map(
      ({ name }) =>
        new Promise<void>((resolve) => {
          const request = indexedDB.deleteDatabase(name ?? "");
          request.addEventListener("success", () => resolve());
          request.addEventListener("error", () => resolve());
          // Another window still holds it, and was told to end: the browser deletes it then.
          request.addEventListener("blocked", () => resolve());
        }),
    ),
  );
}

async function eraseFiles(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  for await (const name of root.keys())
    await root.removeEntry(name, { recursive: true });
}

async function eraseWebStorage(): Promise<void> {
  localStorage.clear();
  sessionStorage.clear();
}

/** With the service worker goes what wakes it. First the worker, so that it puts nothing back into a cache. */
async function eraseServiceWorker(): Promise<void> {
  const registrations = await navigator.serviceWorker?.getRegistrations();
  for (const registration of registrations ?? []) {
    const push = await registration.pushManager?.getSubscription();
    await push?.unsubscribe();
    await registration.unregister();
  }
  const names = await caches.keys();
  await Promise.all(names.map((name) => caches.delete(name)));
}
