from . import ir_http, payment_provider, payment_transaction
