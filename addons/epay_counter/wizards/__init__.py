from . import epay_day_close_make
from . import epay_first_steps
from . import epay_operation_resolve
from . import epay_return_record
