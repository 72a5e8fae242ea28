"""Keeps what a provider answered, instead of applying it at once."""


class Recorder:
    """Put in the context as `epay_recorder` while a provider is called.

    `payment.transaction._process` hands its data to it and changes nothing, so that the
    answer can be written down first and applied under the deal's lock afterwards. Only
    an instance counts: a context sent by RPC can't hold one.
    """

    def __init__(self):
        self.data = []

    def keep(self, provider_code, payment_data):
        self.data.append([provider_code, payment_data])
