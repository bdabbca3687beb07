// A process that ends as `main.ts` does, with a relay that never does.

import { endRelay } from "../node/end-relay.ts";

await endRelay({ close: () => new Promise(() => undefined) }, 300);
