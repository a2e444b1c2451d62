"""The pictures of the documents are those of the portal as it is."""

from tests.screenshots import manifest

STALE = "the portal's looks have changed: look at them, and run `make screenshots`"


def test_pictures_are_of_the_templates_as_they_are() -> None:
    """A change of a template, of style or of script asks for new pictures."""
    assert manifest.read()["templates"] == manifest.hash_of_templates(), STALE


def test_pictures_are_those_that_were_taken() -> None:
    """No picture was changed, added or lost by another way."""
    assert manifest.read()["pictures"] == manifest.pictures(), STALE
