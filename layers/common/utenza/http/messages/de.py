"""Texte für Kundinnen und Kunden, auf Deutsch (Sie): Sie sagen, was als Nächstes zu tun ist."""

# code -> (title, detail)
PROBLEMS = {
    "malformed_request": (
        "Anfrage nicht lesbar",
        "Die Anfrage muss ein JSON-Objekt in UTF-8 mit Content-Type application/json sein.",
    ),
    "request_too_large": ("Anfrage zu groß", "Eine Anfrage darf höchstens 16 kB groß sein."),
    "invalid_request": (
        "Bitte prüfen Sie Ihre Angaben",
        "Einige Felder stimmen noch nicht: Korrigieren Sie sie und versuchen Sie es erneut.",
    ),
    "customer_not_matched": (
        "Kunde nicht gefunden",
        "Ihre Angaben passen zu keinem aktiven Kunden. Vergleichen Sie sie mit einer aktuellen Rechnung und versuchen "
        "Sie es erneut; schreiben Sie alles so, wie es dort gedruckt ist.",
    ),
    "step_token_invalid": (
        "Bitte beginnen Sie die Registrierung neu",
        "Dieser Schritt ist ungültig oder wurde schon verwendet. Wenn Sie sich gerade registriert haben, melden Sie "
        "sich an; sonst beginnen Sie noch einmal mit den Angaben von der Rechnung.",
    ),
    "step_token_expired": (
        "Zeit abgelaufen",
        "Seit dem ersten Schritt ist zu viel Zeit vergangen. Geben Sie die Angaben von der Rechnung noch einmal ein.",
    ),
    "confirmation_token_invalid": (
        "Bestätigung nicht gültig",
        "Diese Bestätigung gilt nicht mehr: Vielleicht wurde sie schon verwendet, es gibt eine neuere Registrierung "
        "oder es waren zu viele falsche Codes. Versuchen Sie sich anzumelden; gelingt das nicht, registrieren Sie sich "
        "bitte erneut mit den Daten der Rechnung.",
    ),
    "confirmation_token_expired": (
        "Zeit abgelaufen",
        "Für die Bestätigung der Adresse gab es 24 Stunden, und sie sind vorbei. Registrieren Sie sich bitte erneut "
        "mit den Daten der Rechnung.",
    ),
    "code_invalid": (
        "Code nicht richtig",
        "Das ist nicht der Code aus der letzten E-Mail, die wir Ihnen geschickt haben. Prüfen Sie die sechs Ziffern "
        "und versuchen Sie es erneut.",
    ),
    "recovery_token_invalid": (
        "Bitte beginnen Sie noch einmal",
        "Diese Wiederherstellung des Passworts gilt nicht mehr: Sie wurde schon verwendet, eine neuere wurde begonnen, "
        "oder es gab zu viele falsche Antworten. Beginnen Sie noch einmal mit Ihrer User-ID.",
    ),
    "recovery_token_expired": (
        "Zeit abgelaufen",
        "Für die Wiederherstellung des Passworts sind 15 Minuten Zeit, und sie sind um. Beginnen Sie noch einmal mit "
        "Ihrer User-ID.",
    ),
    "answer_invalid": (
        "Antwort nicht richtig",
        "Das ist nicht die Antwort, die bei der Registrierung gewählt wurde. Prüfen Sie die Schreibweise und versuchen "
        "Sie es erneut: Großschreibung, Akzente und Leerzeichen zählen nicht.",
    ),
    "invalid_credentials": (
        "Anmeldung fehlgeschlagen",
        "User-ID oder Passwort stimmen nicht. Prüfen Sie die Schreibweise, auch Groß- und Kleinbuchstaben.",
    ),
    "refresh_token_invalid": ("Sitzung beendet", "Ihre Sitzung ist beendet. Bitte melden Sie sich erneut an."),
    "access_token_invalid": ("Anmeldung nötig", "Bitte melden Sie sich an, um diese Seite zu sehen."),
    "origin_refused": (
        "Website nicht zugelassen",
        "Dieser Dienst kann von der Website, von der die Anfrage kommt, nicht verwendet werden.",
    ),
    "not_found": ("Nicht gefunden", "Diese Adresse oder Methode gibt es nicht: Bitte prüfen Sie die Adresse."),
    "already_registered": (
        "Kunde bereits registriert",
        "Für diesen Kunden gibt es schon einen Zugang. Melden Sie sich mit der damals gewählten User-ID und dem "
        "Passwort an.",
    ),
    "user_id_taken": (
        "User-ID bereits vergeben",
        "Diese E-Mail-Adresse gehört schon zu einem Zugang. Verwenden Sie eine andere, oder melden Sie sich an.",
    ),
    "too_many_attempts": ("Zu viele Versuche", "Es gab zu viele Versuche. Versuchen Sie es in {wait} erneut."),
    "unavailable": (
        "Dienst nicht verfügbar",
        "Der Dienst ist gerade nicht verfügbar, und nichts wurde geändert. Versuchen Sie es in {wait} erneut.",
    ),
}

