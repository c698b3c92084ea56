"""Die E-Mails an die Kunden, auf Deutsch: kurz, sie sagen, was geschehen ist und was zu tun ist."""

GREETING = "Guten Tag,"
FOOTER = "$supplier, $site. Antworten Sie nie mit Passwörtern oder Codes: Wir werden Sie nicht danach fragen."

EMAILS = {
    "confirmation_code": (
        "$code ist Ihr Bestätigungscode",
        (
            "um Ihre Registrierung für den Kundenbereich von $supplier abzuschließen, geben Sie diesen Code auf der "
            "Seite der Registrierung ein:",
            "$code",
            "Der Code gilt 24 Stunden.",
            "Wenn Sie sich nicht registriert haben, beachten Sie diese E-Mail nicht: Ohne den Code geschieht nichts.",
        ),
    ),
    "address_taken": (
        "Ihre Adresse ist bereits registriert",
        (
            "jemand hat versucht, sich für den Kundenbereich von $supplier mit dieser E-Mail-Adresse zu registrieren,"
            " die bereits Ihre User-ID ist.",
            "Wenn Sie es waren, melden Sie sich mit Ihrem Passwort an; wenn Sie es vergessen haben, wählen Sie auf "
            "der Anmeldeseite «Passwort vergessen». Für eine andere Lieferung verwenden Sie eine andere E-Mail-"
            "Adresse.",
            "Wenn Sie es nicht waren, brauchen Sie nichts zu tun: Ihr Zugang ist unverändert.",
        ),
    ),
    "recovery_code": (
        "$code ist Ihr Code für ein neues Passwort",
        (
            "um ein neues Passwort für den Kundenbereich von $supplier zu wählen, geben Sie diesen Code auf der Seite"
            " der Wiederherstellung ein:",
            "$code",
            "Der Code gilt 15 Minuten. Nach dem Code fragen wir Sie nach der Antwort auf Ihre Frage.",
            "Wenn Sie ihn nicht angefordert haben, beachten Sie diese E-Mail nicht: Ihr Passwort bleibt, wie es ist. "
            "Geben Sie den Code niemandem.",
        ),
    ),
    "user_id_reminder": (
        "Ihre User-ID",
        (
            "wir wurden gebeten, Sie an Ihre User-ID für den Kundenbereich von $supplier zu erinnern. Sie lautet:",
            "$user_id",
            "Wenn Sie nicht darum gebeten haben, brauchen Sie nichts zu tun.",
        ),
    ),
    "welcome": (
        "Die Registrierung ist abgeschlossen",
        (
            "Sie sind nun für den Kundenbereich von $supplier registriert. Melden Sie sich mit dieser E-Mail-Adresse "
            "und dem gewählten Passwort an.",
            "Wenn Sie sich nicht registriert haben, sagen Sie es uns bitte sofort: $contact",
        ),
    ),
    "registered_elsewhere": (
        "Für Ihren Kundencode wurde ein Zugang eingerichtet",
        (
            "für Ihren Kundencode $customer_code wurde ein Zugang zum Kundenbereich von $supplier eingerichtet, mit "
            "einer anderen E-Mail-Adresse als dieser.",
            "Wenn Sie es waren oder eine Person Ihres Vertrauens, brauchen Sie nichts zu tun.",
            "Wenn Sie es nicht waren, sagen Sie es uns bitte sofort, und wir schließen diesen Zugang: $contact",
        ),
    ),
    "password_changed": (
        "Ihr Passwort wurde geändert",
        (
            "das Passwort Ihres Kundenbereichs von $supplier wurde soeben geändert, und alle offenen Sitzungen sind "
            "beendet.",
            "Wenn Sie es waren, brauchen Sie nichts weiter zu tun.",
            "Wenn Sie es nicht waren, wählen Sie auf der Anmeldeseite sofort «Passwort vergessen» und sagen Sie es "
            "uns: $contact",
        ),
    ),
    "question_changed": (
        "Ihre Sicherheitsfrage wurde geändert",
        (
            "die Frage oder die Antwort zur Wiederherstellung des Passworts Ihres Kundenbereichs von $supplier wurde "
            "soeben geändert.",
            "Wenn Sie es nicht waren, sagen Sie es uns bitte sofort: $contact",
        ),
    ),
    "address_changed": (
        "Ihre User-ID wurde geändert",
        (
            "ab jetzt melden Sie sich im Kundenbereich von $supplier mit dieser E-Mail-Adresse an.",
            "Wenn Sie es nicht waren, sagen Sie es uns bitte sofort: $contact",
        ),
    ),
    "address_left": (
        "Ihre User-ID wurde geändert",
        (
            "ab jetzt gilt für Ihren Kundenbereich von $supplier eine andere E-Mail-Adresse, nicht mehr diese.",
            "Wenn Sie es nicht waren, sagen Sie es uns bitte sofort: $contact",
        ),
    ),
}
