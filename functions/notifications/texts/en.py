"""The e-mails to customers in English: short, they say what happened and what to do."""

GREETING = "Dear customer,"
FOOTER = "$supplier, $site. Never answer this e-mail with passwords or codes: we will never ask for them."

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
            "Somebody tried to register for the customer area of $supplier with this e-mail address, which is already "
            "your user ID.",
            "If it was you, log in with your password; if you do not remember it, choose “Forgotten "
            "password” on the login page. For another supply, use another e-mail address.",
            "If it was not you, you do not have to do anything: your account has not changed.",
        ),
    ),
    "recovery_code": (
        "$code is your code for a new password",
        (
            "To choose a new password for the customer area of $supplier, enter this code on the recovery page:",
            "$code",
            "The code is valid for 15 minutes. After the code we will ask for the answer to your question.",
            "If you did not ask for it, ignore this e-mail: your password stays as it is. Do not give the code "
            "to anybody.",
        ),
    ),
    "user_id_reminder": (
        "Your user ID",
        (
            "We were asked to remind you of your user ID for the customer area of $supplier. It is:",
            "$user_id",
            "If you did not ask for it, you do not have to do anything.",
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
        "An account was created for your customer code",
        (
            "An account for the customer area of $supplier was created for your customer code $customer_code, with "
            "a different e-mail address.",
            "If it was you, or a person you trust, you do not have to do anything.",
            "If it was not you, tell us at once, and we will close that account: $contact",
        ),
    ),
    "password_changed": (
        "Your password has changed",
        (
            "The password of your customer area of $supplier has just changed, and every open session has ended.",
            "If it was you, you do not have to do anything else.",
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
            "From now on you log in to the customer area of $supplier with another e-mail address, no longer with this "
            "one.",
            "If it was not you, tell us at once: $contact",
        ),
    ),
}
