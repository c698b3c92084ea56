"""Base64 as JOSE writes it (RFC 7515, section 2): two letters replaced, no padding."""

from base64 import urlsafe_b64decode, urlsafe_b64encode


def encode(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the content; ValueError unless `text` is what `encode` writes, so that a content has one spelling only."""
    content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(content) != text:
        raise ValueError("not base64url")
    return content
