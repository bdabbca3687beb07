import { spawn } from "node:child_process";
import { followStep } from "../child.mjs";
import { root } from "../root.mjs";

/**
 * @typedef {{ name: string, script: string, args: string[] }} Tool A command-line tool as a script for Node, relative to the root.
 */

/**
 * Runs one tool in `folder` under this Node and gathers what it prints.
 * @param {Tool} tool
 * @param {string} [folder]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runTool(tool, folder = root) {
  const child = spawn(process.execPath, [tool.script, ...tool.args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  return followStep(child).then((code) => ({ code, output }));
}
