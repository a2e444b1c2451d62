"""What helps where the database can't be used, by what it says; a prefix stands for all others."""

POSTGRESQL = {
    "25006": "It is read-only: DATABASE_URL may lead to a standby.",
    "28": "Check DATABASE_URL.",
    "3D": "Check DATABASE_URL.",
    "42501": "A right is missing: run mfa-rollout migrate as the owner of the tables.",
    "42703": "The tables are older than this program: run mfa-rollout migrate.",
    "42P01": "Tables are missing: run mfa-rollout migrate.",
    "53100": "Its disk is full.",
    "53200": "It has no memory left.",
    "53300": "It has no connection left: raise max_connections, to 10 for each process and more.",
    "57P03": "It is starting or shutting down.",
}

SQLITE = {
    "SQLITE_BUSY": "Another process has been writing for long: a backup, or somebody's shell.",
    "SQLITE_CANTOPEN": "The file can't be opened: check DATA_DIR, and who may write there.",
    "SQLITE_CORRUPT": "The file is damaged: restore it from a backup.",
    "SQLITE_FULL": "The disk is full.",
    "SQLITE_IOERR": "The disk can't be read or written.",
    "SQLITE_NOTADB": "The file is no database: restore it from a backup.",
    "SQLITE_READONLY": "The file is read-only: check who may write to it and its folder.",
}
