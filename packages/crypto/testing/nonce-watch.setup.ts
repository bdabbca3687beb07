// Vitest runs this before every test file (setupFiles): any repeated (key, nonce) fails the test it happens in.

import { afterEach, beforeEach } from "vitest";
import { beginNonceWatch, endNonceWatch } from "./nonce-watch.ts";

beforeEach(beginNonceWatch);
afterEach(endNonceWatch);
