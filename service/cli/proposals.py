"""`jayul proposals list|show|approve|reject|edit|withdraw|rollback|resolve|review`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from service.cli.audit import DataOption
from service.cli.output import Json, present, table
from service.cli.passphrase import PassphraseOption, passphrase

JUDGING_WALL_S = 300.0
"""How long the twin may take over an edited proposal."""

group = typer.Typer(help="What the agents propose, and your decision on it.", no_args_is_help=True)
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="Proposal id, or its first characters.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.add_typer(group, name="proposals")


@group.command("list")
def list_proposals(data: DataOption = Path("data"), as_json: Json = False) -> None:
    """List proposals, the newest first."""
    from plants.flow.proposal import Proposal
    from service.cli.client import Client
    from service.story import change_words

    rows = Client(data).get("/api/proposals")

    def draw(console: Console) -> None:
        if not rows:
            console.print("No proposals yet.")
            return
        found = [Proposal.model_validate(row) for row in rows]
        body = [[p.id, p.status.value, p.draft.author, change_words(p.plan)] for p in found]
        console.print(table(["id", "status", "by", "change"], body))

    present(rows, as_json, draw)


@group.command()
def show(proposal_id: IdArgument, data: DataOption = Path("data"), as_json: Json = False) -> None:
    """Show one proposal: what, why, what the twin says, what is promised."""
    from service.cli.client import Client

    proposal = _find(Client(data), proposal_id)
    present(proposal, as_json, lambda console: _print_lines(console, _told(proposal)))


@group.command()
def approve(
    proposal_id: IdArgument,
    data: DataOption = Path("data"),
    comment: Annotated[str, typer.Option(help="Said with the approval, and kept.")] = "",
    emergency: Annotated[
        bool, typer.Option("--emergency", help="Alone, or against the twin; say why in --comment; reviewed afterwards.")
    ] = False,
    given: PassphraseOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Approve a proposal: exactly the plan shown, once. A change of high risk needs two people."""
    from service.cli.client import Client

    client = Client(data)
    proposal = _find(client, proposal_id)
    if not yes and not as_json:
        from service.cli.output import err

        _print_lines(err, _told(proposal))
        typer.confirm("Approve this plan for writing?", abort=True, err=True)
    body: dict[str, object] = {"plan_hash": proposal["plan_hash"], "comment": comment, "emergency": emergency}
    if emergency or proposal["plan"]["reauthenticate"]:
        body["passphrase"] = passphrase(given)
    approval = client.post(f"/api/proposals/{proposal['id']}/approve", body)
    said = (
        f"approved by {' and '.join(approval['signers'])}, to be written until {approval['expires_at']}"
        if approval
        else f"signed; a change of {proposal['plan']['risk']} risk needs another person's approval, too"
    )
    present(approval, as_json, lambda console: console.print(said, soft_wrap=True))


@group.command()
def reject(
    proposal_id: IdArgument,
    reason: Annotated[str, typer.Option(help="Why; kept, and the agents learn from it.")],
    data: DataOption = Path("data"),
    as_json: Json = False,
) -> None:
    """Reject a proposal, with a reason."""
    from service.cli.client import Client

    client = Client(data)
    proposal = client.post(f"/api/proposals/{_find(client, proposal_id)['id']}/reject", {"reason": reason})
    present(proposal, as_json, lambda console: console.print(f"{proposal['id']} is {proposal['status']}"))


class Found(StrEnum):
    """What a person found a change to be that had ended unknown."""

    VERIFIED = "verified"
    ROLLED_BACK = "rolled_back"
    NOT_APPLIED = "not_applied"


@group.command()
def withdraw(
    proposal_id: IdArgument,
    reason: Annotated[str, typer.Option(help="Why; kept.")],
    data: DataOption = Path("data"),
    as_json: Json = False,
) -> None:
    """Take back a proposal that has not been written."""
    from service.cli.client import Client

    client = Client(data)
    proposal = client.post(f"/api/proposals/{_find(client, proposal_id)['id']}/withdraw", {"reason": reason})
    present(proposal, as_json, lambda console: console.print(f"{proposal['id']} is {proposal['status']}"))


