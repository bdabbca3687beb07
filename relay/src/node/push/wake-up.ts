// One wake-up: a request without a body to a push service (RFC 8030), signed with the relay's push key (docs/spec/relay.md,
// RL-62, RL-63). `web-push` makes the headers; the request is made here, so that its answer is not kept and the address is
// that of this module's look-up.

import type { ClientRequest, IncomingMessage } from "node:http";
import {
  Agent,
  request as httpsRequest,
  type RequestOptions,
} from "node:https";
import webPush from "web-push";
import type { PushKey } from "./push-key.ts";
import { createPublicLookup, type LookUpAll } from "./public-address.ts";

/** What became of it: `gone` where the push service knows the endpoint no more. */
export type WakeOutcome = "sent" | "gone" | "failed";

export interface WakeParts {
  readonly key: PushKey;
  /** Whom a push service can write to about the relay: `mailto:` or `https:`. */
  readonly contact: string;
  readonly resolve?: LookUpAll;
  /** Node's, unless a test has its own. */
  readonly request?: (
    endpoint: string,
    options: RequestOptions,
    done: (answer: IncomingMessage) => void,
  ) => ClientRequest;
}

/** For a day: who is away for longer sees what came when they open the app. */
const KEPT_SECONDS = 86_400;
const TIMEOUT_MS = 10_000;

/** Sends wake-ups; never rejects. */
export function createWakeUp(
  parts: WakeParts,
): (endpoint: string) => Promise<WakeOutcome> {
  const { request = httpsRequest } = parts;
  // No connection is kept: what is sent to one device has nothing to do with what is sent to the next.
  const agent = new Agent({
    keepAlive: false,
    lookup: createPublicLookup(parts.resolve),
  });
  return (endpoint) =>
    new Promise((resolve) => {
      const headers = headersFor(parts, endpoint);
      const sent = request(
        endpoint,
        { method: "POST", agent, headers, timeout: TIMEOUT_MS },
        (answer) => {
          // Only the status counts: a body without end would be read without end.
          answer.destroy();
          resolve(outcomeOf(answer.statusCode ?? 0));
        },
      );
      sent.once("timeout", () => sent.destroy());
      sent.once("error", () => resolve("failed"));
      sent.once("close", () => resolve("failed"));
      sent.end();
    });
}

function headersFor(
  { key, contact }: WakeParts,
  endpoint: string,
): Record<string, string> {
  const details = webPush.generateRequestDetails(
    { endpoint, keys: { p256dh: "", auth: "" } },
    null,
    {
      TTL: KEPT_SECONDS,
      vapidDetails: {
        subject: contact,
        publicKey: key.publicText,
        privateKey: key.secretText,
      },
    },
  );
  return Object.fromEntries(
    Object.entries<unknown>(details.headers).map(([name, value]) => [
      name,
      String(value),
    ]),
  );
}

function outcomeOf(status: number): WakeOutcome {
  if (status === 404 || status === 410) return "gone";
  return status >= 200 && status < 300 ? "sent" : "failed";
}
