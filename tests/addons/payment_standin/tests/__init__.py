from . import test_lost_answers, test_payments, test_routes
