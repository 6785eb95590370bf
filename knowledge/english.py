"""The words of English, to tell a typing error from a word that we merely don't use.

They are those of symspellpy's frequency list; it is read once, when the first strange word comes.
"""

from functools import cache
from importlib import resources

_FILE = "frequency_dictionary_en_82_765.txt"


@cache
def english() -> frozenset[str]:
    """Some 80,000 words in lower case."""
    text = (resources.files("symspellpy") / _FILE).read_text("utf-8-sig")
    return frozenset(line.partition(" ")[0] for line in text.splitlines())
