"""Who asks for a real identifier says why, in words that somebody can judge later."""

import re

from hilum.deid.vault import Vault
from hilum.deid.vault_rows import ACCESSION, PATIENT, STUDY, VaultEntry
from hilum.errors import WorkspaceError

_LONGEST = 500


def stated_reason(reason: str) -> str:
    """A reason as it goes into the record: one line, of at least a few words.

    Raises:
        WorkspaceError: it says too little or too much.

    Example:
        >>> stated_reason("incidental finding, the ward must be told")
        'incidental finding, the ward must be told'
        >>> stated_reason("test")
        Traceback (most recent call last):
        hilum.errors.WorkspaceError: a reason of a few words is needed, ...
    """
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", reason).split())
    letters = sum(letter.isalnum() for letter in text)
    if len(text.split()) < 2 or letters < 8:
        raise WorkspaceError(
            "a reason of a few words is needed, since it is kept in the vault's record: say what the "
            "identifier is for, without naming a patient"
        )
    if len(text) > _LONGEST:
        raise WorkspaceError(f"the reason is too long: say it in {_LONGEST} characters")
    return text


def reidentify(vault: Vault, research: str, reason: str) -> VaultEntry:
    """The real identifier of one patient, accession number or study; recorded before it is told.

    Images and series are found through their study: the vault keeps no rows of them.

    Args:
        vault: the vault.
        research: the research identifier: `P...`, `A...` or `2.25...`.
        reason: why; at least a few words.

    Raises:
        WorkspaceError: the reason says too little, or the vault does not know the identifier.

    Example:
        >>> import tempfile, pathlib
        >>> vault = Vault.create(pathlib.Path(tempfile.mkdtemp()) / "vault")
        >>> vault.remember([VaultEntry("patient", vault.keys.patient("00123"), "00123")])
        >>> reidentify(vault, vault.keys.patient("00123"), "the ward must be told of a finding").real
        '00123'
    """
    said = stated_reason(reason)
    research = research.strip()
    kind = {"P": PATIENT, "A": ACCESSION}.get(research[:1], STUDY)
    known = re.fullmatch(r"[PA][0-9A-Z]{15}|[0-9.]{1,64}", research) is not None
    real = vault.real(kind, [research], f"{research if known else 'no research identifier'}: {said}")[0]
    if real is None:
        raise WorkspaceError(
            "the vault does not know this research identifier: give a patient (P...), an accession number "
            "(A...) or a study (2.25...) of this workspace's archive; the attempt is in the record"
        )
    return VaultEntry(kind, research, real)
