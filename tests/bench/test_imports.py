"""How an import is measured beside bare workflows."""

from bench.measures.imports import between_halves


async def test_bare_workflows_run_before_and_behind_the_import() -> None:
    """All of them run, half on either side, and what both halves used counts."""
    ran: list[int | str] = []

    async def bare(number: int) -> tuple[float, float]:
        ran.append(number)
        return float(number), number / 10

    async def ours() -> tuple[float, float]:
        ran.append("import")
        return 30.0, 4.0

    measured = await between_halves(301, bare, ours)

    assert ran == [150, "import", 151]
    assert measured == ((30.0, 4.0), (301.0, 30.1))
