from . import portal
from . import visit
from . import visit_return
from . import payment
from . import sticker
