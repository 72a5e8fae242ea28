from . import test_books, test_lost_answers, test_payments, test_routes
