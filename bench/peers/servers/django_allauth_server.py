"""django-allauth headless, as its documentation sets it up for apps: SQLite, sessions in the database, no mail.

`HASHING=ours` takes argon2id with 19 MiB, 2 passes and 1 lane in place of Django's default, PBKDF2. Run by gunicorn.
"""

import os
import sys

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.urls import include, path


class Ours(Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = 2, 19_456, 1


_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages"]
_PRAGMAS = {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL"}
_OURS = {"PASSWORD_HASHERS": ["django_allauth_server.Ours"]} if os.environ["HASHING"] == "ours" else {}

if not settings.configured:
    settings.configure(
        SECRET_KEY="of-this-benchmark-alone-and-long-enough",  # noqa: S106 - it protects nobody
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="django_allauth_server",
        INSTALLED_APPS=[*_APPS, "allauth", "allauth.account", "allauth.headless"],
        MIDDLEWARE=[
            "django.middleware.common.CommonMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATABASE"], "OPTIONS": _PRAGMAS}
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        ACCOUNT_LOGIN_METHODS={"email"},
        ACCOUNT_SIGNUP_FIELDS=["email*", "password1*"],
        ACCOUNT_EMAIL_VERIFICATION="none",
        ACCOUNT_RATE_LIMITS=False,
        HEADLESS_CLIENTS=("app",),
        HEADLESS_ONLY=True,
        HEADLESS_FRONTEND_URLS={},
        **_OURS,
    )

sys.modules.setdefault("django_allauth_server", sys.modules[__name__])  # also while it makes the tables
application = get_wsgi_application()
urlpatterns = [path("_allauth/", include("allauth.headless.urls"))]

if __name__ == "__main__":
    execute_from_command_line(["manage.py", "migrate", "--verbosity", "0"])
