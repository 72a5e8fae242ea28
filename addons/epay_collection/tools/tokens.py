"""Pieces of words to search by, without the ORM.

A trigram index can't serve two Japanese letters, and a plain one no part of a word. So
what a line is found by is cut up here, once when it is stored and once when somebody
searches: words of three letters or more into all runs of three letters, writings
without spaces also into single letters and pairs; and every word has its first one and
two letters, marked as such, for what is typed first.
"""

import re
import unicodedata

from odoo.addons.epay_counter.tools.spoken import spoken_words

# Marks the beginning of a word; words have letters and digits only.
_BEGIN = "^"
_LONGEST_WORD = 60
_DIGITS = re.compile(r"\D+")
# What is printed as a code on slips, as it reads once it is made alike.
_SLIP = re.compile(r"l([0-9]{1,9})")
MOST_WORDS = 8


def search_words(*texts):
    """The words of all texts, made alike (case, accents, width, kana), each once."""
    words = [word for text in texts if text for word in _words(text)]
    return list(dict.fromkeys(word[:_LONGEST_WORD] for word in words))


def _words(text):
    """Also in one, where people leave out the space: "渡辺 花子" is "渡辺花子"."""
    words = spoken_words(text)
    if len(words) > 1 and all(_is_unspaced(word) for word in words):
        return [*words, "".join(words)]
    return words


def phone_words(number):
    """How a phone number is found: its digits in one, with and without what stands for
    the country or the long-distance zero.
    """
    digits = _DIGITS.sub("", unicodedata.normalize("NFKC", number or ""))
    return [digits.removeprefix("00").lstrip("0") or digits] if digits else []


def tokens_of(words):
    """What is stored of something with these words."""
    found = {}
    for word in words:
        found.update(dict.fromkeys(_tokens(word)))
    return list(found)


def _tokens(word):
    yield from (_BEGIN + word[:size] for size in (1, 2))
    if _is_unspaced(word):
        yield from _runs(word, 1)
        yield from _runs(word, 2)
    else:
        yield from _runs(word, 3)


def query_of(text):
    """What to look for: words as they must stand in the stored text, and tokens that
    all must be there.

    A number is looked for as it is spoken, too: "030 / 12 34" has the digits of a phone
    number, which stand in one word.

    :return: list of (words, tokens), of which any may fit; empty when nothing can be
        searched for
    """
    words = list(dict.fromkeys(spoken_words(text)))[:MOST_WORDS]
    queries = [(words, _wanted(words))] if words else []
    digits = phone_words(text)
    if digits and len(words) > 1 and all(word.isdecimal() for word in words):
        queries.append((digits, _wanted(digits)))
    elif len(words) == 1 and words[0].isdecimal() and digits and digits != words:
        queries.append((digits, _wanted(digits)))
    return queries


def slip_number(text):
    """The number of the line whose slip was scanned, or typed; else None."""
    words = spoken_words(text)
    slip = _SLIP.fullmatch(words[0]) if len(words) == 1 else None
    return int(slip[1]) if slip else None


def _wanted(words):
    return list(dict.fromkeys(token for word in words for token in _needed(word)))


def _needed(word):
    """Tokens without which `word` can't be part of a stored one."""
    if _is_unspaced(word):
        return list(_runs(word, 2 if len(word) > 1 else 1))
    if len(word) < 3:
        return [_BEGIN + word]
    # Every letter once, not every run: the fewer there are, the faster it is.
    starts = [*range(0, len(word) - 3, 3), len(word) - 3]
    return [word[start : start + 3] for start in starts]


def part_of(word):
    """How `word` stands in the stored words, which have a space before each: short ones
    begin one.
    """
    begins = len(word) < 3 and not _is_unspaced(word)
    return f" {word}" if begins else word


def _runs(word, size):
    for start in range(max(1, len(word) - size + 1)):
        yield word[start : start + size]


def _is_unspaced(word):
    """Whether it is written without spaces between words (Japanese, Chinese, Thai)."""
    return not word.isascii() and any(_writes_unspaced(letter) for letter in word)


def _writes_unspaced(letter):
    return (
        unicodedata.east_asian_width(letter) in ("W", "F")
        or "\u0e00" <= letter <= "\u0eff"
    )
