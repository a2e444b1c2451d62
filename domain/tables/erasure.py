"""What is known of somebody who is to be erased, and what the erasure has done."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """By what we know somebody: user principal names, and batches that they came with."""

    upns: tuple[str, ...] = ()
    batch_ids: tuple[str, ...] = ()

    def and_also(self, other: "KnownNames") -> "KnownNames":
        """Return both, each name once."""
        return KnownNames(
            upns=tuple(dict.fromkeys((*self.upns, *other.upns))),
            batch_ids=tuple(dict.fromkeys((*self.batch_ids, *other.batch_ids))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureReport:
    """What an erasure found and deleted.

    Attributes:
        ended: whether an enrolment was running, and has been ended.
        terminated: whether it didn't end by itself, so that a draft may have been left.
        table_rows: rows that are gone or nameless, by table.
        list_rows: rows of the tracking list.
        managed: people whose rows named the person as their manager.
        histories: executions of the enrolment.
        import_histories: executions of imports that were deleted.
        import_histories_left: executions of imports of the person's batches that are still there.
        import_batches: these batches; nothing in the tables tells them afterwards.
        imports_running: those of them that haven't ended.
    """

    ended: bool = False
    terminated: bool = False
    table_rows: dict[str, int] = field(default_factory=dict)
    list_rows: int = 0
    managed: int = 0
    histories: int = 0
    import_histories: int = 0
    import_histories_left: int = 0
    # None in an older run.
    import_batches: tuple[str, ...] = ()
    imports_running: int = 0

    def and_also(self, later: "ErasureReport") -> "ErasureReport":
        """Return what this and a later pass have done, and what is left after both."""
        tables = [*self.table_rows, *later.table_rows]
        return ErasureReport(
            ended=self.ended or later.ended,
            terminated=self.terminated or later.terminated,
            table_rows={
                name: self.table_rows.get(name, 0) + later.table_rows.get(name, 0)
                for name in dict.fromkeys(tables)
            },
            list_rows=self.list_rows + later.list_rows,
            managed=self.managed + later.managed,
            histories=self.histories + later.histories,
            import_histories=self.import_histories + later.import_histories,
            import_histories_left=later.import_histories_left,
            import_batches=later.import_batches,
            imports_running=later.imports_running,
        )
