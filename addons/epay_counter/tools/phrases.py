"""Check phrases: what the phone shows and the clerk compares, readable aloud.

A phrase is a colour (shown as a field, too), an animal, a thing and a number of two
digits: "blue tiger lamp 42". There are 16 × 64 × 64 × 90 of them, more than 2^22
(docs/decisions/0005-phrases-with-a-number.md).

What is stored is the *key*, the phrase in English; everybody can be shown it in the own
language. Colour and number are the same for all.
"""

import secrets

from .phrase_words import SHADES, WORDS

FIRST_NUMBER, LAST_NUMBER = 10, 99
_LISTS = {
    lang: tuple(tuple(words.split()) for words in lists)
    for lang, lists in WORDS.items()
}
_ENGLISH = _LISTS["en"]
# How many phrases there are.
COUNT = (LAST_NUMBER - FIRST_NUMBER + 1) * (
    len(_ENGLISH[0]) * len(_ENGLISH[1]) * len(_ENGLISH[2])
)


def new_key(taken=()):
    """A random phrase in the language of record: `"blue tiger lamp 42"`.

    :param taken: fields' colours (`shade`) that others are told by; only when there is
        no other left, one of them is drawn
    """
    colors = _ENGLISH[0]
    free = [color for color in colors if shade(color) not in taken]
    words = [secrets.choice(words) for words in (free or colors, *_ENGLISH[1:])]
    number = FIRST_NUMBER + secrets.randbelow(LAST_NUMBER - FIRST_NUMBER + 1)
    return " ".join([*words, str(number)])


def say(key, lang):
    """The phrase as somebody reads it aloud.

    :param str key: of `new_key`
    :param str lang: Odoo's code of a language, or nothing; English where we have no
        words
    """
    lists = _LISTS.get((lang or "en").partition("_")[0], _ENGLISH)
    *words, number = key.split()
    if len(words) != len(_ENGLISH) or any(
        word not in known for known, word in zip(_ENGLISH, words, strict=True)
    ):
        return key  # Of an older version.
    places = [known.index(word) for known, word in zip(_ENGLISH, words, strict=True)]
    said = [known[place] for known, place in zip(lists, places, strict=True)]
    return " ".join([*said, number])


def shade(key):
    """The colour of the phrase's field, for a style sheet."""
    return SHADES[_ENGLISH[0].index(key.partition(" ")[0])]
