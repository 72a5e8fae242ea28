"""What a test may do to the card company, over HTTP: everything under /control."""

from .books import Refusal
from .wire import Answer


class Levers:
    """Mixin: one method per lever, named after the HTTP method and the path."""

    def control(self, exchange):
        """Answer a request under /control."""
        name = exchange.path.removeprefix("/control/")
        handler = getattr(self, f"_lever_{exchange.method.lower()}_{name}", None)
        if not handler:
            raise Refusal(404, "not_found", f"No such lever: {name}.")
        try:
            return Answer(200, handler(exchange))
        except (TypeError, TimeoutError) as error:
            raise Refusal(400, "invalid_request", str(error)) from error

    def _lever_get_ledger(self, exchange):
        return self.ledger(**exchange.query)

    def _lever_get_requests(self, exchange):
        return {"requests": self.requests(**exchange.query)}

    def _lever_get_webhooks(self, exchange):
        return {"deliveries": self.deliveries(**exchange.query)}

    def _lever_get_payments(self, exchange):
        return {"payments": self.payments(**exchange.query)}

    def _lever_get_faults(self, _exchange):
        return {"rules": self.add_faults([])}

    def _lever_post_faults(self, exchange):
        rules = exchange.body
        if isinstance(rules, dict):
            rules = rules.get("rules", [rules])
        return {"rules": self.add_faults(rules)}

    def _lever_post_reset(self, _exchange):
        self.reset()

    def _lever_post_release(self, _exchange):
        self.release()

    def _lever_post_config(self, exchange):
        return self.configure(**exchange.body)

    def _lever_post_settle_pending(self, exchange):
        body = dict(exchange.body)
        return self.settle_pending(body.pop("id", ""), **body)

    def _lever_post_send_webhook(self, exchange):
        body = dict(exchange.body)
        found = self.send_webhook(body.pop("id", ""), **body)
        return {"deliveries": found if isinstance(found, list) else [found]}

    def _lever_post_dashboard(self, exchange):
        body = dict(exchange.body)
        return self.dashboard(body.pop("id", ""), **body)

    def _lever_post_wait(self, exchange):
        body = dict(exchange.body)
        return {"rows": self.wait_for(body.pop("for", "webhooks"), **body)}
