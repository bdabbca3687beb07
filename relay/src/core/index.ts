// The rules of the relay, without Node: what is answered to whom, and within which limits
// (docs/spec/http.md).

export {
  answerRequest,
  refuse,
  type Answer,
  type Representation,
  type RequestHead,
  type StaticFile,
  type StaticFiles,
} from "./answer.ts";
export { describeConfigFault, readConfig, type RelayConfig } from "./config.ts";
export { fileKindOf } from "./content-type.ts";
export { APP_LIMITS, HTTP_LIMITS, type HttpLimits } from "./limits.ts";
