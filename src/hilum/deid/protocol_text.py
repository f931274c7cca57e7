"""The protocol as Markdown, for an application to an ethics board."""

from pydicom.datadict import dictionary_description, tag_for_keyword

from hilum.deid.protocol import Protocol


def as_markdown(protocol: Protocol) -> str:
    """The protocol as Markdown, with every attribute that a rule names.

    Example:
        >>> from hilum.deid.protocol import protocol_of
        >>> as_markdown(protocol_of()).splitlines()[0]
        '# De-identification protocol: research'
    """
    lines = [f"# De-identification protocol: {protocol.name}", ""]
    for title, paragraphs in sections_of(protocol):
        lines += [f"## {title}", "", *(line for paragraph in paragraphs for line in (paragraph, ""))]
    lines += ["## Rules", "", "In the order in which they are asked about every attribute, at any depth.", ""]
    for number, rule in enumerate(protocol.rules, 1):
        lines += [f"{number}. **{rule.name.capitalize()}.** {rule.sentence} *{rule.reference}*"]
    lines += ["", "## Afterwards", "", *(line for paragraph in protocol.after for line in (paragraph, ""))]
    lines += ["## Attributes by name", ""]
    for number, rule in enumerate(protocol.rules, 1):
        if rule.attributes:
            lines += [f"Rule {number}, {rule.name}: {attributes_of(rule.attributes)}.", ""]
    return "\n".join(lines).rstrip() + "\n"


def sections_of(protocol: Protocol) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The paragraphs before the rules, under their titles.

    Example:
        >>> from hilum.deid.protocol import protocol_of
        >>> [title for title, _ in sections_of(protocol_of())]
        ['Profile and options', 'What is accepted', 'What is refused']
    """
    return (
        ("Profile and options", protocol.profile),
        ("What is accepted", protocol.accepted),
        ("What is refused", protocol.refused),
    )


def attributes_of(keywords: tuple[str, ...]) -> str:
    """Attributes by name and tag, as a reader knows them.

    Example:
        >>> attributes_of(("StudyDescription",))
        'Study Description (0008,1030)'
    """
    return ", ".join(_named(keyword) for keyword in keywords)


def _named(keyword: str) -> str:
    tag = tag_for_keyword(keyword)
    if tag is None:
        return f"({keyword[:4]},{keyword[4:]})"
    return f"{dictionary_description(tag)} ({tag >> 16:04X},{tag & 0xFFFF:04X})"
