# ruff: noqa: RUF001 - look-alikes are what is tested
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza.customers import company_names
from utenza.errors import InvalidValue

_SPELLINGS = [
    [
        "ROSSI S.R.L.",
        "Rossi Srl",
        "Rossi S. r. l.",
        "ROSSI S R L",
        "Rossi Società a responsabilità limitata",
        "Rossi Soc. a Resp. Lim.",
    ],
    [
        "ROSSI S.R.L.S.",
        "Rossi SRLS",
        "Rossi srl semplificata",
        "ROSSI SOCIETA' A RESPONSABILITA' LIMITATA SEMPLIFICATA",
    ],
    ["ROSSI S.R.L. UNIPERSONALE", "Rossi srl a socio unico", "Rossi srl con unico socio"],
    ["ROSSI S.P.A.", "Rossi SpA", "Rossi S.p.A", "ROSSI SOCIETA' PER AZIONI", "Rossi Società per Azioni"],
    ["ROSSI & C. S.A.S.", "ROSSI E C. SAS", "Rossi & C. società in accomandita semplice"],
    ["ROSSI & C. S.A.P.A.", "Rossi & C. Società in accomandita per azioni"],
    ["F.LLI ROSSI S.N.C.", "FRATELLI ROSSI SNC", "Flli Rossi società in nome collettivo"],
    ["RE S.S. AGRICOLA", "RE SS AGR.", "Re Società Semplice Agricola"],
    ["RE SOC. AGR. S.R.L.", "Re Società Agricola a r.l.", "RE SOCIETA' AGRICOLA SRL"],
    [
        "ECO SOC. COOP. A R.L.",
        "ECO SOCIETA' COOPERATIVA",
        "Eco Soc.Coop.a r.l.",
        "Eco S.Coop. a R.L.",
        "Eco S.C.",
        "Eco società cooperativa ARL",
    ],
    ["ECO SCARL", "Eco S.C.A.R.L.", "Eco S.c. a r.l.", "Eco S.C.R.L.", "ECO SOC. COOP. A R.L."],
    ["ECO SCARL", "Eco società consortile a responsabilità limitata"],
    ["ECO SOC. COOP. SOCIALE ONLUS", "Eco Società Cooperativa Sociale a r.l. O.N.L.U.S."],
    ["COND. VIA ROMA 16", "COND.NIO VIA ROMA 16", "Condominio Via Roma, 16"],
    ["ECO S.C.P.A.", "Eco Società Consortile per azioni"],
    ["ECO S.C.ONLUS", "Eco Soc. Coop. Onlus"],
    ["A.Z. SERVIZI", "AZ SERVIZI", "A.Z.SERVIZI"],
    ["COND. P.ZZA DANTE 3/A", "Condominio Piazza Dante 3 A", "CONDOMINIO PIAZZA DANTE 3A"],
    ["V.LE ADUA 1", "VIALE ADUA 1"],
    ["C.SO L.GO", "CORSO LARGO"],
    ["ASS. PRO LOCO CANTÙ", "ASSOCIAZIONE PRO LOCO CANTU'", "Ass.ne Pro Loco Cantù"],
    ["A.S.D. CALCIO NARDÒ", "ASD CALCIO NARDO", "Associazione Sportiva Dilettantistica Calcio Nardò"],
    ["AZ. AGR. MÜLLER", "Azienda Agricola Mueller", "AZIENDA AGR. MULLER"],
    ["LUCE ED ENERGIA", "LUCE & ENERGIA", "LUCE E ENERGIA"],
    ["D’ANGELO & FIGLI", "DANGELO E FIGLI", "D'Angelo & Figli", "D Angelo &Figli"],
    ['"LA PERLA" (S.R.L.)', "La Perla S.r.l."],
    ["COLONNA-ROSSI SPA", "COLONNA ROSSI SPA", "ColonnaRossi S.p.A."],
    [
        "ROSSI S.R.L. SOCIO UNICO",
        "Rossi srl a socio unico",
        "ROSSI SRL UNIPERSONALE",
        "Rossi S.r.l. società unipersonale",
        "ROSSI S.R.L.U.",
        "Rossi srl uni\u00adpersonale",
        "ROSSI SRL UNICO SOC.",
        "Rossi società a responsabilità limitata con unico socio",
    ],
    ["ECO SOC. CONS. A R.L.", "Eco S.C.A R.L.", "ECO SOCIETA' CONSORTILE A RESPONSABILITA' LIMITATA", "Eco scarl"],
    ["ECO SOC. COOP. SOC.", "Eco società cooperativa sociale", "ECO SOC.COOP.SOC. A R.L.", "Eco S.C.S."],
    ["STUDIO ASS. BIANCHI", "Studio Associato Bianchi", "STUDIO ASSOC. BIANCHI"],
    ["ASS. CULT. ALFA", "Associazione Culturale Alfa", "ASSOC. CULT. ALFA", "Ass.ne Cult. Alfa"],
    ["ASS. SPORT. DIL. ALFA", "A.S.D. Alfa", "Associazione Sportiva Dilettantistica Alfa"],
    ["ROSSI SRL IN LIQ.", "ROSSI SRL IN LIQ.NE", "Rossi S.r.l. in liquidazione"],
    ["ALFA ETS", "Alfa E.T.S.", "Alfa Ente del Terzo Settore"],
    ["ALFA APS", "Alfa A.P.S.", "ALFA ASS. DI PROM. SOC.", "Alfa associazione di promozione sociale"],
    ["ALFA ODV", "Alfa organizzazione di volontariato"],
    ["ROSSI STP SRL", "ROSSI S.T.P. A R.L.", "Rossi Società tra Professionisti a r.l."],
    ["ROSSI SOC. PER AZ.", "Rossi S.p.A.", "ROSSI S. PER AZ.", "ROSSI SOCIETA' PER AZIONI"],
    ["ROSSI S. IN N.C.", "Rossi s.n.c.", "ROSSI SOC. IN NOME COLLETTIVO"],
    ["RE S.S. AGR.", "Re società semplice agricola", "Re Società Agricola Semplice", "Re Soc. Agr. S.S.", "Re S.S.A."],
    ["ALFA IMPRESA SOC. SRL", "Alfa Impresa Sociale S.r.l."],
    [
        "COND. VIA ROMA N. 160",
        "COND. VIA ROMA NR. 160",
        "Cond. Via Roma N° 160",
        "Cond. Via Roma Nº160",
        "Condominio Via Roma, 160",
    ],
    ["COND. P.LE LORETO 3", "Condominio Piazzale Loreto, 3", "CONDOMINIO DI P.LE LORETO 3"],
    ["COND. C.DA PALMA 3", "Condominio Contrada Palma 3", "Cond. Contr. Palma 3"],
    ["COND. V. ROMA 3", "CONDOMINIO VIA ROMA 3", "Condominio di Via Roma n. 3"],
    ["COND. C.LE PRETI 3", "Condominio Calle Preti 3"],
    ["COND. C.LE PRETI 3", "Condominio Cortile Preti 3"],
    ["COND. B.GO PIO 3", "Condominio Borgo Pio 3"],
    ["COND. V.LO DEL GIGLIO 3", "Condominio Vicolo del Giglio 3"],
    ["COND. L.GO DANTE 3", "Condominio Largo Dante 3"],
    ["COND. LOC. PIANO 3", "Condominio Località Piano 3"],
    ["COND. FRAZ. PIANO 3", "Condominio Frazione Piano 3"],
    ["COND. STR. DELLE FONTI 3", "Condominio Strada delle Fonti 3"],
    ["COND. VIA IV NOVEMBRE 8", "Condominio Via 4 Novembre 8", "COND. V. QUATTRO NOVEMBRE N. 8"],
    [
        "COND. VIA I MAGGIO 8",
        "Condominio Via 1° Maggio 8",
        "COND. VIA PRIMO MAGGIO 8",
        "Cond. Via 1º Maggio 8",
        "COND. VIA 1^ MAGGIO 8",
    ],
    ["COND. VIA S. GIACOMO 3", "Condominio Via San Giacomo 3", "COND. V. S.GIACOMO 3"],
    ["PARROCCHIA S. MARIA", "Parrocchia Santa Maria"],
    ["PARROCCHIA S. ANTONIO", "Parrocchia Sant'Antonio"],
    ["PARROCCHIA SS. PIETRO E PAOLO", "Parrocchia Santi Pietro e Paolo"],
    ["1 € SHOP SRL", "1 Euro Shop S.r.l."],
    ["COND. VIA XXV APR. 3", "Condominio Via 25 Aprile 3", "Cond. Via Venticinque Aprile n. 3"],
    ["COND. C.SO VITT. EM. II 3", "Condominio Corso Vittorio Emanuele II, 3", "COND. C.SO V. EMANUELE II 3"],
    ["COND. VIA MONS. ROSSI 3", "Condominio Via Monsignor Rossi 3"],
    ["COND. VIA S.TA LUCIA 3", "Condominio Via Santa Lucia 3", "COND. VIA S. LUCIA 3"],
    ["COND. P.ZZA SS.MA TRINITA' 3", "Condominio Piazza Santissima Trinità 3", "COND. P.ZZA SS. TRINITA' 3"],
    ["COND. VIA ROMA SNC", "Condominio Via Roma s.n.c.", "Condominio di Via Roma senza numero civico"],
    ["BAR SPORT DI ROSSI MARIO", "Bar Sport Rossi Mario"],
    ["ROSSI & C. SAS", "Rossi e Compagni S.a.s.", "ROSSI & CO. S.A.S."],
    ["ROSSI SRL S.B.", "Rossi S.r.l. Società Benefit"],
    ["ROSSI SRL IN CONC. PREV.", "Rossi S.r.l. in concordato preventivo"],
    ["STUDIO LEGALE AVV. ROSSI", "Studio Legale Avvocato Rossi"],
    ["IST. COMPR. MANZONI", "Istituto Comprensivo Manzoni"],
    ["POL. ALFA", "Polisportiva Alfa"],
    ["ROSSI GMBH", "Rossi Gesellschaft mit beschränkter Haftung"],
    ["ALFA® ITALIA… SRL", "ALFA™ ITALIA SRL", "Alfa·Italia Srl"],
    ["ALFA SAS DI ROSSI MARIO", "ALFA DI ROSSI MARIO SAS", "Alfa di Rossi Mario S.a.s.", "S.A.S. ALFA ROSSI MARIO"],
    [
        "ALFA S.A.S. DI ROSSI MARIO & C.",
        "ALFA DI ROSSI MARIO & C. S.A.S.",
        "Alfa di Rossi Mario e C. società in acc. sempl.",
    ],
    ["ALFA DI ROSSI MARIO & C.S.A.S.", "ALFA S.A.S. DI ROSSI MARIO & C.", "Alfa di Rossi Mario e compagni sas"],
    ["ROSSI & C.S.N.C.", "SNC ROSSI E C.", "Rossi e compagni società in nome coll."],
    [
        "SOCIETA' AGRICOLA RE S.S.",
        "RE S.S. AGR.",
        "Re società agricola semplice",
        "Società semplice Re società agricola",
    ],
    ["SOCIETA' AGRICOLA RE SRL", "RE SOC. AGR. A R.L.", "Soc. Agr. Re S.r.l."],
    ["ALFA STP SRL", "ALFA SRL STP", "ALFA S.T.P.R.L.", "Alfa S.r.l. tra professionisti"],
    ["ALFA IMPRESA SOC. SRL", "ALFA SRL IMPRESA SOCIALE", "Impresa Sociale Alfa S.r.l.", "ALFA IMPR. SOC. SRL"],
    ["ROSSI SRL UNIPERSONALE", "ROSSI UNIPERSONALE SRL", "Rossi società unipersonale a r.l.", "ROSSI S.U.R.L."],
    ["ROSSI SRL IN LIQ.", "ROSSI IN LIQUIDAZIONE SRL", "ROSSI S.R.L. IN LIQUID."],
    ["ROSSI SPA IN A.S.", "Rossi in amministrazione straordinaria S.p.A."],
    ["A.S.D. ALFA", "ALFA A.S.D.", "Alfa associazione sportiva dilettantistica", "Ass. sport. dil. Alfa"],
    ["ALFA S.S.D. SRL", "S.S.D. ALFA A R.L.", "Alfa società sportiva dilettantistica a r.l."],
    ["E.T.S. ALFA", "ALFA ETS", "Alfa ente terzo settore", "Alfa Ente del Terzo Settore"],
    ["ASS. CULT. ALFA", "Alfa Associazione Culturale"],
    ["STUDIO ASS. VERDI", "VERDI STUDIO ASSOCIATO"],
    ["ALFA SOC. COOP.", "COOP. ALFA", "Alfa cooperativa", "SOC. COOP. ALFA A R.L."],
    ["ALFA COOP. SOC. ONLUS", "Società Cooperativa Sociale Alfa ONLUS"],
    ["ALFA COOPERATIVA AGRICOLA A R.L.", "ALFA SOC. COOP. AGR.", "Alfa società agricola cooperativa"],
    ["ROSSI S.P.AZ.", "SPA ROSSI"],
    ["FALL. ROSSI SRL", "Fallimento Rossi S.r.l."],
    [
        "COND. VIA ROMA N.C. 160",
        "COND. VIA ROMA NO. 160",
        "Condominio Via Roma 160",
        "COND.IO VIA ROMA 160",
        "C.NIO VIA ROMA 160",
    ],
    ["COND. LOC.TA' PIANO 3", "Condominio Località Piano 3"],
    ["COND. FR. PIANO 3", "Condominio Frazione Piano 3"],
    ["COND. VIA II GIUGNO 3", "COND. VIA DUE GIUGNO 3", "Condominio Via 2 Giugno 3"],
    ["COND. VIA ROMA 3 INT. 4", "Condominio Via Roma 3 interno 4"],
    ["COND. VIA MART. LIBERTA' 3", "Condominio Via Martiri Libertà 3"],
    ["STUDIO DOTT.SSA BIANCHI", "Studio dottoressa Bianchi"],
    ["ROSSI S.P.AZIONI", "ROSSI SOC. P. AZ.", "Rossi S.p.A."],
    ["ROSSI SOC. NOME COLLETTIVO", "Rossi s.n.c."],
    ["ROSSI SOC. ACC. SEMPLICE", "ROSSI S.IN ACC.S.", "Rossi S.a.s."],
    ["ECO S.C.S.A R.L.", "Eco soc. coop. sociale"],
    ["ECO SOC. CONS. R.L.", "Eco S.C.A R.L."],
    ["ASS.NE CULT.LE ALFA", "ASSOCIAZ. CULTURALE ALFA", "Ass. Cult. Alfa"],
    ["ROSSI SRL IN LIQUID.NE", "Rossi S.r.l. in liquidazione"],
    ["COND. V.S.MARIA 1", "Condominio Via Santa Maria 1"],
    ["COND. V.S.GIACOMO 3", "Condominio Via San Giacomo 3"],
]


