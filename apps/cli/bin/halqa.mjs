#!/usr/bin/env node
// `npx halqa`: runs apps/cli/src/main.ts under Node 24, whatever Node started this.

import { bootstrap } from "../../../scripts/bootstrap.mjs";

await bootstrap();
const { ensureInstalled } = await import("../../../scripts/install.mjs");
await ensureInstalled();
await import("../src/main.ts");
