// The relay on Node: started in this process by main.ts and by tests.

export { describeStartFault } from "./describe-start-fault.ts";
export { startRelay } from "./start-relay.ts";
