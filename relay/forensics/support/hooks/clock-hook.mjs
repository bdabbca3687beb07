// Moves the clock of a process and of its threads: `--import clock-hook.mjs?at=2037-03-14T15:09:26Z`. Time goes on from
// there. What asks the system and not JavaScript still gets the true time: SQLite, and the file system.

const wanted = Date.parse(new URL(import.meta.url).searchParams.get("at"));
const RealDate = Date;
// From the start of the process, so that all its threads agree.
const shift = wanted - Math.floor(performance.timeOrigin);

globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shift);
    else super(...given);
  }
  static now() {
    return RealDate.now() + shift;
  }
};
Object.defineProperty(performance, "timeOrigin", {
  value: performance.timeOrigin + shift,
});
