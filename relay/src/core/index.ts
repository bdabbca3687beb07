// The rules of the relay, without Node: what is answered to whom, and within which limits
// (docs/spec/http.md).

export {
  answerRequest,
  answerFigures,
  asksForSocket,
  isForeignOrigin,
  refuse,
  type Answer,
  type Representation,
  type RequestHead,
  type StaticFile,
  type StaticFiles,
} from "./answer.ts";
export {
  describeConfig,
  describeConfigFault,
  limitsOf,
  readConfig,
  type ConfigFault,
  type Environment,
  type RelayConfig,
} from "./config.ts";
export {
  holdsSecret,
  MAX_CONFIG_FILE,
  parseConfigFile,
} from "./config-file.ts";
export { fileKindOf } from "./content-type.ts";
export { renderFigures, type Figure, type FigureName } from "./figures.ts";
export {
  APP_LIMITS,
  HTTP_LIMITS,
  SOCKET_LIMITS,
  type HttpLimits,
  type SocketLimits,
} from "./limits.ts";
export { securityHeaders } from "./security-headers.ts";
export type {
  ConnectionId,
  RelayEffect,
  RelayEnv,
  RelayEvent,
  StoreAnswer,
} from "./event.ts";
export { createMemoryStore, type MemoryStore } from "./memory-store.ts";
export { DELIVERY_TICK_MS, PUSH_HOSTS, RELAY_QUOTAS } from "./relay-limits.ts";
export { createRelayState, type RelayState } from "./relay-state.ts";
export { relayStep } from "./relay-step.ts";
export { askersOf } from "./store-askers.ts";
export type { LogStore, StoreRequest, StoreResult } from "./store.ts";
export { debtMsOf, gatherTokens, type TokenRate } from "./token-bucket.ts";
