// A catalogue as Vite hands it over: compiled from its PO file.

declare module "*.po" {
  import type { Messages } from "@lingui/core";
  export const messages: Messages;
}
