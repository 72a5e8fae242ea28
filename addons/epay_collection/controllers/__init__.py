from . import ahead
