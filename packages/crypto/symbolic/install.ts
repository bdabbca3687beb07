/** Puts the stand-in in the place of libsodium, for modules that this thread loads from here on. */
import { registerHooks } from "node:module";

const door = new URL("../src/", import.meta.url).href;
const standIn = new URL("sodium.ts", import.meta.url).href;

/** Before anything of @halqa/crypto is loaded. */
export function installSymbolicCrypto(): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const isDoor =
        specifier === "./sodium.ts" &&
        context.parentURL?.startsWith(door) === true;
      return next(isDoor ? standIn : specifier, context);
    },
  });
}
