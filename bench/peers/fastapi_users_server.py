"""fastapi-users as its documentation begins: SQLAlchemy on SQLite, JWT over a bearer transport; run by uvicorn.

It hashes with Utenza's parameters, argon2id with 19 MiB, 2 passes and 1 lane, instead of its default.
"""

import os
import uuid
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin, schemas
from fastapi_users.authentication import AuthenticationBackend, BearerTransport, JWTStrategy
from fastapi_users.db import SQLAlchemyBaseUserTableUUID, SQLAlchemyUserDatabase
from fastapi_users.password import PasswordHelper
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

SECRET = "of-this-benchmark-alone-and-long-enough"  # noqa: S105 - it protects nobody
HELPER = PasswordHelper(PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),)))


class Base(DeclarativeBase):
    pass


class User(SQLAlchemyBaseUserTableUUID, Base):
    pass


engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ['DATABASE']}")
session_maker = async_sessionmaker(engine, expire_on_commit=False)


async def get_session() -> AsyncIterator[AsyncSession]:
    async with session_maker() as session:
        yield session


async def get_users(session: Annotated[AsyncSession, Depends(get_session)]) -> AsyncIterator[SQLAlchemyUserDatabase]:
    yield SQLAlchemyUserDatabase(session, User)


class Manager(UUIDIDMixin, BaseUserManager[User, uuid.UUID]):
    reset_password_token_secret = SECRET
    verification_token_secret = SECRET


async def get_manager(users: Annotated[SQLAlchemyUserDatabase, Depends(get_users)]) -> AsyncIterator[Manager]:
    yield Manager(users, HELPER)


class Read(schemas.BaseUser[uuid.UUID]):
    pass


class Create(schemas.BaseUserCreate):
    pass


backend = AuthenticationBackend(
    name="jwt",
    transport=BearerTransport(tokenUrl="auth/jwt/login"),
    get_strategy=lambda: JWTStrategy(secret=SECRET, lifetime_seconds=3600),
)
users = FastAPIUsers[User, uuid.UUID](get_manager, [backend])
app = FastAPI()
app.include_router(users.get_auth_router(backend), prefix="/auth/jwt")
app.include_router(users.get_register_router(Read, Create), prefix="/auth")


async def make_tables() -> None:
    """Make the tables before the workers start, in the mode in which readers do not wait for writers."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.exec_driver_sql("PRAGMA journal_mode=WAL")


if __name__ == "__main__":
    import asyncio

    asyncio.run(make_tables())
