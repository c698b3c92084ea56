"""The peers that are measured."""

from bench.peers.server import Peer
from bench.places import PEERS

_GUNICORN = ("--worker-class", "gthread", "--threads", "4", "--keep-alive", "60", "--log-level", "warning")

FASTAPI_USERS = Peer(
    name="fastapi-users",
    default="argon2id 64 MiB, 3 passes, 4 lanes",
    prepare=["python", "fastapi_users_server.py"],
    command=["uvicorn", "fastapi_users_server:app", "--port", "PORT", "--workers", "WORKERS", "--log-level", "warning"],
    login="/auth/jwt/login",
    register="/auth/register",
    form=True,
)
DJANGO_ALLAUTH = Peer(
    name="django-allauth",
    default="PBKDF2-SHA256 of Django's own number of rounds",
    prepare=["python", "django_allauth_server.py"],
    command=[
        "gunicorn",
        "django_allauth_server:application",
        "--bind",
        "127.0.0.1:PORT",
        "--workers",
        "WORKERS",
        *_GUNICORN,
    ],
    login="/_allauth/app/v1/auth/login",
    register="/_allauth/app/v1/auth/signup",
)
BETTER_AUTH = Peer(
    name="better-auth",
    default="scrypt N=16384, r=16, p=1",
    prepare=[],
    command=["node", "better_auth_server.mjs"],
    login="/api/auth/sign-in/email",
    register="/api/auth/sign-up/email",
    named=True,
    folder=PEERS,
)
PEERS_OF_OURS = (FASTAPI_USERS, DJANGO_ALLAUTH, BETTER_AUTH)
