"""Names as people say and type them, made alike, without the ORM.

"Bäckerei", "BACKEREI" and "backerei" are one, "カフェ", "カフェー", "ｶﾌｪ" and "かふぇ"
as well, and so are "C11", "c 11" and "Ｃ－１１".
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
# Small kana are typed large, and the long mark is left out or put in.
_KANA = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", "ー")
# How these are typed where the keyboard has none.
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
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
    return _WORDS.findall(plain.translate(_KANA))


def spoken_index(names, places=()):
    """What is stored of something with these names, to be found in. Every name stands
    in it as words and, for who types "c 11" or leaves out a space, as one word.

    :param places: names of where it is, which may be said before or behind; in
        Japanese without a space
    """
    own, around = _told(names), _told(places)
    told = [" ".join(words) for words in own + around]
    own, around = (["".join(words) for words in parts] for parts in (own, around))
    glued = [f"{one}{other}" for one in around for other in own]
    glued += [f"{other}{one}" for one in around for other in own]
    return f" {' '.join(dict.fromkeys([*told, *own, *around, *glued]))} "


def _told(names):
    """The words of each name, also as it is written without umlauts."""
    names = [unicodedata.normalize("NFC", name).casefold() for name in names if name]
    parts = [
        spoken_words(way)
        for name in names
        for way in (name, name.translate(_TWO_LETTERS))
    ]
    return [list(words) for words in dict.fromkeys(map(tuple, parts)) if words]


def spoken_query(text):
    """What to look for in `spoken_index`: lists of words, of which all of any one list
    must be there. The second is for codes that were typed with spaces or dashes.
    """
    words = spoken_words(text)[:MOST_WORDS]
    if not words:
        return []
    glued = _glue_digits(words)
    return [words] if glued == words else [words, glued]


def spoken_guess(text):
    """Words of which any one is to be looked for where nothing has all of them: with
    "the", "counter" or the town, people say more than the name.
    """
    words = spoken_words(text)[:MOST_WORDS]
    long = [word for word in words if len(word) > 3 or not word.isascii()]
    return long if len(words) > 1 else []


def _glue_digits(words):
    """`["main", "c", "11"]` as `["main", "c11"]`."""
    glued = []
    for word in words:
        if word.isdecimal() and glued and not glued[-1].isdecimal():
            glued[-1] += word
        else:
            glued.append(word)
    return glued
