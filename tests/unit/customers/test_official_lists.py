"""The forms of the Registro delle imprese and ISTAT's kinds of streets: short or long they are one, and no two are."""

from itertools import combinations

import pytest

from utenza.customers import company_names

# What the register calls each form, and how bills and letter heads shorten it.
_FORMS: dict[str, tuple[str, ...]] = {
    "SOCIETA' IN ACCOMANDITA PER AZIONI": ("S.A.P.A.", "S. ACC. P.A.", "SOC. IN ACC. PER AZ."),
    "ASSOCIAZIONE": ("ASS.", "ASS.NE", "ASSOC."),
    "SOCIETA' CONSORTILE IN ACCOMANDITA SEMPLICE": ("SOC. CONS. IN ACC. SEMPL.", "SOC. CONS. IN A.S."),
    "AZIENDA SPECIALE": ("AZ. SPECIALE", "AZ. SPEC."),
    "AZIENDA MUNICIPALE": ("AZ. MUNIC.",),
    "SOCIETA' CONSORTILE IN NOME COLLETTIVO": ("SOC. CONS. IN N.C.",),
    "AZIENDA PROVINCIALE": ("AZ. PROV.",),
    "AZIENDA REGIONALE": ("AZ. REG.",),
    "SOCIETA' IN ACCOMANDITA SEMPLICE": ("S.A.S.", "SAS", "S. IN A.S.", "SOC. IN ACCOMANDITA SEMPL."),
    "SOCIETA' PER AZIONI CON SOCIO UNICO": ("S.P.A. A SOCIO UNICO", "SPA UNIPERSONALE", "S.P.A.U.", "S.P.A. A S.U."),
    "CONSORZIO": ("CONS.",),
    "COMUNIONE EREDITARIA": ("COM. EREDITARIA",),
    "SOCIETA' COOPERATIVA A RESPONSABILITA ILLIMITATA": ("SOC. COOP. A RESP. ILL.", "SOC. COOP. A RESP. ILLIM."),
    "SOCIETA' COOPERATIVA": ("SOC. COOP. A R.L.", "S.C.R.L.", "SOC. COOP.", "S. COOP."),
    "IMPRESA INDIVIDUALE": ("DITTA INDIVIDUALE", "DITTA IND.", "IMP. INDIVIDUALE"),
    "ENTE ECCLESIASTICO": ("ENTE ECCL.",),
    "ENTE PUBBLICO ECONOMICO": ("ENTE PUBBL. ECONOMICO",),
    "ENTE ECCLESIASTICO CIVILMENTE RICONOSCIUTO": ("ENTE ECCL. CIV. RIC.",),
    "FONDAZIONE": ("FOND.", "FOND.NE"),
    "GRUPPO EUROPEO DI INTERESSE ECONOMICO": ("G.E.I.E.", "GEIE"),
    "ISTITUTO DI CREDITO": ("IST. DI CREDITO",),
    "IMPRESA FAMILIARE": ("IMP. FAM.",),
    "ISTITUTO RELIGIOSO": ("IST. RELIGIOSO",),
    "MUTUA ASSICURAZIONE": ("MUTUA ASS.",),
    "SOCIETA' COOPERATIVA CONSORTILE": ("SOC. COOP. CONS.", "SOC. CONS. COOP."),
    "COOPERATIVA SOCIALE": ("COOP. SOC.", "COOP. SOCIALE A R.L."),
    "PICCOLA SOCIETA' COOPERATIVA": ("PICC. SOC. COOP.", "P.S.C.A.R.L.", "PICCOLA SOC. COOP. A R.L."),
    "SOCIETA' ANONIMA": ("SOC. AN.", "S.A."),
    "SOCIETA' SEMPLICE": ("S.S.", "SOC. SEMPLICE"),
    "SOCIETA' DI FATTO": ("S.D.F.", "SOC. DI FATTO"),
    "SOCIETA' CONSORTILE A RESPONSABILITA' LIMITATA": ("S.C.A R.L.", "SOC. CONS. A R.L.", "SCARL"),
    "SOCIETA' DI MUTUO SOCCORSO": ("S.M.S.", "SOC. DI MUTUO SOCC."),
    "SOCIETA' IN NOME COLLETTIVO": ("S.N.C.", "SNC", "S. IN N.C."),
    "SOCIETA' CONSORTILE PER AZIONI": ("S.C.P.A.", "SOC. CONS. P.A."),
    "SOCIETA' PER AZIONI": ("S.P.A.", "SPA", "SOC. PER AZ."),
    "SOCIETA' A RESPONSABILITA' LIMITATA": ("S.R.L.", "SRL", "SOC. A R.L.", "S.A.R.L."),
    "SOCIETA' A RESPONSABILITA' LIMITATA A CAPITALE RIDOTTO": ("S.R.L. A CAP. RID.", "S.R.L.C.R."),
    "SOCIETA' A RESPONSABILITA' LIMITATA SEMPLIFICATA": ("S.R.L.S.", "SRLS", "S.R.L. SEMPL."),
    "SOCIETA' A RESPONSABILITA' LIMITATA CON UNICO SOCIO": ("S.R.L. A SOCIO UNICO", "S.R.L. UNIP.LE", "S.R.L.U."),
    "SOCIETA' TRA PROFESSIONISTI": ("S.T.P.", "STP", "SOC. TRA PROF."),
    "SOCIETA' TRA AVVOCATI": ("S.T.A.", "STA", "SOC. TRA AVV."),
    "SOCIETA' EUROPEA": ("S.E.", "SE"),
    "SOCIETA' COOPERATIVA EUROPEA": ("S.C.E.",),
    "SOCIETA' BENEFIT": ("S.B.", "SB"),
}
# What they are is said in the middle of a name: ISTITUTO DI CREDITO ALFA.
_NOT_MOVED = {"ISTITUTO DI CREDITO", "ISTITUTO RELIGIOSO"}

