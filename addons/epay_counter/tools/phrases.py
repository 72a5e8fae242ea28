"""Check phrases: what the phone shows and the clerk compares, readable aloud.

A phrase is a colour (shown as a field, too), an animal and a thing. The words are
short, common and far apart in sound.
"""

import secrets

COLOURS = {
    "red": "#c62828",
    "orange": "#d84f00",
    "yellow": "#f9c513",
    "green": "#2e7d32",
    "teal": "#00796b",
    "sky": "#0288d1",
    "blue": "#1a4fd0",
    "violet": "#6a35c9",
    "pink": "#d81b78",
    "brown": "#795548",
    "gray": "#616161",
    "black": "#212121",
    "white": "#f5f5f5",
    "gold": "#b8860b",
    "lime": "#9bbf1f",
    "navy": "#123069",
}
ANIMALS = (
    "ant badger bear bee bird bull camel cat cow crab crow deer dog dolphin donkey "
    "dove duck eagle elk fish fly fox frog goat goose hamster hare hawk hen horse "
    "koala lamb lion lizard llama mole monkey moose mouse mule otter owl ox panda "
    "parrot pig pony puppy rabbit ram raven robin seal shark sheep snail spider swan "
    "tiger toad turtle whale wolf zebra"
).split()
THINGS = (
    "anchor apple arrow ball basket bell boat book boot bottle bread bridge broom "
    "brush button cake candle chair clock cloud coat comb crown cup door drum fan flag "
    "flower fork garden glove guitar hammer hat kettle key kite ladder lamp leaf lemon "
    "mirror moon nail needle nest paper pencil piano pillow pot ring river rope shoe "
    "soap spoon stone table tent train umbrella window"
).split()


def new_phrase():
    """A random phrase and its colour: `("blue tiger lamp", "#1a4fd0")`."""
    colour = secrets.choice(list(COLOURS))
    words = (colour, secrets.choice(ANIMALS), secrets.choice(THINGS))
    return " ".join(words), COLOURS[colour]
