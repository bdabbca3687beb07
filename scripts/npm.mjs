// How npm is called from a script that npm itself may have started.

/** The npm that started this script, run by the Node that is first on PATH; otherwise the npm on PATH. */
export function npmCommand() {
  const cli = process.env.npm_execpath;
  return cli?.endsWith("npm-cli.js") === true
    ? { command: "node", args: [cli] }
    : { command: "npm", args: [] };
}

/** The environment without what `npm run` adds about the package it runs in: a nested npm would take it for its own settings. */
export function npmEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^npm_(package_|lifecycle_|command$|config_(omit|production|only|local_prefix|workspaces?|json|include_workspace_root)$)/.test(
          name,
        ),
    ),
  );
}
