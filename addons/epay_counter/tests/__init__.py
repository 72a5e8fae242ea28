from . import test_counter_acts
from . import test_machine
from . import test_money
from . import test_operations
from . import test_payment_pages
from . import test_portal_pages
from . import test_tools
from . import test_visit_pages
