"""Entry point of the `jayul` command."""


def main() -> None:
    """Run the command line."""
