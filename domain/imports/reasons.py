"""Why a row of an import starts nobody, and why a whole import can't begin: codes without words.

``domain.imports.texts`` has a sentence for each.
"""

from enum import StrEnum


class RowReason(StrEnum):
    """Why a line starts nobody, or what is remarked about its person."""

    # The file itself says so.
    NO_ADDRESS = "no_address"
    EXAMPLE_ROW = "example_row"
    NAME_AND_ADDRESS = "name_and_address"
    SEVERAL_ADDRESSES = "several_addresses"
    NOT_AN_ADDRESS = "not_an_address"
    BROKEN_QUOTING = "broken_quoting"
    CELL_TOO_LONG = "cell_too_long"
    SHIFTED_CELLS = "shifted_cells"
    REPEATED = "repeated"
    # The directory says so, or the rules of the rollout.
    UNKNOWN = "unknown"
    GUEST = "guest"
    EXCLUDED = "excluded"
    ERASED = "erased"
    REFUSED_BY_DIRECTORY = "refused_by_directory"
    # The list says Active, and the person has no method any more.
    LAPSED = "lapsed"
    # What a dry run remarks about people who would be started.
    DISABLED = "disabled"
    NO_MAIL = "no_mail"
    NO_MANAGER = "no_manager"


class FileFault(StrEnum):
    """Why an import can't begin."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    EMPTY = "empty"
    NOT_TEXT = "not_text"
    WEB_PAGE = "web_page"
    OLD_WORKBOOK = "old_workbook"
    BROKEN_WORKBOOK = "broken_workbook"
    LARGE_SHEET = "large_sheet"
    NO_HEADER = "no_header"
    BAD_BATCH_ID = "bad_batch_id"
    # The list was to come from the directory.
    UNKNOWN_GROUP = "unknown_group"
    AMBIGUOUS_GROUP = "ambiguous_group"
    EMPTY_GROUP = "empty_group"
    HIDDEN_GROUP = "hidden_group"
