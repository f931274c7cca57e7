"""What the archive holds and the vault cannot lead back to a patient."""

from hilum.archive.archive import Archive


def vault_gaps(archive: Archive) -> int:
    """How many patients, accession numbers and studies of the archive have no row in the vault.

    Rows enter the vault before images enter the archive, so that every missing one was taken away.

    Example:
        >>> import tempfile, pathlib
        >>> from hilum.archive import create_workspace
        >>> vault_gaps(Archive(create_workspace(pathlib.Path(tempfile.mkdtemp()) / "lung")))
        0
    """
    from sqlalchemy import select

    from hilum.archive.index import IMAGES, reading
    from hilum.deid.vault import KINDS

    missing = 0
    for kind in KINDS:
        with reading(archive.engine) as connection:
            needed = set(connection.execute(select(IMAGES.c[kind]).distinct()).scalars()) - {""}
        missing += len(needed - archive.vault.known(kind))
    return missing
