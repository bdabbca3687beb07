// docs/cli.md as a check: every printed object is compared with the tables of that page, field by field.

import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Field {
  readonly isOptional: boolean;
  /** As the page says it: `list of [person](#person)`. */
  readonly is: string;
}

type Shape = ReadonlyMap<string, Field>;

const page = readFileSync(
  join(import.meta.dirname, "../../../../docs/cli.md"),
  "utf8",
);
const shapes = readShapes(page);
/** Sections whose fields others take over; who has them counts them. */
const included = new Set(
  [...page.matchAll(/^\| _and_ +\| \[([^\]]+)\]/gm)].map(
    ([, name = ""]) => name,
  ),
);

/** The printed types, `timeline` by its items. */
export const documentedTypes: readonly string[] = [...shapes.keys()].filter(
  (name) => name.startsWith("`"),
);

/** The words that a field can be. */
export function documentedWords(
  heading: string,
  field: string,
): readonly string[] {
  const is = shapes.get(heading)?.get(field)?.is ?? "";
  return [...is.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
}

/** Under which heading a printed object stands. */
export function headingOf(line: Readonly<Record<string, unknown>>): string {
  const type = `\`${String(line["type"])}\``;
  return type === "`timeline`"
    ? `${type} of \`${String(line["item"])}\``
    : type;
}

/** What in a printed object is not as the page says; nothing when all is. */
export function undocumented(
  line: Readonly<Record<string, unknown>>,
): readonly string[] {
  const { type: _, ...fields } = line;
  return faultsOf(fields, headingOf(line), headingOf(line));
}

/** The documented fields that an object has, in its parts too, as `section.field`; without an object, all that there are. */
export function documentedFields(
  line?: Readonly<Record<string, unknown>>,
): readonly string[] {
  if (line !== undefined) return fieldsOf(line, headingOf(line));
  return [...shapes].flatMap(([heading, shape]) =>
    included.has(heading)
      ? []
      : [...shape.keys()].map((name) => `${heading}.${name}`),
  );
}

function fieldsOf(value: unknown, heading: string): readonly string[] {
  const shape = shapes.get(heading);
  if (shape === undefined || typeof value !== "object" || value === null)
    return [];
  return Object.entries(value).flatMap(([name, field]: [string, unknown]) => {
    const is = shape.get(name)?.is;
    if (is === undefined) return [];
    const [, part] = /\[([^\]]+)\]/.exec(is) ?? [];
    const values = Array.isArray(field) ? field : [field];
    const inner =
      part === undefined ? [] : values.flatMap((one) => fieldsOf(one, part));
    return [`${heading}.${name}`, ...inner];
  });
}

function readShapes(text: string): ReadonlyMap<string, Shape> {
  const sections = text.split(/^### /m).slice(1);
  const tables = new Map(
    sections.map((section) => {
      const [heading = ""] = section.split("\n");
      const rows = [
        ...section.matchAll(/^\| (?:`(\w+)(\?)?`|(_and_)) +\| (.*?) +\|/gm),
      ];
      return [heading, rows] as const;
    }),
  );
  const shapeOf = (heading: string): Shape => {
    const shape = new Map<string, Field>();
    const rows = tables.get(heading);
    if (rows === undefined) throw new Error(`no section "${heading}"`);
    for (const [, name = "", optional, and, is = ""] of rows) {
      if (and === undefined) {
        shape.set(name, { isOptional: optional === "?", is });
      } else {
        const [, other = ""] = /\[([^\]]+)\]/.exec(is) ?? [];
        for (const [field, known] of shapeOf(other)) shape.set(field, known);
      }
    }
    return shape;
  };
  return new Map(
    [...tables.keys()].map((heading) => [heading, shapeOf(heading)]),
  );
}

function faultsOf(
  value: unknown,
  heading: string,
  path: string,
): readonly string[] {
  const shape = shapes.get(heading);
  if (shape === undefined) return [`${path}: docs/cli.md has no ${heading}`];
  if (typeof value !== "object" || value === null)
    return [`${path} is no object`];
  const fields = new Map(Object.entries(value));
  const unknown = [...fields.keys()].filter((name) => !shape.has(name));
  const missing = [...shape].filter(
    ([name, { isOptional }]) => !isOptional && !fields.has(name),
  );
  return [
    ...unknown.map((name) => `${path}.${name} is not in docs/cli.md`),
    ...missing.map(([name]) => `${path}.${name} is missing`),
    ...[...fields].flatMap(([name, field]) => {
      const is = shape.get(name)?.is;
      return is === undefined ? [] : valueFaults(field, is, `${path}.${name}`);
    }),
  ];
}

function valueFaults(
  value: unknown,
  is: string,
  path: string,
): readonly string[] {
  if (is.startsWith("list of ")) {
    return Array.isArray(value)
      ? value.flatMap((one: unknown) =>
          valueFaults(one, is.slice("list of ".length), `${path}[]`),
        )
      : [`${path} is no list`];
  }
  const [, part] = /^\[([^\]]+)\]/.exec(is) ?? [];
  if (part !== undefined) return faultsOf(value, part, path);
  return isOf(value, is) ? [] : [`${path} is not ${is}: ${String(value)}`];
}

function isOf(value: unknown, is: string): boolean {
  if (is === "number" || is === "time") return typeof value === "number";
  if (is === "true or false") return typeof value === "boolean";
  if (typeof value !== "string") return false;
  if (is === "text") return true;
  if (is === "id") return /^[\w-]+$/.test(value);
  return is.split(", ").includes(`\`${value}\``);
}
