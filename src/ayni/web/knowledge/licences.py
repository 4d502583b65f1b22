"""Licences by SPDX id: the name people know and the address of the text."""

_LICENCES = {
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "CC-BY-4.0": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC-BY-SA-4.0": ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "CC-BY-NC-4.0": ("CC BY-NC 4.0", "https://creativecommons.org/licenses/by-nc/4.0/"),
    "CC-BY-NC-SA-4.0": ("CC BY-NC-SA 4.0", "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
    "CC-BY-3.0-IGO": ("CC BY 3.0 IGO", "https://creativecommons.org/licenses/by/3.0/igo/"),
    "CC-BY-NC-SA-3.0-IGO": ("CC BY-NC-SA 3.0 IGO", "https://creativecommons.org/licenses/by-nc-sa/3.0/igo/"),
}


def of(spdx: str) -> tuple[str, str]:
    """(name, address); the id itself and no address where we do not know it."""
    return _LICENCES.get(spdx, (spdx, ""))


def choices() -> list[tuple[str, str]]:
    """(SPDX id, name) of those a writer may choose from, the most open first."""
    return [(spdx, name) for spdx, (name, _address) in _LICENCES.items()]
