from . import test_edges, test_register_edges
from . import test_barcodes
from . import test_basket
from . import test_basket_books
from . import test_basket_publish
from . import test_basket_take_back
from . import test_basket_terms
from . import test_clerk_unit
from . import test_office
from . import test_register
from . import test_register_refunds
from . import test_register_tour
from . import test_translations
