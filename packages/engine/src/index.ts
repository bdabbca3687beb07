/**
 * The entry of @halqa/engine: a sans-I/O client of circles, and the driver that runs it over ports (docs/spec/engine.md,
 * docs/spec/views.md).
 */
export { runEngine } from "./driver/run-engine.ts";
export type { Engine, EngineOptions } from "./driver/run-engine.ts";
export { restoreBackup, restoreHistory } from "./driver/restore.ts";
export type {
  Restored,
  RestoreFault,
  RestoreOptions,
} from "./driver/restore.ts";
export type { MlsPort } from "./ports/mls.ts";
export type { Connect, Socket, SocketHandlers } from "./ports/socket.ts";
export type { RecordRef, Store, Write } from "./ports/store.ts";
export type { Now, SetTimer } from "./ports/timers.ts";
export type { DefaultRelay } from "./step/env.ts";
export { storeLayout } from "./step/records.ts";
export type {
  Command,
  CommandFault,
  CommandReply,
  CommandValue,
  EngineClient,
} from "./views/command.ts";
export type * from "./views/view.ts";
export type * from "./views/file-command.ts";
export type * from "./views/steward-command.ts";
