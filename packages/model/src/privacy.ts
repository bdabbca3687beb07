// Who is to see names (docs/spec/content.md, CT-95): a wish that interfaces follow, and no secret.

import type { ContentBase, Extension } from "./content.ts";

const PRIVACY_CODE = 0x0001;

/** On a poll or a notice: interfaces show counts and no names. */
export const HIDE_NAMES: Extension = {
  code: PRIVACY_CODE,
  bytes: new Uint8Array([1]),
};

/** Whether names are not to be shown; what a later version says in this place is not known here. */
export function hidesNames({ extensions = [] }: ContentBase): boolean {
  return extensions.some(
    ({ code, bytes }) =>
      code === PRIVACY_CODE && bytes.length === 1 && bytes[0] === 1,
  );
}
