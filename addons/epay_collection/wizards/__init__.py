from . import epay_collection_fill
