/** Reading presence and the sent messages back (docs/spec/engine.md, EN-16). */
import { assertInvariant } from "@halqa/bytes";
import type { DecodeError, Result } from "@halqa/bytes";
import type { RecordRef } from "../../ports/store.ts";
import type { CircleRecord } from "../durable.ts";
import { circleRef, leafPageRef, sentItemRef } from "../records.ts";
import { none } from "../none.ts";
import type { Presence } from "./presence.ts";
import { endOf } from "./sent-store.ts";
import {
  decodeGaps,
  decodeLeafPage,
  decodeMeta,
  decodeSentItem,
  decodeSentList,
} from "./stored-presence.ts";

type At = (ref: RecordRef) => Uint8Array | undefined;
type Whole = <T>(result: Result<T, DecodeError>) => T;

/** What the lists of a circle name. */
export function presenceListed(
  id: string,
  at: At,
  whole: Whole,
): readonly RecordRef[] {
  const meta = at(circleRef("presence", id));
  const sent = at(circleRef("sent", id));
  const pages = meta === undefined ? 0 : whole(decodeMeta(meta)).pages;
  return [
    ...Array.from({ length: pages }, (_, page) => leafPageRef(id, page)),
    ...(sent === undefined ? none : whole(decodeSentList(sent))).map(
      ({ messageId }) => sentItemRef(id, messageId),
    ),
  ];
}

export function restorePresence(
  id: string,
  at: At,
  whole: Whole,
): Pick<CircleRecord, "presence" | "sent"> {
  const listed = (ref: RecordRef): Uint8Array => {
    const bytes = at(ref);
    assertInvariant(bytes !== undefined, "what a list names is stored with it");
    return bytes;
  };
  const list = at(circleRef("sent", id));
  const sent = list === undefined ? none : whole(decodeSentList(list));
  return {
    presence: restoreHeard(id, at, { whole, listed }),
    sent:
      sent.length === 0
        ? none
        : sent.map((one) => {
            const ref = sentItemRef(id, one.messageId);
            const body = whole(decodeSentItem(listed(ref)));
            return { ...one, ...body, endsAt: endOf(body) };
          }),
  };
}

function restoreHeard(
  id: string,
  at: At,
  o: {
    readonly whole: Whole;
    readonly listed: (ref: RecordRef) => Uint8Array;
  },
): Presence | undefined {
  const bytes = at(circleRef("presence", id));
  if (bytes === undefined) return undefined;
  const { meta, pages } = o.whole(decodeMeta(bytes));
  const gaps = at(circleRef("gaps", id));
  return {
    meta,
    pages:
      pages === 0
        ? none
        : Array.from({ length: pages }, (_, page) =>
            o.whole(decodeLeafPage(o.listed(leafPageRef(id, page)))),
          ),
    gaps: gaps === undefined ? none : o.whole(decodeGaps(gaps)),
  };
}
