from . import base_import
from . import epay_collection_fill
from . import epay_collection_move
