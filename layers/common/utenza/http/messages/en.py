"""Texts for customers, in English: they say what to do next."""

# code -> (title, detail)
PROBLEMS = {
    "malformed_request": (
        "Unreadable request",
        "The request must be a JSON object in UTF-8 with Content-Type application/json.",
    ),
    "request_too_large": ("Request too large", "A request may be 16 kB at most."),
    "invalid_request": ("Please check what you entered", "Some fields need attention: correct them and try again."),
    "customer_not_matched": (
        "Customer not found",
        "What you entered matches no active customer. Compare it with a recent bill and try again, writing everything "
        "as it is printed there.",
    ),
    "step_token_invalid": (
        "Please start the registration again",
        "This step is not valid or has been used already. If you have just registered, log in with your credentials; "
        "otherwise start again with the data from your bill.",
    ),
    "step_token_expired": (
        "Time is up",
        "Too much time has passed since the first step. Please enter the data from your bill again.",
    ),
    "confirmation_token_invalid": (
        "Confirmation not valid",
        "This confirmation is no longer valid: it may have been used, a newer registration may have taken its place, "
        "or there were too many wrong codes. Try to log in; if you cannot, register again with the data of your bill.",
    ),
    "confirmation_token_expired": (
        "Time is up",
        "You had 24 hours to confirm the address, and they have passed. Register again with the data of your bill.",
    ),
    "code_invalid": (
        "Wrong code",
        "This is not the code of the latest e-mail that we sent you. Check the six digits and try again.",
    ),
    "recovery_token_invalid": (
        "Please start the recovery again",
        "This password recovery is no longer valid: it may have been used, a newer one may have been started, or there "
        "were too many wrong answers. Start again with your user ID.",
    ),
    "recovery_token_expired": (
        "Time is up",
        "A password recovery lasts 15 minutes, and they have passed. Start again with your user ID.",
    ),
    "answer_invalid": (
        "Wrong answer",
        "This is not the answer chosen at registration. Check how you wrote it and try again: capitals, accents and "
        "blanks do not matter.",
    ),
    "invalid_credentials": (
        "Login failed",
        "The user ID or the password is wrong. Check that you typed them correctly, capitals included.",
    ),
    "refresh_token_invalid": ("Session ended", "Your session has ended. Please log in again."),
    "access_token_invalid": ("Login needed", "You need to log in for this page. Please log in again."),
    "origin_refused": ("Site not allowed", "This service cannot be used from the site that sent the request."),
    "not_found": ("Not found", "There is no such address or method: check the address."),
    "already_registered": (
        "Customer already registered",
        "This customer already has an account. Log in with the user ID and password chosen then.",
    ),
    "user_id_taken": (
        "User ID already in use",
        "This e-mail address already belongs to another account. Use another one, or log in.",
    ),
    "too_many_attempts": ("Too many attempts", "There have been too many attempts. Try again in {wait}."),
    "unavailable": (
        "Service unavailable",
        "The service is not available right now and nothing has been changed. Try again in {wait}.",
    ),
}

HINTS = {
    "name_and_tax_code_differ": "The codice fiscale does not seem to belong to the name you entered: check both.",
}

FIELDS = {
    "invalid": "There is something wrong with this field: please check it.",
    "required": "Please fill in this field.",
    "too_long": "The text is too long: please shorten it.",
    "wrong_type": "This must be a text.",
    "unknown_field": "This field is not known.",
    "invalid_characters": "There are characters that cannot be used: please remove them.",
    "unknown_supplier": "There is no such supplier: choose one from the list.",
    "invalid_customer_code": "The customer code does not have the right form: copy it from your bill.",
    "invalid_tax_code": (
        "The codice fiscale or VAT number is not correct: check every character "
        "(a codice fiscale has 16, or 11 digits; a VAT number has 11 digits)."
    ),
    "invalid_name": "Write the name in letters only, as it is printed on your bill.",
    "invalid_phone": "The telephone number is not correct: for example 333 1234567 or +39 02 1234567.",
    "invalid_email": "Write a complete e-mail address, for example mario.rossi@example.it.",
    "password_too_short": "The password is too short: choose a longer one.",
    "password_too_common": "This password is among the most used and easily guessed: choose another one.",
    "password_traceable": (
        "The password contains something about you (name, code, date of birth, telephone, e-mail, supplier): "
        "choose another one."
    ),
    "password_is_answer": "The password must not be the answer to the question: choose a different one.",
    "repeat_differs": "The two texts are not the same: type them again.",
    "answer_too_short": "The answer is too short: choose a longer one.",
    "answer_traceable": (
        "The answer contains something that is printed on your bill or is about you: choose one that only you know."
    ),
    "answer_in_question": "The answer is contained in the question: change one of them.",
    "answer_is_password": "The answer must not be the password: choose a different one.",
}


def wait(seconds: int) -> str:
    """Say a waiting time in words, rounded up."""
    if seconds < 60:
        return "one second" if seconds == 1 else f"{seconds} seconds"
    minutes = -(-seconds // 60)
    return "one minute" if minutes == 1 else f"{minutes} minutes"
