"""What all models share."""

from plants.loader.load import load_plant


def test_a_changed_copy_has_a_revision_of_its_own() -> None:
    """What was derived from the old values is not carried over."""
    plant = load_plant("bottling")
    before = plant.revision

    changed = plant.model_copy(update={"site": "Elsewhere"})

    assert changed.revision != before
    assert plant.revision == before
    assert plant.model_copy().revision == before
