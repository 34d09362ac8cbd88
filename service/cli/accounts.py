"""`jayul accounts add|passphrase|remove|list`: who may use the service; works on the data folder's file itself."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from service.accounts import Role
from service.cli.audit import DataOption
from service.cli.output import Json, present, table
from service.cli.passphrase import PassphraseOption

group = typer.Typer(help="People who may use the service.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="As it shall stand in the record.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.add_typer(group, name="accounts")


@group.command()
def add(
    name: NameArgument,
    role: Annotated[Role, typer.Option(help="viewer looks; operator decides; lead also releases and sets.")],
    data: DataOption = Path("data"),
    as_json: Json = False,
) -> None:
    """Add a person, or give one a new role and token. The token is shown once: set it as JAYUL_TOKEN."""
    from service.accounts import add_account

    token = add_account(data, name, role)

    def draw(console: Console) -> None:
        console.print(f"{name} is {role}. Token, shown once: {token}", soft_wrap=True, markup=False)

    present({"name": name, "role": role.value, "token": token}, as_json, draw)


@group.command("passphrase")
def set_passphrase(
    name: NameArgument,
    data: DataOption = Path("data"),
    given: PassphraseOption = None,
    owner: Annotated[str, typer.Option(envvar="JAYUL_OPERATOR", help="Person of the folder's own token.")] = "operator",
    as_json: Json = False,
) -> None:
    """Set the passphrase that proves who a person is before a change of high risk or in an emergency."""
    from service.accounts import set_passphrase as store

    words = given or str(typer.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True))
    store(data, name, words, owner)
    present({"name": name}, as_json, lambda console: console.print(f"{name} has a new passphrase."))


@group.command()
def remove(name: NameArgument, data: DataOption = Path("data"), as_json: Json = False) -> None:
    """Take a person's account away, at once."""
    from service.accounts import remove_account

    remove_account(data, name)
    present({"name": name}, as_json, lambda console: console.print(f"{name} has no account any more."))


@group.command("list")
def list_accounts(data: DataOption = Path("data"), as_json: Json = False) -> None:
    """List people and roles."""
    from service.accounts import read_accounts

    rows = [
        {"name": a.name, "role": a.role.value, "token": bool(a.token_sha256), "passphrase": bool(a.passphrase_scrypt)}
        for a in read_accounts(data)
    ]

    def draw(console: Console) -> None:
        body = [[str(r["name"]), str(r["role"]), "yes" if r["passphrase"] else "no"] for r in rows]
        console.print(table(["name", "role", "passphrase"], body))

    present(rows, as_json, draw)