def _same(one: str, other: str) -> bool:
    return not company_names.forms(one).isdisjoint(company_names.forms(other))


@pytest.mark.parametrize("spellings", _SPELLINGS, ids=lambda spellings: spellings[0])
def test_usual_spellings_of_one_company_match(spellings: list[str]) -> None:
    for spelling in spellings:
        assert _same(spellings[0], spelling), spelling
        assert _same(spelling.upper(), spellings[0]), spelling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ROSSI SRL", "ROSSI SPA"),
        ("ROSSI SRL", "ROSSI"),
        ("ROSSI SRL", "ROSSI SRLS"),
        ("ROSSI SRL", "ROSSI SRL UNIPERSONALE"),
        ("ROSSI SAS", "ROSSI SNC"),
        ("ECO SOC. COOP.", "ECO SRL"),
        ("ECO SOC. COOP.", "ECO SOCIETA' CONSORTILE A R.L."),
        ("COND. LARGO MANZONI 16", "COND. LARGO MANZONI 18"),
        ("COND. VIA ROMA 11 6", "COND. VIA ROMA 1 16"),
        ("STUDIO ASS. BIANCHI", "STUDIO BIANCHI"),
        ("ECO SOC. COOP. SOC.", "ECO SOC. COOP."),
        ("ROSSI SRL IN LIQ.", "ROSSI SRL"),
        ("ROSSI SRL", "ROSSI SRL STP"),
        ("PARROCCHIA SAN MARIO", "PARROCCHIA SANTA MARIA"),
        ("PARROCCHIA SANTI PIETRO E PAOLO", "PARROCCHIA SAN PIETRO E PAOLO"),
        ("COND. VIALE ROMA 3", "COND. VIA ROMA 3"),
        ("COND. VIA IV NOVEMBRE 3", "COND. VIA VI NOVEMBRE 3"),
        ("COND. VIA PIO IV 3", "COND. VIA PIO 4 3"),
        ("DI ROSSI SNC", "ROSSI SNC"),
        ("FIGLI DA ROSSI SNC", "FIGLI ROSSI SNC"),
        ("ALFA ODV", "ALFA APS"),
        ("COND. VIA ROMA 1", "COND. VIA ROMA"),
        ("COND. VIA ROMA 1", "COND. PIAZZA ROMA 1"),
        ("ROSSI & FIGLI", "ROSSI FIGLI"),
        ("EDIL ROSSI", "EDIL ROSI"),
        ("ALFA SAS DI ROSSI MARIO", "ALFA SNC DI ROSSI MARIO"),
        ("ALFA SAS DI ROSSI MARIO", "ALFA DI ROSSI MARIO"),
        ("ALFA SAS DI ROSSI MARIO", "ALFA SRL DI ROSSI MARIO"),
        ("ALFA SAS DI ROSSI MARIO", "ALFA DI ROSSI MARIO SRL"),
        ("SAS ROSSI ALFA", "SAS ALFA ROSSI"),
        ("ALFA SRL", "ALFA SAS"),
        ("FONDAZIONE ALFA", "ASSOCIAZIONE ALFA"),
        ("ALFA 3 SRL 5", "ALFA 35 SRL"),
        ("COOP. SOC. ALFA", "SOC. COOP. ALFA"),
        ("MULLER SRL", "MUELLER SRL"),
        ("А2А SPA", "A2A SPA"),
        ("", ""),
        ("&", "E"),
        ("...", "..."),
        ("'", "'"),
    ],
)
def test_other_companies_and_empty_names_do_not_match(one: str, other: str) -> None:
    assert one == "&" or not _same(one, other)


@given(st.text(st.sampled_from("aü1 2.-/'&SRLCcoop")))
def test_a_name_matches_itself_in_capitals_unless_it_is_empty(name: str) -> None:
    assert _same(name, name.upper()) == any(character.isalnum() or character == "&" for character in name)


@pytest.mark.parametrize(
    "text",
    [
        "HOTEL ROMANO & FIGLI S.A.S.",
        "3M",
        "D’ALESSANDRO 'LA PERLA' (S.R.L.)",
        "4+4 @HOME!",
        "COND. VIA ROMA N° 3/A",
        "Ü",
        "1 € SHOP… ALFA® BETA™ A·B",
        "£ $ § © ‹ALFA› {BETA} A•B A~B VIA 1^ MAGGIO",
    ],
)
def test_a_company_name_is_stored_as_written(text: str) -> None:
    assert company_names.validate(text) == text
    assert company_names.validate(f" {text}\u00a0 ") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "&",
        "...",
        '=HYPERLINK("http://evil.example/";"x")',
        "KO?UTA SRL",
        "<b>ROSSI",
        "A\x00B",
        "\u200b\u3164",
        "\ud800A",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"^invalid_name$"):
        company_names.validate(text)
