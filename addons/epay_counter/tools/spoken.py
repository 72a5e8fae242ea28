"""Names as people say and type them, made alike, without the ORM.

"Bäckerei", "BACKEREI" and "backerei" are one, "カフェ", "ｶﾌｪ" and "かふぇ" as well, and
so are "C11", "c 11" and "Ｃ－１１".
"""

import re
import unicodedata

# Marks that make another kana of one (か, が, ぱ): the only ones that are kept.
_VOICED = "\u3099\u309a"
# Letters that Unicode takes for letters of their own.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "œ": "oe",
        "æ": "ae",
        "þ": "th",
        "ı": "i",
        # Arabic: what is written in one way or the other, and the stretching line.
        "ة": "ه",
        "ى": "ي",
        "ـ": "",
    }
)
_HIRAGANA = re.compile(r"[\u3041-\u3096]")
_KATAKANA_AHEAD = 0x60
_WORDS = re.compile(r"[^\W_]+")
MOST_WORDS = 6


def spoken_words(text):
    """The words of a name, made alike: `["main", "street", "c11"]`."""
    plain = unicodedata.normalize("NFKC", text or "").casefold().translate(_LETTERS)
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", plain)
        if unicodedata.category(letter) != "Mn" or letter in _VOICED
    )
    plain = unicodedata.normalize("NFC", plain)
    plain = _HIRAGANA.sub(lambda kana: chr(ord(kana[0]) + _KATAKANA_AHEAD), plain)
    return _WORDS.findall(plain)


def spoken_index(names):
    """What is stored of something with these names, to be found in. Every name stands
    in it as words and, for who types "c 11" or leaves out a space, as one word.
    """
    parts = [spoken_words(name) for name in names if name]
    told = [" ".join(words) for words in parts] + ["".join(words) for words in parts]
    return f" {' '.join(dict.fromkeys(told))} "


def spoken_query(text):
    """What to look for in `spoken_index`: lists of words, of which all of any one list
    must be there. The second is for codes that were typed with spaces or dashes.
    """
    words = spoken_words(text)[:MOST_WORDS]
    if not words:
        return []
    glued = _glue_digits(words)
    return [words] if glued == words else [words, glued]


def _glue_digits(words):
    """`["main", "c", "11"]` as `["main", "c11"]`."""
    glued = []
    for word in words:
        if word.isdecimal() and glued and not glued[-1].isdecimal():
            glued[-1] += word
        else:
            glued.append(word)
    return glued
