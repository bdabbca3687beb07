// The relay on Node: started in this process by main.ts and by tests.

export { createAccessSecret } from "./access-secret.ts";
export { describeCrash } from "./describe-crash.ts";
export { describeStartFault } from "./describe-start-fault.ts";
export { endRelay } from "./end-relay.ts";
export { readSettings } from "./read-settings.ts";
export { startRelay } from "./start-relay.ts";
export { backUpStore, describeBackupFault } from "./store/backup.ts";
