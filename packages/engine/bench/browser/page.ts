/// <reference lib="dom" />
// The page of the bench: it starts a worker and hands over what the bench asks, as text, and what the worker answers.

import type { Answer, Question } from "../question.ts";

declare global {
  /** What the bench calls. */
  var ask: (question: Question) => Promise<Answer>;
}

const worker = new Worker(new URL("./device.worker.ts", import.meta.url), {
  type: "module",
});

globalThis.ask = (question) =>
  new Promise((resolve, reject) => {
    worker.addEventListener(
      "message",
      ({ data }: MessageEvent<Answer>) => resolve(data),
      { once: true },
    );
    worker.addEventListener(
      "error",
      ({ message }) => reject(new Error(message)),
      { once: true },
    );
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    worker.postMessage(question);
  });
