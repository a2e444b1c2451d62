"""How the calls of one enrolment are counted."""

from bench.measures.one_person import calls_of


def test_a_batch_counts_as_its_parts() -> None:
    """The tenant records a batch and each of its parts; calls of others aren't counted."""
    made = [
        ("https://graph.microsoft.com/v1.0/users/a", "ours"),
        ("https://graph.microsoft.com/v1.0/users/a/authentication/methods", "ours"),
        ("https://graph.microsoft.com/v1.0/$batch", "ours"),
        ("https://graph.microsoft.com/v1.0/users/a/messages", "also ours"),
        ("https://graph.microsoft.com/v1.0/users/b", "another's"),
    ]
    exchanges = [{"url": url, "client_request_id": one} for url, one in made]

    assert calls_of(exchanges, {"ours", "also ours"}) == 3