HINTS = {
    "name_and_tax_code_differ": (
        "Die Steuernummer (codice fiscale) scheint nicht zu dem angegebenen Namen zu gehören: Prüfen Sie beides."
    ),
}

FIELDS = {
    "invalid": "Mit diesem Feld stimmt etwas nicht: Bitte prüfen Sie es.",
    "required": "Bitte füllen Sie dieses Feld aus.",
    "too_long": "Der Text ist zu lang: Bitte kürzen Sie ihn.",
    "wrong_type": "Hier muss ein Text stehen.",
    "unknown_field": "Dieses Feld ist nicht vorgesehen.",
    "invalid_characters": "Einige Zeichen sind nicht erlaubt: Bitte entfernen Sie sie.",
    "unknown_supplier": "Diesen Anbieter gibt es nicht: Wählen Sie einen aus der Liste.",
    "invalid_customer_code": "Der Kundencode hat nicht die richtige Form: Übernehmen Sie ihn von der Rechnung.",
    "invalid_tax_code": (
        "Die Steuernummer (codice fiscale) oder Mehrwertsteuernummer stimmt nicht: Prüfen Sie jedes Zeichen "
        "(die Steuernummer hat 16 Zeichen oder 11 Ziffern, die Mehrwertsteuernummer 11 Ziffern)."
    ),
    "invalid_name": "Schreiben Sie den Namen nur mit Buchstaben, so wie er auf der Rechnung gedruckt ist.",
    "invalid_phone": "Die Telefonnummer stimmt nicht: zum Beispiel 333 1234567 oder +39 0471 123456.",
    "invalid_email": "Schreiben Sie eine vollständige E-Mail-Adresse, zum Beispiel mario.rossi@beispiel.it.",
    "password_too_short": "Das Passwort ist zu kurz: Wählen Sie ein längeres.",
    "password_too_common": "Dieses Passwort ist sehr verbreitet und leicht zu erraten: Wählen Sie ein anderes.",
    "password_traceable": (
        "Das Passwort enthält etwas über Sie (Name, Code, Geburtsdatum, Telefon, E-Mail, Anbieter): "
        "Wählen Sie ein anderes."
    ),
    "password_is_answer": "Das Passwort darf nicht die Antwort auf die Frage sein: Wählen Sie ein anderes.",
    "repeat_differs": "Die beiden Texte sind nicht gleich: Geben Sie sie noch einmal ein.",
    "answer_too_short": "Die Antwort ist zu kurz: Wählen Sie eine längere.",
    "answer_traceable": (
        "Die Antwort enthält etwas, das auf der Rechnung steht oder Sie betrifft: Wählen Sie eine, die nur Sie kennen."
    ),
    "answer_in_question": "Die Antwort ist in der Frage enthalten: Ändern Sie eine von beiden.",
    "answer_is_password": "Die Antwort darf nicht das Passwort sein: Wählen Sie eine andere.",
}


def wait(seconds: int) -> str:
    """Say a waiting time in words, rounded up."""
    if seconds < 60:
        return "einer Sekunde" if seconds == 1 else f"{seconds} Sekunden"
    minutes = -(-seconds // 60)
    return "einer Minute" if minutes == 1 else f"{minutes} Minuten"
