// The app's only Trusted Types policy (docs/spec/app.md, AP-3): a string becomes a script's address here or nowhere, and
// only if it names a script of this build. An injected string cannot start a worker of the attacker's.

interface ScriptUrlPolicy {
  createScriptURL(url: string): unknown;
}

interface PolicyFactory {
  createPolicy(
    name: "halqa",
    rules: { createScriptURL(url: string): string },
  ): ScriptUrlPolicy;
}

declare global {
  /** Trusted Types, which TypeScript does not describe; absent in older browsers. */
  var trustedTypes: PolicyFactory | undefined;
}

/** Whether `url` names a script of this build on this origin. */
export function isOwnScript(url: string, origin: string): boolean {
  if (!URL.canParse(url, origin)) return false;
  const { origin: from, pathname, search, hash } = new URL(url, origin);
  return (
    from === origin &&
    (/^\/assets\/[\w.-]+\.js$/.test(pathname) || pathname === "/sw.js") &&
    search === "" &&
    hash === ""
  );
}

const policy = globalThis.trustedTypes?.createPolicy("halqa", {
  createScriptURL: admit,
});

/** The address of a script of this build, in the form that the browser accepts for one. */
export function scriptUrl(url: string): string {
  const admitted = policy?.createScriptURL(url) ?? admit(url);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TrustedScriptURL stands where a string does
  return admitted as string;
}

function admit(url: string): string {
  // The development server names scripts by their source.
  if (isOwnScript(url, location.origin) || import.meta.env.DEV) return url;
  throw new TypeError("not a script of this app");
}
