// Values of rows as the server sends them in text (PostgreSQL, "Frontend/Backend Protocol"): `pg` reads nothing else.

type Parser = (text: string) => unknown;

const number: Parser = Number;

/** By the type's OID, which is fixed (pg_type.dat). All other types stay text. */
const parsers: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [16, (text) => text === "t"],
  // `\x` and hexadecimal digits.
  [17, (text) => Uint8Array.from(Buffer.from(text.slice(2), "hex"))],
  [23, number],
  [701, number],
]);

export function textParserOf(oid: number): Parser {
  return parsers.get(oid) ?? String;
}
