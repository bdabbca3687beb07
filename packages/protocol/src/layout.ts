// The layout of a command: its type octet and its fields in wire order. One declaration writes and reads, so that the
// two cannot differ.

import { writeU8, type Reader, type Writer } from "@halqa/bytes";
import type { Field } from "./field.ts";

interface Command {
  readonly type: string;
}

/** Methods, so that the layout of one command stands where one of any command is asked for. */
export interface Layout<C extends Command> {
  readonly code: number;
  write(w: Writer, command: C): void;
  /** Reads what follows the type octet. */
  read(r: Reader): C;
}

type FieldName<C extends Command> = Exclude<keyof C & string, "type">;

/** Each field of a command, in wire order. */
type Fields<C extends Command> = {
  readonly [Name in FieldName<C>]: Field<C[Name]>;
};

/** A layout for the commands of this type. The order of `fields` is the order on the wire. */
export function layout<C extends Command>(
  type: C["type"],
  code: number,
  fields: Fields<C>,
): Layout<C> {
  const names = Object.keys(fields).filter(
    (name): name is FieldName<C> => name in fields,
  );
  return {
    code,
    write: (w, command) => {
      writeU8(w, code);
      for (const name of names) fields[name].write(w, command[name]);
    },
    read: (r) => {
      const values: Record<string, unknown> = { type };
      for (const name of names) values[name] = fields[name].read(r);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `Fields<C>` names every field of C with its type
      return values as unknown as C;
    },
  };
}
