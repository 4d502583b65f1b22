"""From what people write ("Kenya", "肯尼亚", "KE", "SDG 6") to codes of a vocabulary. Matched, never guessed."""

import re
from collections import defaultdict

from ayni.language.normalise import title_key
from ayni.registry.queries.vocabularies import Concepts

# "6", "SDG 6", "ODD 6.1", "Goal 6: Clean water": the number says it, whatever stands around it.
_GOAL = re.compile(r"(?:[^\W\d]+\s+)?(\d{1,2}(?:\.(?:\d{1,2}|[a-d]))?)\b.*", re.DOTALL)
_LONGEST = 300


class TermNames:
    """Names of one moment's terms, in all languages at once. Made when the first name is asked for."""

    def __init__(self, concepts: Concepts) -> None:
        self._concepts = concepts
        self._keys: dict[str, dict[str, str]] = {}

    def code_of(self, vocabulary: str, text: str) -> str | None:
        """The code of the one term that is called so; None where there is none, or several."""
        key = title_key(text[:_LONGEST])
        if not key:
            return None
        if code := self._names(vocabulary).get(key):
            return code
        if vocabulary == "sdg" and (match := _GOAL.fullmatch(text.strip()[:_LONGEST].lower())):
            return match[1] if self._concepts.get("sdg", match[1]) else None
        return None

    def _names(self, vocabulary: str) -> dict[str, str]:
        if vocabulary not in self._keys:
            certain: dict[str, set[str]] = defaultdict(set)
            loose: dict[str, set[str]] = defaultdict(set)
            for concept in self._concepts.of(vocabulary):
                for name in (
                    concept.code,
                    *concept.labels.values(),
                    *concept.shorts.values(),
                    concept.extra.get("iso3", ""),
                ):
                    certain[title_key(name)].add(concept.code)
                for names in concept.alternatives.values():
                    for name in names:
                        loose[title_key(name)].add(concept.code)
            found = {key: codes.pop() for key, codes in loose.items() if len(codes) == 1}
            found |= {key: codes.pop() for key, codes in certain.items() if len(codes) == 1}
            self._keys[vocabulary] = {key: code for key, code in found.items() if key}
        return self._keys[vocabulary]
