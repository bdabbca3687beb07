/** While a story is told nobody may ask this machine for the time or for randomness: it would not repeat (SI-2). */

/** Sets the traps; the answer takes them away. */
export function trapGlobals(): () => void {
  const { now } = Date;
  const { random } = Math;
  const { setTimeout } = globalThis;
  Date.now = () => refuse("Date.now");
  Math.random = () => refuse("Math.random");
  Object.assign(globalThis, { setTimeout: () => refuse("setTimeout") });
  return () => {
    Date.now = now;
    Math.random = random;
    Object.assign(globalThis, { setTimeout });
  };
}

function refuse(name: string): never {
  throw new Error(`${name} is not for simulated worlds`);
}
