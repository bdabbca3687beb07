// Kurmanji Kurdish in Latin letters: a text, what is looked for, and whether it is found.

import { pairsOf } from "./pairs.ts";

export const kurmanji = pairsOf({
  found: `
    civîna malxweyan | civina
    civina malxweyan | civîna
    Civîn | civîn
    CIVÎN | civîn
    civîn | CIVIN
    şoreş | sores
    sores | şoreş
    Şoreş | ŞOREŞ
    çand û huner | cand
    cand u huner | çand
    çand û huner | çand u
    Kurdî | kurdi
    kurdi | Kurdî
    Kurdî | KURDÎ
    kurdî | kurdı
    Kurdistanê | kurdistan
    roja şemiyê | semiye
    semiye | şemiyê
    înî | ini
    ini | înî
    duşem | dusem
    sêşem | sesem
    çarşem | carsem
    pêncşem | pencsem
    Newroz pîroz be | piroz
    piroz be | pîroz
    heval | hev
    hevalno | heval
    hevaltî | hevalti
    rêxistin | rexistin
    rexistin | rêxistin
    rêxistinên jinan | jinan
    têkoşîn | tekosin
    tekosin | têkoşîn
    azadî | azadi
    Azadî! | azadi
    «azadî» | azadi
    jin, jiyan, azadî | jiyan
    jin jiyan azadî | azadi jin
    karker | kark
    karkeran | karker
    greva | grev
    greva karkeran | grev
    xwendekar | xwendek
    mamoste | mamos
    bajêr | bajer
    bajer | bajêr
    gundê me | gunde
    gunde me | gundê
    demjimêr 5 | 5
    demjimêr ٥ | 5
    demjimêr 18:30 | 18
    saet ۵ | 5
    Hewlêr | hewler
    Amûdê | amude
    Amûdê | amûdê
    Qamişlo | qamislo
    Qamişlo | QAMIŞLO
    Dihok | dıhok
    Êzidî | ezidi
    ezidi | Êzidî
    Ûsiv | usiv
    usiv | Ûsiv
    îsal | isal
    çawa yî | cawa yi
    spas dikim | spas
    gelek spas | spas gelek
    ji bo te | bo
    li malê | male
    xwepêşandan | pesan
    xwepêşandan | xwepesandan
    ge\u0302lek | gelek
    s\u0327ev | şev
  `,
  notFound: `
    civîn | civan
    şev | siv
    jin | jîna
    ker | kerr
    greva | girtî
    heval | havîn
    rojname | rojbas
    karker | karek
    bajêr | bazar
    azadî | azar
    sor | şar
    pênc | penz
    mal | mala
    dest | dil
    demjimêr 5 | 6
    demjimêr 15 | 5
    gund | gurd
    Hewlêr | Dihok
    jin jiyan | jin azadî
    nan | nav
  `,
});
