"""`jayul proposals list|show|approve|reject`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from service.cli.audit import DataOption
from service.cli.output import Json, present, table

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
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Approve a proposal: exactly the plan shown, once."""
    from service.cli.client import Client

    client = Client(data)
    proposal = _find(client, proposal_id)
    if not yes and not as_json:
        from service.cli.output import err

        _print_lines(err, _told(proposal))
        typer.confirm("Approve this plan for writing?", abort=True, err=True)
    body: dict[str, object] = {"plan_hash": proposal["plan_hash"], "comment": comment}
    approval = client.post(f"/api/proposals/{proposal['id']}/approve", body)
    present(
        approval,
        as_json,
        lambda console: console.print(
            f"approved by {approval['approver']}, to be written until {approval['expires_at']}", soft_wrap=True
        ),
    )


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
