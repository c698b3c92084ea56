"""The mails to customers, in English: short, they say what happened and what to do."""

GREETING = "Dear customer,"
FOOTER = "$supplier, $site. Never answer this e-mail with passwords or codes: we shall not ask for them."

EMAILS = {
    "confirmation_code": (
        "$code is your confirmation code",
        (
            "To complete your registration for the customer area of $supplier, enter this code on the registration "
            "page:",
            "$code",
            "The code is valid for 24 hours.",
            "If you did not register, ignore this e-mail: without the code nothing happens.",
        ),
    ),
    "address_taken": (
        "Your address is already registered",
        (
            "Somebody tried to register for the customer area of $supplier with this e-mail address, which is your "
            "user ID already.",
            "If it was you, log in with the password that you have; if you do not remember it, choose “Forgotten "
            "password” on the login page. For another supply, use another e-mail address.",
            "If it was not you, there is nothing to do: your access has not changed.",
        ),
    ),
    "recovery_code": (
        "$code is your code for a new password",
        (
            "To choose a new password for the customer area of $supplier, enter this code on the recovery page:",
            "$code",
            "The code is valid for 15 minutes. After the code we shall ask for the answer to your question.",
            "If you did not ask for it, ignore this e-mail: your password stays as it is. Give the code to nobody.",
        ),
    ),
    "user_id_reminder": (
        "Your user ID",
        (
            "We were asked to remind you of your user ID for the customer area of $supplier. It is:",
            "$user_id",
            "If you did not ask for it, there is nothing to do.",
        ),
    ),
    "welcome": (
        "Your registration is complete",
        (
            "You are now registered for the customer area of $supplier. Log in with this e-mail address and the "
            "password that you chose.",
            "If you did not register, tell us at once: $contact",
        ),
    ),
    "registered_elsewhere": (
        "An access was created for your customer code",
        (
            "An access to the customer area of $supplier was created for your customer code $customer_code, with "
            "another e-mail address than this one.",
            "If it was you, or a person you trust, there is nothing to do.",
            "If it was not you, tell us at once, and we shall close that access: $contact",
        ),
    ),
    "password_changed": (
        "Your password has changed",
        (
            "The password of your customer area of $supplier has just changed, and every open session has ended.",
            "If it was you, there is nothing else to do.",
            "If it was not you, choose “Forgotten password” on the login page at once and tell us: $contact",
        ),
    ),
    "question_changed": (
        "Your security question has changed",
        (
            "The question or the answer that recovers the password of your customer area of $supplier has just "
            "changed.",
            "If it was not you, tell us at once: $contact",
        ),
    ),
    "address_changed": (
        "Your user ID has changed",
        (
            "From now on you log in to the customer area of $supplier with this e-mail address.",
            "If it was not you, tell us at once: $contact",
        ),
    ),
    "address_left": (
        "Your user ID has changed",
        (
            "From now on another e-mail address, and no longer this one, logs in to your customer area of $supplier.",
            "If it was not you, tell us at once: $contact",
        ),
    ),
}
