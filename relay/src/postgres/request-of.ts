import type { StoreRequest } from "../core/index.ts";

/** The requests of one kind. */
export type RequestOf<T extends StoreRequest["t"]> = Extract<
  StoreRequest,
  { readonly t: T }
>;
