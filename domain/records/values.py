"""The plain values that records are made of."""

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