# The whole of ISTAT's register of DUG, and what bills print for those that are shortened.
_STREETS = (
    *("arco", "autostrada", "belvedere", "calata", "calle", "cavalcavia", "circonvallazione", "corso", "corte"),
    *("cortile", "discesa", "galleria", "gradinata", "larghetto", "largo", "litoranea", "lungargine"),
    *("lungofiume", "lungolago", "lungomare", "lungoparco", "lungotorrente", "molo", "parcheggio", "passaggio"),
    *("passeggiata", "percorso ciclabile", "percorso ciclopedonale", "percorso pedonale", "piazza", "piazzale"),
    *("piazzetta", "pista ciclabile", "ponte", "raccordo", "rampa", "ronco", "rotatoria", "rotonda", "salita"),
    *("scalinata", "scesa", "sentiero", "slargo", "sottopasso", "sovrappasso", "spiazzo", "strada"),
    *("strada antica", "strada comunale", "strada consortile", "strada nuova", "strada panoramica"),
    *("strada poderale", "strada privata", "strada provinciale", "strada regionale", "strada statale"),
    *("strada vecchia", "strada vicinale", "stradella", "stradello", "stradone", "tangenziale", "traversa"),
    *("traversa privata", "via", "via antica", "via comunale", "via nazionale", "via nuova", "via panoramica"),
    *("via privata", "via provinciale", "via vecchia", "viale", "vialetto", "vico", "vico chiuso", "vico cieco"),
    *("vico privato", "vicoletto", "vicolo", "vicolo chiuso", "vicolo cieco", "vicolo privato", "viottolo"),
)
_SHORT_STREETS = {
    "belvedere": ("BELV.",),
    "calle": ("C.LE",),
    "cavalcavia": ("CAVALC.",),
    "circonvallazione": ("CIRCONV.", "CIRC.NE", "CIRCONV.NE"),
    "corso": ("C.SO",),
    "corte": ("C.TE",),
    "cortile": ("C.LE", "CORT."),
    "galleria": ("GALL.",),
    "gradinata": ("GRAD.",),
    "largo": ("L.GO",),
    "lungolago": ("L.LAGO",),
    "lungomare": ("L.MARE", "LUNGOM."),
    "passaggio": ("PASS.",),
    "passeggiata": ("PASS.", "PASSEGG."),
    "piazza": ("P.ZZA", "P.ZA", "PZZA", "P.Z."),
    "piazzale": ("P.LE", "P.ZLE", "PIAZZ."),
    "piazzetta": ("P.TTA", "P.ZETTA"),
    "ponte": ("P.TE",),
    "raccordo": ("RACC.",),
    "rotonda": ("ROT.",),
    "salita": ("SAL.",),
    "scalinata": ("SCAL.",),
    "sentiero": ("SENT.",),
    "strada": ("STR.", "S.DA"),
    "strada comunale": ("STR. COM.",),
    "strada privata": ("STR. PRIV.",),
    "strada provinciale": ("S.P.", "STR. PROV."),
    "strada regionale": ("S.R.", "STR. REG."),
    "strada statale": ("S.S.",),
    "strada vicinale": ("STR. VIC.",),
    "tangenziale": ("TANG.",),
    "traversa": ("TRAV.", "TR.", "TRAV.SA"),
    "via": ("V.",),
    "via comunale": ("V. COM.", "VIA COM."),
    "via nazionale": ("VIA NAZ.",),
    "via privata": ("VIA PRIV.",),
    "via provinciale": ("VIA PROV.",),
    "viale": ("V.LE", "VL."),
    "vico": ("V.CO",),
    "vicolo": ("V.LO", "VIC."),
}


def _same(one: str, other: str) -> bool:
    return not company_names.forms(one).isdisjoint(company_names.forms(other))


@pytest.mark.parametrize("form", _FORMS)
def test_a_form_of_the_register_and_its_abbreviations_are_one(form: str) -> None:
    for short in _FORMS[form]:
        assert _same(f"ALFA {form}", f"Alfa {short}"), short
        assert _same(f"Alfa {short}", f"ALFA {form.title()}"), short


@pytest.mark.parametrize("form", [form for form in _FORMS if form not in _NOT_MOVED])
def test_a_form_of_the_register_may_stand_anywhere(form: str) -> None:
    for spelled in (form, *_FORMS[form]):
        assert _same(f"ALFA {form} DI ROSSI MARIO", f"Alfa di Rossi Mario {spelled}"), spelled
        assert _same(f"{spelled} ALFA ROSSI MARIO", f"Alfa di Rossi Mario {form.title()}"), spelled


def test_no_two_forms_of_the_register_are_one() -> None:
    for one, other in combinations(_FORMS, 2):
        assert not _same(f"ALFA {one}", f"ALFA {other}"), (one, other)
        assert not _same(f"{one} ALFA", f"ALFA {other}"), (one, other)


@pytest.mark.parametrize("street", _STREETS)
def test_a_kind_of_street_and_its_abbreviations_are_one(street: str) -> None:
    assert _same(f"COND. DI {street.upper()} DANTE 3", f"Condominio {street} Dante n. 3")
    for short in _SHORT_STREETS.get(street, ()):
        assert _same(f"COND. {short} DANTE 3", f"Condominio {street} Dante 3"), short
        assert _same(f"Condominio di {street} Dante 3", f"COND. {short} DANTE N. 3"), short


def test_no_two_kinds_of_streets_are_one() -> None:
    assert len({*_STREETS}) == 87
    for one, other in combinations(_STREETS, 2):
        assert not _same(f"COND. {one} DANTE 3", f"COND. {other} DANTE 3"), (one, other)
