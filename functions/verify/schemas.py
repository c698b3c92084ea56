"""What step one takes."""

from utenza.http.step_one import StepOneRequest


class VerifyRequest(StepOneRequest):
    """What is printed on the bill. First and last name, or the company name; a sole trader may give all three."""
