# The models that others add to come first.
from . import epay_collection_schedule
from . import epay_collection_line
from . import epay_collection_attempt

# The line, by what is done with it
from . import epay_collection_line_checks
from . import epay_collection_line_due
from . import epay_collection_line_door
from . import epay_collection_line_move
from . import epay_collection_line_books
from . import epay_collection_line_search
from . import epay_collection_line_answer
from . import epay_collection_line_import
from . import epay_collection_line_ahead
from . import epay_collection_rule
from . import epay_collection_schedule_sums
from . import epay_collection_report

# The counter and its deals
from . import epay_store
from . import epay_counter
from . import epay_session
from . import epay_session_ahead
from . import epay_session_books
from . import epay_session_returns

# Odoo's own documents
from . import account_move
from . import account_move_rest
from . import account_move_share
from . import account_payment
from . import payment_transaction
from . import ir_module_module
from . import res_partner
from . import sale_order
