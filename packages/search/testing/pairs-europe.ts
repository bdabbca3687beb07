// German, French, Spanish and English: a text, what is looked for, and whether it is found.

import { pairsOf } from "./pairs.ts";

export const european = pairsOf({
  found: `
    Die Straße ist gesperrt | strasse
    die strasse | Straße
    STRASSE | straße
    Müller kommt | muller
    muller | Müller
    Grüße | grusse
    Mieterversammlung | versammlung
    Mieterversammlung | mieter
    Räumung verhindern | raumung
    ÜBERFALL | überfall
    Assemblée générale | assemblee
    l'assemblée | assemblée
    L’ASSEMBLÉE | assemblee
    œuvre | oeuvre
    ça va | ca
    garçon | garcon
    Noël | noel
    où êtes-vous | etes
    mañana | manana
    manana | mañana
    reunión | reunion
    ¿Dónde? | donde
    pingüino | pinguino
    Øresund | oresund
    Łódź | lodz
    The meeting is at six | meeting
    e-mail | mail
    don't | don
    ﬁnal | final
    ＡＢＣ | abc
    İstanbul | istanbul
    ısırgan | isirgan
    Σίσυφος | ΣΙΣΥΦΟΣ
    Ёлка | елка
    https://example.org/plan | example
    2026-11-26 | 2026
    会議は明日 | 会議
  `,
  notFound: `
    Straße | strand
    Müller | Möller
    Haus | Maus
    Versammlung | sammeln
    meeting | eat
    reunión | union de
    garçon | gazon
    mañana | mamá
    the | he
    abc | bc
    plan b | c
  `,
});
