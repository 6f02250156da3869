"""`concord doctor`: checks configuration, chain, contracts, clock, accounts and database, and says what to do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import typer
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from eth_utils.address import is_address, to_checksum_address
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.chain.client import Chain
from app.chain.deploy import Deployment
from app.config import Config
from app.errors import ConcordError
from app.store.engine import open_engine, reading
from app.store.migrate import FOLDER
from app.store.position import position

LOCAL = (1337, 31337)  # chains whose clock may be moved
SKEW = 120  # a chain's newest block may differ so much from this machine's clock [s]


@dataclass(frozen=True)
class Finding:
    """What was checked, whether it is fine, and what to do if not."""

    ok: bool
    told: str
    do: str = ""


def doctor_command(
    account: Annotated[list[str] | None, typer.Option(help="Also show what this account has for gas.")] = None,
) -> None:
    """Check that the service can run here: one line a check; exit status 1 if one fails."""
    failed = 0
    for finding in examine(account or []):
        failed += not finding.ok
        typer.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.told}")
        if not finding.ok and finding.do:
            typer.echo(f"      → {finding.do}")
    typer.echo("All is well." if not failed else f"{failed} failed.")
    if failed:
        raise typer.Exit(1)


def examine(accounts: list[str]) -> Iterator[Finding]:
    """All findings in order; what stands on a failed one is left out."""
    try:
        config = Config.load()
    except ConcordError as error:
        yield Finding(
            False, f"configuration: {error}", "correct it; docs/reference/configuration.md lists all settings"
        )
        return
    yield Finding(True, f"configuration: roles {', '.join(sorted(config.roles))}, {len(config.rpc)} endpoint(s)")
    deployment = None
    try:
        deployment = Deployment.read(config.deployment)
        yield Finding(True, f"deployment: recorded in {config.deployment}, chain {deployment.chain_id}")
    except (ConcordError, ValueError, TypeError, OSError) as error:
        yield Finding(False, f"deployment: {error}", "deploy, or set CONCORD_DEPLOYMENT to the record of a deployment")
    for number, url in enumerate(config.rpc, 1):
        yield from _endpoint(number, url.get_secret_value(), deployment, accounts)
    yield from _database(config, deployment)


def _endpoint(number: int, url: str, deployment: Deployment | None, accounts: list[str]) -> Iterator[Finding]:
    """An endpoint by its place in the list; its address may hold a key."""
    name = f"endpoint {number}"
    try:
        chain = Chain.connect(url, timeout=10)
        block = chain.w3.eth.get_block("latest")
    except Exception as error:
        told = f"{name}: no chain answers ({type(error).__name__})"
        yield Finding(False, told, "start the node, or correct CONCORD_RPC")
        return
    yield Finding(True, f"{name}: chain {chain.w3.eth.chain_id}, block {block['number']}")
    yield _clock(name, chain.w3.eth.chain_id, int(block["timestamp"]) - int(time.time()))
    if deployment is not None:
        yield _contracts(name, chain, deployment)
    for account in accounts:
        yield _balance(name, chain, account)


def _clock(name: str, chain_id: int, skew: int) -> Finding:
    told = f"{name}: its newest block is {abs(skew)} s {'ahead of' if skew > 0 else 'behind'} this machine's clock"
    if chain_id in LOCAL:
        return Finding(True, f"{told}, as may be on a local chain")
    return Finding(abs(skew) <= SKEW, told, "set this machine's clock (NTP); if it is right, the node lags")


def _contracts(name: str, chain: Chain, deployment: Deployment) -> Finding:
    try:
        deployment.check(chain)
    except ConcordError as error:
        return Finding(False, f"{name}: {error}", "give an endpoint of the deployment's chain, or deploy anew")
    return Finding(True, f"{name}: the contracts are where the deployment says")


def _balance(name: str, chain: Chain, account: str) -> Finding:
    if not is_address(account):
        return Finding(False, f"account {account!r} is no address", "give 0x and 40 hexadecimal digits")
    balance = chain.w3.eth.get_balance(to_checksum_address(account))
    return Finding(balance > 0, f"{name}: {account} has {balance} wei for gas", "send it some of the chain's coin")


def _database(config: Config, deployment: Deployment | None) -> Iterator[Finding]:
    try:
        engine = open_engine(config.database.get_secret_value())
        with reading(engine) as connection:
            yield Finding(True, f"database: {engine.dialect.name} answers")
            yield _migrations(connection)
            yield _index(connection, deployment)
        engine.dispose()
    except ConcordError as error:
        yield Finding(False, f"database: {error}", "correct CONCORD_DATABASE")
    except SQLAlchemyError as error:
        told = f"database: it does not answer ({type(error).__name__})"
        yield Finding(False, told, "start it, or correct CONCORD_DATABASE; a folder for SQLite must exist")


def _migrations(connection: Connection) -> Finding:
    """`concord serve` and `concord index` bring a database up to date by themselves; a newer one they can't."""
    script = AlembicConfig()
    script.set_main_option("script_location", str(FOLDER))
    known = ScriptDirectory.from_config(script)
    there, newest = MigrationContext.configure(connection).get_current_revision(), known.get_current_head()
    if there is not None and there not in {one.revision for one in known.walk_revisions()}:
        return Finding(False, f"migrations: {there} is of a newer Concord", "upgrade Concord, or give another database")
    if there is None:
        return Finding(True, "migrations: none yet, serving creates everything")
    return Finding(True, f"migrations: at {there}" + ("" if there == newest else ", serving upgrades it"))


def _index(connection: Connection, deployment: Deployment | None) -> Finding:
    if MigrationContext.configure(connection).get_current_revision() is None:
        return Finding(True, "index: empty")
    here = position(connection)
    if here is None:
        return Finding(True, "index: empty")
    if deployment is not None and (here.chain_id, here.outcome_oracle) != (
        deployment.chain_id,
        deployment.outcome_oracle.lower(),
    ):
        told = f"index: it holds another deployment, the oracle at {here.outcome_oracle} on chain {here.chain_id}"
        return Finding(False, told, "give another database, or run `concord index --rebuild`")
    return Finding(True, f"index: up to block {here.number}")
