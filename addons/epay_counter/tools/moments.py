"""Moments as other programs read them, without the ORM."""


def iso(moment):
    """A UTC moment of the database for JavaScript, or False."""
    return f"{moment.isoformat(timespec='seconds')}Z" if moment else False
