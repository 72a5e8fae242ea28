from . import portal
from . import visit
from . import payment