@group.command()
def edit(
    proposal_id: IdArgument,
    reason: Annotated[str, typer.Option(help="Why; kept.")],
    settings: Annotated[list[str] | None, typer.Argument(metavar="SETTING...", help="alias=value")] = None,
    sequence: Annotated[str, typer.Option(help="Orders in their new sequence, separated by commas.")] = "",
    data: DataOption = Path("data"),
    as_json: Json = False,
) -> None:
    """Put other changes in a proposal's place: judged anew by the twin; the old one, and its approval, are void."""
    from service.cli.client import Client

    client = Client(data)
    changes: list[dict[str, object]] = []
    for setting in settings or []:
        alias, equals, value = setting.partition("=")
        try:
            changes.append({"kind": "set_parameter", "alias": alias.strip(), "value": float(value if equals else "")})
        except ValueError:
            raise typer.BadParameter(f"'{setting}' is not alias=value with a number") from None
    if sequence:
        orders = [name.strip() for name in sequence.split(",") if name.strip()]
        changes.append({"kind": "resequence", "orders": orders})
    if not changes:
        raise typer.BadParameter("give at least one alias=value, or --sequence")
    found = _find(client, proposal_id)
    body: dict[str, object] = {"changes": changes, "reason": reason}
    made = client.post(f"/api/proposals/{found['id']}/edit", body, wall_s=JUDGING_WALL_S)
    present(made, as_json, lambda console: console.print(f"{made['id']} takes the place of {found['id']}"))


@group.command()
def rollback(
    proposal_id: IdArgument,
    reason: Annotated[str, typer.Option(help="Why; kept.")],
    data: DataOption = Path("data"),
    as_json: Json = False,
) -> None:
    """Have a change put back: at once while it is under way; as a proposal of the values before once it is verified."""
    from service.cli.client import Client

    client = Client(data)
    found = _find(client, proposal_id)
    made = client.post(f"/api/proposals/{found['id']}/rollback", {"reason": reason}, wall_s=JUDGING_WALL_S)
    said = "is being put back" if made["id"] == found["id"] else "proposes the values before"
    present(made, as_json, lambda console: console.print(f"{made['id']} {said}"))


@group.command()
def review(
    proposal_id: IdArgument,
    finding: Annotated[str, typer.Option(help="What you found; kept.")],
    data: DataOption = Path("data"),
    as_json: Json = False,
) -> None:
    """Review an approval that was given in an emergency; by somebody who neither proposed nor signed."""
    from service.cli.client import Client

    client = Client(data)
    found = client.post(f"/api/proposals/{_find(client, proposal_id)['id']}/review", {"finding": finding})
    said = f"{found['proposal_id']} was reviewed by {found['reviewer']}"
    present(found, as_json, lambda console: console.print(said))


@group.command()
def resolve(
    proposal_id: IdArgument,
    found: Annotated[Found, typer.Option("--as", help="What you found on the equipment.")],
    reason: Annotated[str, typer.Option(help="What you looked at; kept.")],
    data: DataOption = Path("data"),
    as_json: Json = False,
) -> None:
    """Say what became of a change that ended unknown; its tags are unlocked."""
    from service.cli.client import Client

    client = Client(data)
    body: dict[str, object] = {"status": found.value, "reason": reason}
    proposal = client.post(f"/api/proposals/{_find(client, proposal_id)['id']}/resolve", body)
    present(proposal, as_json, lambda console: console.print(f"{proposal['id']} is {proposal['status']}"))


def _find(client: Any, proposal_id: str) -> dict[str, Any]:  # noqa: ANN401 - Client, imported late
    """A proposal by its id or by the unambiguous beginning of one."""
    if len(proposal_id) >= 4:
        begin = [p for p in client.get("/api/proposals", limit=1000) if p["id"].startswith(proposal_id)]
        if len(begin) == 1:
            found: dict[str, Any] = begin[0]
            return found
    exact: dict[str, Any] = client.get(f"/api/proposals/{proposal_id}")
    return exact


def _print_lines(console: Console, lines: list[str]) -> None:
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)


def _told(proposal: dict[str, Any]) -> list[str]:
    from plants.flow.proposal import Proposal
    from service.story import proposal_lines

    return proposal_lines(Proposal.model_validate(proposal))
